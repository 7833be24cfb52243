/// Why bytes are not an acceptable message, and where.
public struct MessageError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Reason: Sendable, Equatable {
        case empty
        case tooLarge(limit: Int)
        case tooManySegments(limit: Int)
        /// The first segment is not MSH; FHS and BHS begin a batch, which is not one message.
        case header(found: String)
        /// MSH-1 or MSH-2 cannot be read.
        case delimiters
        /// A line that does not begin with the three characters of a segment.
        case segmentName
        /// MSH-18, or the sender's setting, names a character set that is not read here.
        case characterSet(String)
        /// Bytes that are not text in the message's character set.
        case notInCharacterSet(CharacterSet)
    }

    public let reason: Reason
    public let place: Place?
    /// The byte of the message at which the trouble begins.
    public let offset: Int

    public init(_ reason: Reason, place: Place? = nil, offset: Int = 0) {
        self.reason = reason
        self.place = place
        self.offset = offset
    }

    /// The condition in the words of table 0357.
    public var condition: ErrorCondition {
        switch reason {
        case .empty, .header, .segmentName: .segmentSequence
        case .delimiters: .requiredField
        case .characterSet: .tableValue
        case .notInCharacterSet: .dataType
        case .tooLarge, .tooManySegments: .applicationInternal
        }
    }

    /// One plain sentence without the place.
    public var message: String {
        switch reason {
        case .empty: "The message is empty."
        case .tooLarge(let limit): "The message is larger than \(limit) bytes."
        case .tooManySegments(let limit): "The message has more than \(limit) segments."
        case .header(let found): "A message begins with MSH; found '\(found)'."
        case .delimiters: "The field separator (MSH-1) and encoding characters (MSH-2) cannot be read."
        case .segmentName: "A line does not begin with the name of a segment."
        case .characterSet(let name):
            "The character set '\(name)' is not accepted; use ASCII, UNICODE UTF-8, 8859/1 or 8859/15."
        case .notInCharacterSet(let set): "The bytes are not valid in the character set \(set.name)."
        }
    }

    public var description: String {
        place.map { "\($0): \(message)" } ?? "byte \(offset): \(message)"
    }
}
