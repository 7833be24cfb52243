import Glibc

/// Bytes that are pulled piece by piece; reading may block, so streams live on the reader's own thread.
protocol ByteStream: AnyObject {
    /// Puts bytes at the beginning of `target` (which is not empty) and says how many; 0 is the end.
    func read(into target: UnsafeMutableRawBufferPointer) throws(ReadingError) -> Int
}

/// The bytes of a file.
final class FileByteStream: ByteStream {
    private let descriptor: Int32
    /// How many bytes have been read so far.
    private(set) var position = 0

    init(path: String) throws(ReadingError) {
        // O_NONBLOCK: opening a named pipe without a writer must not hang; it has no effect on regular files.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        if descriptor < 0 { throw .cannotOpen(code: errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw .unsupported("is not a regular file")
        }
    }

    deinit {
        close(descriptor)
    }

    func read(into target: UnsafeMutableRawBufferPointer) throws(ReadingError) -> Int {
        while true {
            let count = Glibc.read(descriptor, target.baseAddress, target.count)
            if count >= 0 {
                position += count
                return count
            }
            if errno != EINTR { throw .cannotRead(code: errno) }
        }
    }
}

/// Bytes that are in memory already.
final class MemoryByteStream: ByteStream {
    private var rest: ArraySlice<UInt8>
    private let step: Int

    /// - Parameter step: the most bytes that one read gives.
    init(_ bytes: [UInt8], step: Int = .max) {
        rest = bytes[...]
        self.step = step
    }

    func read(into target: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(target.count, rest.count, step)
        target.copyBytes(from: rest.prefix(count))
        rest = rest.dropFirst(count)
        return count
    }
}
