/// How much a message may hold.
public struct MessageLimits: Sendable, Equatable {
    public var maximumBytes: Int
    public var maximumSegments: Int

    public init(maximumBytes: Int = 16 << 20, maximumSegments: Int = 200_000) {
        self.maximumBytes = maximumBytes
        self.maximumSegments = maximumSegments
    }

    public static let `default` = MessageLimits()
}

extension Message {
    /// Finds the segments of a message, and their fields.
    ///
    /// Segments end with CR (the standard), LF or CRLF. In a message whose first segment ends with CR, a line after a
    /// lone LF that is no segment belongs to the text before it: some senders put line feeds into fields. A byte order
    /// mark, blanks and line ends before MSH and empty lines are passed over.
    ///
    /// - Throws: `MessageError`; never traps, whatever the bytes.
    public static func parse(
        _ bytes: [UInt8], characters policy: CharacterSetPolicy = CharacterSetPolicy(),
        limits: MessageLimits = .default
    ) throws(MessageError) -> Message {
        guard bytes.count <= min(limits.maximumBytes, Int(Int32.max)) else {
            throw MessageError(.tooLarge(limit: limits.maximumBytes))
        }
        let start = HeaderSegment.start(in: bytes)
        guard start < bytes.count else { throw MessageError(.empty) }
        guard bytes[start...].starts(with: "MSH".utf8) else {
            let found = bytes[start...].prefix(3).map { (0x20..<0x7F).contains($0) ? $0 : UInt8(ascii: "?") }
            throw MessageError(.header(found: String(decoding: found, as: UTF8.self)), offset: start)
        }
        guard let delimiters = Delimiters(header: bytes[start...]) else {
            throw MessageError(.delimiters, place: Place(segment: "MSH", field: 2), offset: start + 3)
        }
        let index = try SegmentScan.index(
            of: bytes, from: start, field: delimiters.field, maximum: limits.maximumSegments)
        let draft = Message(bytes: bytes, delimiters: delimiters, characterSet: .latin1, index: index)
        let characterSet = try draft.characterSet(by: policy)
        try draft.verify(characterSet)
        return Message(bytes: bytes, delimiters: delimiters, characterSet: characterSet, index: index)
    }

    /// MSH-18, first repetition (the set that the message begins in), or the sender's default.
    private func characterSet(by policy: CharacterSetPolicy) throws(MessageError) -> CharacterSet {
        guard !policy.ignoresHeader, case .value(let name) = segments[0][18].repetition(1).component(1).content else {
            return policy.fallback
        }
        guard let set = CharacterSet(name: name) else {
            throw MessageError(.characterSet(name), place: Place(segment: "MSH", field: 18))
        }
        return set
    }

    private func verify(_ characterSet: CharacterSet) throws(MessageError) {
        guard let offset = bytes.withUnsafeBufferPointer({ characterSet.invalidOffset(in: $0) }) else { return }
        throw MessageError(.notInCharacterSet(characterSet), place: place(ofByte: offset), offset: offset)
    }

    /// The field in which a byte stands.
    func place(ofByte offset: Int) -> Place? {
        guard let row = index.rows.firstIndex(where: { $0.range.contains(offset) }) else { return nil }
        let segment = segments[row]
        var place = segment.place
        let before = bytes[segment.range.lowerBound..<offset]
        let separators = before.reduce(0) { $0 + ($1 == delimiters.field ? 1 : 0) }
        place.field = segment.name.isHeader ? separators + 1 : separators
        if place.field == 0 { place.field = nil }
        return place
    }
}
