import FHIR
import Postgres

/// Something that is done in the background: whoever asked for it comes back for what came of it.
public struct Job: Sendable, Equatable {
    public enum Kind: Int16, Sendable, CaseIterable {
        /// Bulk Data `$export`.
        case export = 1
        /// A search or another reading interaction whose answer is not waited for.
        case interaction = 2
    }

    public enum State: Int16, Sendable, CaseIterable {
        /// Waiting, or under way.
        case open = 0
        case complete = 1
        case failed = 2
    }

    /// 128 random bits in hexadecimal digits: who does not know it does not find it.
    public let id: String
    public let kind: Kind
    public let state: State
    /// Microseconds since 1970 UTC.
    public let created: Int64
    /// The instant as of which it tells the record, microseconds since 1970 UTC.
    public let moment: Int64
    /// What was asked, JSON.
    public let request: String
    /// Where it goes on, as its worker wrote it down; nil at the begin.
    public let position: String?
    /// How far it is, for people.
    public let progress: String
    /// An OperationOutcome, where it failed.
    public let outcome: String?
    /// When it and its files go, microseconds since 1970 UTC; nil while it is open.
    public let expires: Int64?
    /// How often it was taken up since it last came on.
    public let attempts: Int32

    public static func makeID(random: inout some RandomNumberGenerator) -> String {
        [random.next(), random.next()].map { (word: UInt64) in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    public static func makeID() -> String {
        var random = SystemRandomNumberGenerator()
        return makeID(random: &random)
    }
}

/// One file of a job.
public struct JobFile: Sendable, Equatable {
    public enum Kind: Int16, Sendable, CaseIterable {
        /// Resources of one type, a line each.
        case output = 1
        /// Bundles that say what was deleted, a line each.
        case deleted = 2
        /// OperationOutcomes about what could not be told, a line each.
        case error = 3
        /// The answer to an interaction, as it would have been sent.
        case answer = 4
    }

    public let number: Int32
    public let kind: Kind
    /// Nil where a file is not about one type.
    public let type: ResourceType?
    public var lines: Int64
    /// As the one who asked gets them.
    public var bytes: Int64
    /// As they are stored.
    public var packed: Int64
    public var chunks: Int32

    public init(
        number: Int32, kind: Kind, type: ResourceType?, lines: Int64 = 0, bytes: Int64 = 0, packed: Int64 = 0,
        chunks: Int32 = 0
    ) {
        self.number = number
        self.kind = kind
        self.type = type
        self.lines = lines
        self.bytes = bytes
        self.packed = packed
        self.chunks = chunks
    }
}

/// A piece of a file, deflated by itself (RFC 1951) and ended by a full flush, so that pieces laid one after another are
/// a stream.
public struct JobChunk: Sendable, Equatable {
    public let content: [UInt8]
    /// Inflated.
    public let bytes: Int
    /// CRC-32 of the inflated bytes, as gzip has it.
    public let crc: UInt32

    public init(content: [UInt8], bytes: Int, crc: UInt32) {
        self.content = content
        self.bytes = bytes
        self.crc = crc
    }
}

/// What a worker has done since its last step: pieces for the ends of files, and from where to go on. All of it is in
/// the record, or nothing.
public struct JobStep: Sendable {
    public var position: String
    public var progress: String
    /// Files as they are with these pieces.
    public var pieces: [(file: JobFile, chunk: JobChunk)]

    public init(position: String, progress: String, pieces: [(file: JobFile, chunk: JobChunk)]) {
        self.position = position
        self.progress = progress
        self.pieces = pieces
    }
}

extension Job {
    static let columns =
        "id, kind, state, created, moment, request, position, progress, outcome, expires, attempts"

    /// A row of ``columns``.
    init(_ row: Row) throws {
        guard let kind = Kind(rawValue: try row.int2(1)), let state = State(rawValue: try row.int2(2)) else {
            throw StoreError.failed("the record holds a job of an unknown kind or state")
        }
        self.init(
            id: try row.text(0), kind: kind, state: state, created: try row.timestamp(3), moment: try row.timestamp(4),
            request: try row.text(5), position: try row.optionalText(6), progress: try row.text(7),
            outcome: try row.optionalText(8), expires: try row.optionalTimestamp(9), attempts: try row.int4(10))
    }
}

extension JobFile {
    static let columns = "number, kind, type, lines, bytes, packed, chunks"

    /// A row of ``columns``.
    init(_ row: Row) throws {
        guard let kind = Kind(rawValue: try row.int2(1)) else {
            throw StoreError.failed("the record holds a file of an unknown kind")
        }
        self.init(
            number: try row.int4(0), kind: kind, type: try row.optionalInt2(2).flatMap { ResourceType(code: $0) },
            lines: try row.int8(3), bytes: try row.int8(4), packed: try row.int8(5), chunks: try row.int4(6))
    }
}
