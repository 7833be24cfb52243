import FHIR
import Store

/// The files of an export while they are written: lines go to the file of their kind, and come out as packed pieces.
///
/// Pure: what comes out is written down elsewhere.
struct ExportFiles: Sendable {
    struct Limits: Sendable {
        /// Bytes of a file before another one is begun; a line more at most.
        var file = 64 << 20
        /// Bytes of a piece, likewise.
        var piece = 1 << 20
    }

    private struct Key: Hashable {
        let kind: JobFile.Kind
        let type: ResourceType?
    }

    /// Lines that are not packed yet.
    private struct Buffer {
        var bytes: [UInt8] = []
        var lines: Int64 = 0
    }

    private let limits: Limits
    private let pack: @Sendable ([UInt8]) -> JobChunk
    /// The newest file of each kind.
    private var files: [Key: JobFile] = [:]
    private var buffers: [Key: Buffer] = [:]
    private var pieces: [(file: JobFile, chunk: JobChunk)] = []
    private var nextNumber: Int32 = 1

    /// - Parameters:
    ///   - known: what was written already.
    ///   - pack: deflates a piece.
    init(_ known: [JobFile], limits: Limits, pack: @escaping @Sendable ([UInt8]) -> JobChunk) {
        self.limits = limits
        self.pack = pack
        for file in known {
            files[Key(kind: file.kind, type: file.type)] = file
            nextNumber = max(nextNumber, file.number + 1)
        }
    }

    /// Bytes that were added since the last time that pieces were taken.
    private(set) var waiting = 0

    /// Adds a line to a file.
    ///
    /// - Parameter write: appends it without its end, or nothing and answers false.
    /// - Returns: what `write` answers.
    @discardableResult
    mutating func add(_ kind: JobFile.Kind, _ type: ResourceType?, _ write: (inout [UInt8]) -> Bool) -> Bool {
        let key = Key(kind: kind, type: type)
        let added = Self.add(to: &buffers[key, default: Buffer()], room: limits.piece + limits.piece / 8, write)
        waiting += added
        if let buffer = buffers[key], buffer.bytes.count >= limits.piece { flush(key) }
        return added > 0
    }

    /// In place: a copy of the buffer for each line would cost more than the line.
    private static func add(to buffer: inout Buffer, room: Int, _ write: (inout [UInt8]) -> Bool) -> Int {
        let before = buffer.bytes.count
        if before == 0 { buffer.bytes.reserveCapacity(room) }
        guard write(&buffer.bytes) else { return 0 }
        buffer.bytes.append(UInt8(ascii: "\n"))
        buffer.lines += 1
        return buffer.bytes.count - before
    }

    /// All pieces since the last time, those of unfilled buffers too.
    mutating func take() -> [(file: JobFile, chunk: JobChunk)] {
        let keys = buffers.keys.sorted {
            ($0.kind.rawValue, $0.type?.code ?? 0) < ($1.kind.rawValue, $1.type?.code ?? 0)
        }
        for key in keys { flush(key) }
        waiting = 0
        defer { pieces = [] }
        return pieces
    }

    private mutating func flush(_ key: Key) {
        guard let buffer = buffers.removeValue(forKey: key), !buffer.bytes.isEmpty else { return }
        var file = files[key] ?? begin(key)
        if file.bytes >= limits.file { file = begin(key) }
        let chunk = pack(buffer.bytes)
        file.lines += buffer.lines
        file.bytes += Int64(buffer.bytes.count)
        file.packed += Int64(chunk.content.count)
        file.chunks += 1
        files[key] = file
        pieces.append((file, chunk))
    }

    private mutating func begin(_ key: Key) -> JobFile {
        defer { nextNumber += 1 }
        return JobFile(number: nextNumber, kind: key.kind, type: key.type)
    }
}
