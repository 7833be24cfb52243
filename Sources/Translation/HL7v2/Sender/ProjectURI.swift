/// The systems of identifiers that this project composes itself, because v2 names no URI for them.
public enum ProjectURI {
    /// Facility, point of care, room and bed: `Simulated%20Hospital/RenalWard/MainRoom/Bed%201`
    public static let location = "urn:mediconnect:hl7v2:location"
    /// Facility and building.
    public static let building = "urn:mediconnect:hl7v2:building"
    /// Facility, building and floor.
    public static let floor = "urn:mediconnect:hl7v2:floor"
    /// System and value of the filler's order number, code and sub-id of the observation.
    public static let observation = "urn:mediconnect:hl7v2:observation"
    /// A filler's order number that stands for several reports of one message, with the report's code.
    public static let report = "urn:mediconnect:hl7v2:report"
    /// Visit, code and coding system of a diagnosis.
    public static let diagnosis = "urn:mediconnect:hl7v2:diagnosis"
    /// Sending application and facility.
    public static let sender = "urn:mediconnect:hl7v2:sender"
    /// Sender and control id of a stored message.
    public static let message = "urn:mediconnect:hl7v2:message"
    /// An organization that is known by name only.
    public static let organization = "urn:mediconnect:hl7v2:organization"

    /// The system of an authority that nobody has configured: what it is called, where.
    static func authority(_ name: String, facility: String) -> String {
        "urn:mediconnect:hl7v2:authority:\(encode(facility)):\(encode(name))"
    }

    /// The system of a code whose coding system nobody has configured.
    static func codeSystem(_ name: String) -> String { "urn:mediconnect:hl7v2:code-system:\(encode(name))" }

    /// Parts in percent encoding joined by `/`, the empty ones at the end left out: a place's value in ``location``.
    public static func path(_ parts: [String]) -> String {
        let last = parts.lastIndex { !$0.isEmpty } ?? -1
        return parts[...last].map(encode).joined(separator: "/")
    }

    /// All but letters, digits and `-._~` in percent, as RFC 3986 has it.
    static func encode(_ text: String) -> String {
        if text.utf8.allSatisfy(isPlain) { return text }
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            if isPlain(byte) {
                encoded.append(byte)
            } else {
                encoded.append(UInt8(ascii: "%"))
                encoded.append(digits[Int(byte >> 4)])
                encoded.append(digits[Int(byte & 15)])
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    private static let digits = Array("0123456789ABCDEF".utf8)

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: false
        }
    }
}
