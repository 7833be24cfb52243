/// Why a text is no value of a primitive type.
public enum PrimitiveFault: UInt8, Error, Sendable, CaseIterable {
    case empty
    case notBoolean
    case notInteger, integerRange, unsignedRange, positiveRange
    case notDecimal
    case controlCharacter, tooLong
    case codeSpaces
    case idCharacters, idLength
    case uriSpaces
    case oidForm, uuidForm
    case base64Characters, base64Length, base64Padding
    case dateForm, timeForm, timeWithoutZone, zoneForm, instantIncomplete, timeWithZone
    case year, month, day, hour, minute, second, offset
    case notDiv

    /// What is wrong, as the end of a sentence that begins with the value.
    public var reason: String {
        switch self {
        case .empty: "it is empty"
        case .notBoolean: "it is neither true nor false"
        case .notInteger: "it is not a whole number written with digits alone"
        case .integerRange: "it does not fit into 32 bits"
        case .unsignedRange: "it is not between 0 and 2147483647"
        case .positiveRange: "it is not between 1 and 2147483647"
        case .notDecimal: "it is not a decimal number"
        case .controlCharacter: "it holds a control character other than tab, carriage return and line feed"
        case .tooLong: "it is longer than 1,048,576 characters"
        case .codeSpaces: "a code has no white space at its ends and single spaces inside"
        case .idCharacters: "an id consists of A-Z, a-z, 0-9, '-' and '.' alone"
        case .idLength: "an id has 64 characters at most"
        case .uriSpaces: "it holds white space"
        case .oidForm: "an OID begins with urn:oid: followed by numbers with dots, such as urn:oid:1.2.3"
        case .uuidForm: "a UUID is urn:uuid: followed by 8-4-4-4-12 hexadecimal digits in lower case"
        case .base64Characters: "it holds a character that base64 does not have"
        case .base64Length: "the number of base64 characters is not a multiple of four"
        case .base64Padding: "'=' stands elsewhere than at its end"
        case .dateForm: "it is not written YYYY, YYYY-MM or YYYY-MM-DD"
        case .timeForm: "its time is not written hh:mm:ss, with a fraction of a second if need be"
        case .timeWithoutZone: "a date with a time needs its zone, Z or +hh:mm"
        case .zoneForm: "its zone is not written Z, +hh:mm or -hh:mm"
        case .instantIncomplete: "an instant needs date, time with seconds, and zone"
        case .timeWithZone: "a time of day has no zone and nothing behind it"
        case .year: "there is no year 0000"
        case .month: "the month is not between 01 and 12"
        case .day: "that month has no such day"
        case .hour: "the hour is not between 00 and 23"
        case .minute: "the minute is not between 00 and 59"
        case .second: "the second is not between 00 and 60"
        case .offset: "the zone is not between -14:00 and +14:00"
        case .notDiv: "XHTML begins with <div"
        }
    }
}
