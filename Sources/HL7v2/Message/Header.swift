/// What MSH says about a message: enough to store, route and answer it. Read from any bytes, also from a message that
/// cannot be parsed, because every message is answered.
public struct Header: Sendable, Equatable {
    public var delimiters: Delimiters
    /// MSH-3 to MSH-6 as sent, for the answer.
    public var sendingApplicationBytes: [UInt8]
    public var sendingFacilityBytes: [UInt8]
    public var receivingApplicationBytes: [UInt8]
    public var receivingFacilityBytes: [UInt8]
    /// MSH-10 as sent.
    public var controlIDBytes: [UInt8]
    /// MSH-11 and MSH-12 as sent.
    public var processingIDBytes: [UInt8]
    public var versionBytes: [UInt8]

    /// MSH-3.1 and MSH-4.1
    public var sendingApplication: String
    public var sendingFacility: String
    /// MSH-7 as sent, time of message; empty if absent.
    public var time: String
    /// MSH-9.1, MSH-9.2, MSH-9.3: `ADT`, `A01`, `ADT_A01`
    public var messageCode: String
    public var triggerEvent: String
    public var structure: String
    /// MSH-10; empty if absent.
    public var controlID: String
    /// MSH-11.1: P, T or D
    public var processingID: String
    /// MSH-12.1
    public var versionID: String
    public var version: Version { Version(versionID) }
    /// MSH-18, first repetition, as sent; empty if absent.
    public var characterSetName: String
    /// The set that the answer's texts are written in.
    public var characterSet: CharacterSet

    /// Reads the header segment at the start of `bytes`, or nil where there is none with readable delimiters.
    public init?(_ bytes: [UInt8], characters policy: CharacterSetPolicy = CharacterSetPolicy()) {
        let start = HeaderSegment.start(in: bytes)
        guard start < bytes.count, bytes[start...].starts(with: "MSH".utf8),
            let delimiters = Delimiters(header: bytes[start...])
        else { return nil }
        let line = Array(bytes[start...].prefix(Int(Int32.max)).prefix { $0 != 0x0D && $0 != 0x0A })
        guard let index = try? SegmentScan.index(of: line, from: 0, field: delimiters.field, maximum: 1) else {
            return nil
        }
        // As Latin-1 every byte is a character, so that nothing here depends on whether the text is valid.
        let message = Message(
            bytes: line, delimiters: delimiters, characterSet: .latin1, index: index)
        self.init(message.segments[0], policy: policy)
    }

    /// The header of a parsed message.
    public init(_ message: Message) {
        self.init(
            message.segments[0], policy: CharacterSetPolicy(fallback: message.characterSet, ignoresHeader: true))
    }

    private init(_ segment: Segment, policy: CharacterSetPolicy) {
        let name = segment[18].component(1).value ?? ""
        let declared = policy.ignoresHeader ? nil : CharacterSet(name: name)
        delimiters = segment.message.delimiters
        sendingApplicationBytes = Array(segment[3].bytes)
        sendingFacilityBytes = Array(segment[4].bytes)
        receivingApplicationBytes = Array(segment[5].bytes)
        receivingFacilityBytes = Array(segment[6].bytes)
        controlIDBytes = Array(segment[10].bytes)
        processingIDBytes = Array(segment[11].bytes)
        versionBytes = Array(segment[12].bytes)
        sendingApplication = segment[3].component(1).value ?? ""
        sendingFacility = segment[4].component(1).value ?? ""
        time = segment[7].component(1).value ?? ""
        messageCode = segment[9].component(1).value ?? ""
        triggerEvent = segment[9].component(2).value ?? ""
        structure = segment[9].component(3).value ?? ""
        controlID = segment[10].value ?? ""
        processingID = segment[11].component(1).value ?? ""
        versionID = segment[12].component(1).value ?? ""
        characterSetName = name
        characterSet = declared ?? policy.fallback
    }
}

/// Where a message begins in what a sender sent.
enum HeaderSegment {
    /// Passes over a UTF-8 byte order mark, blanks, line ends and NULs before the first segment.
    static func start(in bytes: [UInt8]) -> Int {
        var index = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        while index < bytes.count, [0x00, 0x09, 0x0A, 0x0D, 0x20].contains(bytes[index]) { index += 1 }
        return index
    }
}
