/// Why and where a text is not acceptable as JSON (RFC 8259, and what R4 §2.6.2 asks beyond it).
public struct JSONError: Error, Sendable, Equatable {
    /// Offset of the offending byte, counted from 0; the length of the text where it ended too early.
    public let offset: Int
    /// Line, counted from 1; lines end with a line feed.
    public let line: Int
    /// Column in Unicode characters, counted from 1.
    public let column: Int
    /// The place as a FHIRPath-like expression, such as `Patient.name[0].given`, as far as it was known; may be empty.
    public let expression: String
    public let reason: Reason

    public init(offset: Int, line: Int, column: Int, expression: String, reason: Reason) {
        self.offset = offset
        self.line = line
        self.column = column
        self.expression = expression
        self.reason = reason
    }

    /// One sentence for the one who sent the text: what is wrong, and where.
    public var message: String {
        let place = "line \(line), column \(column)"
        return expression.isEmpty ? "\(reason.text) (\(place))" : "\(reason.text) (\(place), at \(expression))"
    }
}

extension JSONError {
    /// What is wrong with the text.
    public enum Reason: Sendable, Equatable {
        case empty
        case byteOrderMark
        case otherEncoding
        case tooLarge(limit: Int)
        case tooDeep(limit: Int)
        case tooManyNodes(limit: Int)
        case unexpectedEnd
        case trailingContent
        case trailingComma
        case expectedValue(found: UInt8)
        case expectedKey(found: UInt8)
        case expectedColon(found: UInt8)
        case expectedCommaOrEnd(found: UInt8)
        case duplicateKey
        case unterminatedString
        case controlCharacter(UInt8)
        case invalidUTF8
        case invalidEscape
        case loneSurrogate
        case nullCharacter
        case leadingZero
        case missingDigits
        case explicitPlus
        case notANumber
        case unknownWord

        /// The reason in plain words, without the place.
        public var text: String {
            switch self {
            case .empty: "The text is empty; a JSON value was expected"
            case .byteOrderMark: "The text begins with a byte order mark; send UTF-8 without one"
            case .otherEncoding: "The text is not UTF-8 but seems to be UTF-16 or UTF-32; send UTF-8"
            case .tooLarge(let limit): "The text is longer than the \(limit) bytes that are accepted"
            case .tooDeep(let limit): "Objects and arrays are nested deeper than the \(limit) levels that are accepted"
            case .tooManyNodes(let limit): "The text has more than the \(limit) names and values that are accepted"
            case .unexpectedEnd: "The text ends before its outermost value is complete"
            case .trailingContent: "Something follows after the end of the JSON value"
            case .trailingComma: "A comma stands before a closing bracket; remove it"
            case .expectedValue(let byte): "A value was expected but \(Self.name(byte)) was found"
            case .expectedKey(let byte): "A member name in double quotes was expected but \(Self.name(byte)) was found"
            case .expectedColon(let byte): "A colon was expected after the member name but \(Self.name(byte)) was found"
            case .expectedCommaOrEnd(let byte):
                "A comma or the closing bracket was expected but \(Self.name(byte)) was found"
            case .duplicateKey: "The same member name appears more than once in one object"
            case .unterminatedString: "A string has no closing quote"
            case .controlCharacter(let byte):
                "A string holds the control character \(Self.name(byte)); it must be written as an escape"
            case .invalidUTF8: "The text is not valid UTF-8"
            case .invalidEscape: "A backslash is followed by something that is not a JSON escape"
            case .loneSurrogate: "A \\u escape is one half of a surrogate pair without its other half"
            case .nullCharacter: "A string holds the character U+0000, which FHIR does not allow"
            case .leadingZero: "A number has superfluous leading zeros"
            case .missingDigits: "A number lacks digits before or after its point, or in its exponent"
            case .explicitPlus: "A number begins with a plus sign; leave it out"
            case .notANumber: "NaN and infinity are not JSON numbers"
            case .unknownWord: "Only true, false and null may stand outside quotes"
            }
        }

        /// A byte as a reader can recognise it.
        private static func name(_ byte: UInt8) -> String {
            switch byte {
            case 0x09: "a tab"
            case 0x0A: "a line feed"
            case 0x0D: "a carriage return"
            case 0x21...0x7E: "‘\(Character(Unicode.Scalar(byte)))’"
            case let byte where byte < 0x80:
                "U+00\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))"
            default: "a character outside quotes"
            }
        }
    }
}
