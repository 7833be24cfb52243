import Exchange
import HTTPTypes
import Store

/// Puts the pieces of a file together, packed or not, whole or in part; only the pieces that are needed are read, one at
/// a time.
struct JobFileReader: Sendable {
    typealias Piece = (number: Int32, bytes: Int, crc: UInt32, packed: Int)

    let store: Store
    let job: String
    let file: JobFile

    /// A part of the answer: bytes that are known, or some of a piece.
    private enum Part: Sendable {
        case known([UInt8])
        case piece(Int32, size: Int, wanted: Range<Int>)
    }

    /// The answer to a download: gzip where the client takes it, and the part that it asks for.
    func answer(to call: HTTPCall) async throws -> Answer {
        let isPacked = Answer.takesGzip(call.headers[.acceptEncoding])
        let pieces = try await store.pieces(ofJob: job, file: file.number)
        let frame = Deflate.frame(pieces.map { ($0.crc, $0.bytes) })
        let head = isPacked ? frame.head : []
        let tail = isPacked ? frame.tail : []
        let size: KeyPath<Piece, Int> = isPacked ? \.packed : \.bytes
        let count = head.count + pieces.reduce(0) { $0 + $1[keyPath: size] } + tail.count
        // The file is as it is for good; each coding of it is a representation of its own.
        let tag = "\"\(job.prefix(8))-\(file.number)\(isPacked ? "-gzip" : "")\""
        var answer = Answer(
            status: .ok,
            headers: [
                .contentType: "application/fhir+ndjson", .acceptRanges: "bytes", .eTag: tag, .vary: "Accept-Encoding",
            ])
        if isPacked { answer.headers[.contentEncoding] = "gzip" }
        let isAsked = call.headers[.ifRange].map { $0 == tag } ?? true
        let range: Range<Int>
        switch ByteRange(isAsked ? call.headers[.range] : nil, of: count) {
        case .whole: range = 0..<count
        case .part(let part):
            range = part
            answer.status = .partialContent
            answer.headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(count)"
        case .unsatisfiable: throw HTTPProblem.noSuchRange(count: count)
        }
        let parts = Self.parts(of: range, head, pieces, size, tail)
        answer.parts = AnswerParts(bytes: range.count, count: parts.count) { number in
            try await bytes(of: parts[number], isPacked: isPacked)
        }
        return answer
    }

    /// All of it, as it was written.
    func bytes() async throws -> [UInt8] {
        var body: [UInt8] = []
        for piece in try await store.pieces(ofJob: job, file: file.number) {
            let whole = Part.piece(piece.number, size: piece.bytes, wanted: 0..<piece.bytes)
            body += try await bytes(of: whole, isPacked: false)
        }
        return body
    }

    /// What of head, pieces and tail lies in a range over all of them.
    private static func parts(
        of range: Range<Int>, _ head: [UInt8], _ pieces: [Piece], _ size: KeyPath<Piece, Int>, _ tail: [UInt8]
    ) -> [Part] {
        var parts: [Part] = []
        var start = 0
        func wanted(_ count: Int) -> Range<Int>? {
            let own = start..<(start + count)
            start += count
            guard own.overlaps(range) else { return nil }
            let some = own.clamped(to: range)
            return (some.lowerBound - own.lowerBound)..<(some.upperBound - own.lowerBound)
        }
        if let some = wanted(head.count) { parts.append(.known(Array(head[some]))) }
        for piece in pieces {
            let count = piece[keyPath: size]
            if let some = wanted(count) { parts.append(.piece(piece.number, size: count, wanted: some)) }
        }
        if let some = wanted(tail.count) { parts.append(.known(Array(tail[some]))) }
        return parts
    }

    private func bytes(of part: Part, isPacked: Bool) async throws -> [UInt8] {
        switch part {
        case .known(let bytes): return bytes
        case .piece(let number, let size, let wanted):
            guard let content = try await store.piece(ofJob: job, file: file.number, number: number) else {
                throw Problem(.notFound, .notFound, "The job was removed while its file was read.")
            }
            let bytes = isPacked ? content : Deflate.unpack(content, bytes: size)
            guard let bytes, bytes.count == size else {
                throw Problem(
                    .internalError, .exception, "The file is damaged in the record; begin the export again.")
            }
            return wanted.count == size ? bytes : Array(bytes[wanted])
        }
    }
}
