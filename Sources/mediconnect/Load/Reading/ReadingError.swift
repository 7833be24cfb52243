import Glibc

/// Why bytes could not be read from a file or an archive; `description` is the sentence that the user sees.
enum ReadingError: Error, Equatable, CustomStringConvertible {
    /// A packed format whose data can be damaged or cut short.
    enum Format: String {
        case gzip
        case bzip2
        case tar
    }

    case cannotOpen(code: Int32)
    case cannotRead(code: Int32)
    /// The data ends before the format says that it ends.
    case truncated(Format)
    case damaged(Format, String)
    /// More bytes than a document or a line may have; `limit` in bytes.
    case tooLarge(limit: Int)
    /// Expands so much that it is taken for a decompression bomb.
    case expandsTooMuch(Format, factor: Int)
    /// Content that this program does not load.
    case unsupported(String)

    var description: String {
        switch self {
        case .cannotOpen(let code): "cannot be opened: \(Self.text(code))"
        case .cannotRead(let code): "cannot be read: \(Self.text(code))"
        case .truncated(let format): "is cut short: the \(format.rawValue) data ends before its end mark"
        case .damaged(let format, let detail): "is damaged: \(format.rawValue): \(detail)"
        case .tooLarge(let limit): "is larger than \(limit >> 20) MiB, the most that one document or line may have"
        case .expandsTooMuch(let format, let factor):
            "expands more than \(factor)-fold (\(format.rawValue)); taken for a decompression bomb and not read further"
        case .unsupported(let what): what
        }
    }

    private static func text(_ code: Int32) -> String {
        strerror(code).map { String(cString: $0) } ?? "error \(code)"
    }
}

/// What one input may cost.
struct ReadingLimits: Sendable {
    /// The most bytes of one document or one line of NDJSON.
    var documentBytes = 256 << 20
    /// The most bytes of the records in a tar archive that carry long names and attributes.
    var tarAttributeBytes = 1 << 20
    /// Packed data may expand so many times …
    var expansionFactor = 250
    /// … once it has given this many bytes.
    var expansionFreeBytes = 256 << 20
    /// The most resources in a group of NDJSON lines.
    var groupLines = 100
    /// A group of lines is closed when it has this many bytes.
    var groupBytes = 8 << 20
}
