import Glibc

/// A window on a stream through which one can look ahead without taking.
final class BufferedBytes: ByteStream {
    private let upstream: any ByteStream
    private let storage: UnsafeMutableRawBufferPointer
    private var head = 0
    private var tail = 0
    private var ended = false

    /// - Parameter capacity: the most bytes that can be looked at ahead.
    init(_ upstream: any ByteStream, capacity: Int = 1 << 17) {
        self.upstream = upstream
        storage = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit {
        storage.deallocate()
    }

    /// What is in the window; at least one byte except at the end of the stream.
    func window() throws(ReadingError) -> UnsafeMutableRawBufferPointer {
        try window(atLeast: 1)
    }

    /// What is in the window, filled until it holds `count` bytes or the stream ends. Valid until the next call.
    func window(atLeast count: Int) throws(ReadingError) -> UnsafeMutableRawBufferPointer {
        if tail - head < count, head > 0 {
            if tail > head, let base = storage.baseAddress {
                memmove(base, base + head, tail - head)
            }
            tail -= head
            head = 0
        }
        while tail - head < count, tail < storage.count, !ended {
            let received = try upstream.read(into: UnsafeMutableRawBufferPointer(rebasing: storage[tail...]))
            ended = received == 0
            tail += received
        }
        return UnsafeMutableRawBufferPointer(rebasing: storage[head..<tail])
    }

    /// Takes `count` bytes that were seen in the window.
    func consume(_ count: Int) {
        head = min(head + count, tail)
    }

    func read(into target: UnsafeMutableRawBufferPointer) throws(ReadingError) -> Int {
        let available = try window()
        let count = min(available.count, target.count)
        target.copyMemory(from: UnsafeRawBufferPointer(rebasing: available[..<count]))
        consume(count)
        return count
    }

    /// The first bytes of the window, at most `count`.
    func peek(_ count: Int) throws(ReadingError) -> [UInt8] {
        let available = try window(atLeast: count)
        return [UInt8](available.prefix(count))
    }

    /// Takes the bytes up to and with the next line feed, which is left out; nil at the end of the stream.
    func line(limit: Int) throws(ReadingError) -> [UInt8]? {
        var line: [UInt8] = []
        var any = false
        while true {
            let available = try window()
            if available.isEmpty { return any ? line : nil }
            any = true
            let end = available.firstIndex(of: UInt8(ascii: "\n"))
            line.append(contentsOf: available[..<(end ?? available.endIndex)])
            consume(end.map { $0 + 1 } ?? available.count)
            if line.count > limit { throw .tooLarge(limit: limit) }
            if end != nil { return line }
        }
    }

    /// Appends everything up to the end of the stream.
    func appendAll(to bytes: inout [UInt8], limit: Int) throws(ReadingError) {
        while true {
            let available = try window()
            if available.isEmpty { return }
            if bytes.count + available.count > limit { throw .tooLarge(limit: limit) }
            bytes.append(contentsOf: available)
            consume(available.count)
        }
    }
}
