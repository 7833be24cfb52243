import Exchange
import HTTPTypes
import Store

/// Puts the pieces of a file together, packed or not, whole or in part; only the pieces that are needed are read.
struct JobFileReader: Sendable {
    typealias Piece = (number: Int32, bytes: Int, crc: UInt32, packed: Int)

    let store: Store
    let job: String
    let file: JobFile

    /// The answer to a download: gzip where the client takes it, and the part that it asks for.
    func answer(to call: HTTPCall) async throws -> Answer {
        let isPacked = Answer.takesGzip(call.headers[.acceptEncoding])
        let pieces = try await store.pieces(ofJob: job, file: file.number)
        let (head, tail) = Deflate.frame(pieces.map { ($0.crc, $0.bytes) })
        let count =
            isPacked ? head.count + pieces.reduce(0) { $0 + $1.packed } + tail.count : Int(file.bytes)
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
        case .unsatisfiable:
            throw HTTPProblem.noSuchRange(count: count)
        }
        answer.body = isPacked ? try await packed(range, pieces, head, tail) : try await plain(range, pieces)
        return answer
    }

    /// All of it, as it was written.
    func bytes() async throws -> [UInt8] {
        try await plain(0..<Int(file.bytes), try await store.pieces(ofJob: job, file: file.number))
    }

    private func plain(_ range: Range<Int>, _ pieces: [Piece]) async throws -> [UInt8] {
        try await part(range, pieces, size: \.bytes) { piece in
            guard let bytes = Deflate.unpack(try await content(piece), bytes: piece.bytes) else { throw damaged }
            return bytes
        }
    }

    private func packed(_ range: Range<Int>, _ pieces: [Piece], _ head: [UInt8], _ tail: [UInt8]) async throws
        -> [UInt8]
    {
        let size = pieces.reduce(0) { $0 + $1.packed }
        let inner = range.clamped(to: head.count..<(head.count + size))
        var body = Array(head[range.clamped(to: 0..<head.count)])
        body += try await part(
            (inner.lowerBound - head.count)..<(inner.upperBound - head.count), pieces, size: \.packed, content)
        let end = head.count + size
        let last = range.clamped(to: end..<(end + tail.count))
        return body + tail[(last.lowerBound - end)..<(last.upperBound - end)]
    }

    /// The bytes of a range over pieces laid one after another.
    private func part(
        _ range: Range<Int>, _ pieces: [Piece], size: KeyPath<Piece, Int>,
        _ content: (Piece) async throws -> [UInt8]
    ) async throws -> [UInt8] {
        var body: [UInt8] = []
        guard !range.isEmpty else { return body }
        body.reserveCapacity(range.count)
        var start = 0
        for piece in pieces {
            let own = start..<(start + piece[keyPath: size])
            start = own.upperBound
            guard own.overlaps(range) else { continue }
            let wanted = own.clamped(to: range)
            let bytes = try await content(piece)
            guard bytes.count == own.count else { throw damaged }
            body += bytes[(wanted.lowerBound - own.lowerBound)..<(wanted.upperBound - own.lowerBound)]
        }
        return body
    }

    private func content(_ piece: Piece) async throws -> [UInt8] {
        guard let content = try await store.piece(ofJob: job, file: file.number, number: piece.number) else {
            throw Problem(.notFound, .notFound, "The job was removed while its file was read.")
        }
        return content
    }

    private var damaged: Problem {
        Problem(.internalError, .exception, "The file is damaged in the record; begin the export again.")
    }
}
