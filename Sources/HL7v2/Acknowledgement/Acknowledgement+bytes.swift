extension Acknowledgement {
    /// The answer's bytes, segments ended by CR, without frame.
    ///
    /// - Parameters:
    ///   - header: the message's header, nil where none can be read.
    ///   - controlID: MSH-10 of the answer itself.
    ///   - time: MSH-7, `YYYYMMDDHHMMSS+ZZZZ`.
    public func bytes(to header: Header?, controlID: String, time: String) -> [UInt8] {
        var writer = SegmentWriter(
            delimiters: header?.delimiters ?? .standard, characterSet: header?.characterSet ?? .utf8)
        // From 2.5, and for a sender whose version we do not know, problems stand in ERR segments of their own.
        let version = header?.version ?? .v2_5
        let isModern = version >= .v2_5 || version == .unknown
        appendMSH(to: &writer, header: header, controlID: controlID, time: time)
        appendMSA(to: &writer, header: header, isModern: isModern)
        if isModern { appendERR(to: &writer) } else { appendOldERR(to: &writer) }
        return writer.bytes
    }

    private func appendMSH(to writer: inout SegmentWriter, header: Header?, controlID: String, time: String) {
        let version = header?.version ?? .v2_5
        writer.beginHeader()
        writer.field(3, raw: header?.receivingApplicationBytes ?? [])
        writer.field(4, raw: header?.receivingFacilityBytes ?? [])
        writer.field(5, raw: header?.sendingApplicationBytes ?? [])
        writer.field(6, raw: header?.sendingFacilityBytes ?? [])
        writer.field(7, [time])
        writer.field(9, messageTypeComponents(event: header?.triggerEvent ?? "", version: version))
        writer.field(10, [controlID])
        writer.field(
            11, raw: header.map { $0.processingIDBytes.isEmpty ? Array("P".utf8) : $0.processingIDBytes } ?? [0x50])
        writer.field(12, raw: header.map { $0.versionBytes } ?? Array("2.5.1".utf8))
        if let header, version >= .v2_3, !header.characterSetName.isEmpty {
            writer.field(18, [header.characterSet.name])
        }
        writer.end()
    }

    private func messageTypeComponents(event: String, version: Version) -> [String] {
        if messageType == .short || event.isEmpty || (version < .v2_3 && version != .unknown) { return ["ACK"] }
        return version < .v2_4 && version != .unknown ? ["ACK", event] : ["ACK", event, "ACK"]
    }

    /// Before 2.5 MSA-3 is the only place for a warning, and for a sentence about an error.
    private func appendMSA(to writer: inout SegmentWriter, header: Header?, isModern: Bool) {
        writer.begin("MSA")
        writer.field(1, [code.rawValue])
        writer.field(2, raw: header?.controlIDBytes ?? [])
        if !isModern, !problems.isEmpty {
            writer.field(3, [problems.map(\.sentence).joined(separator: " ")])
        }
        writer.end()
    }

    /// ERR-2 place, ERR-3 condition, ERR-4 severity, ERR-8 sentence; one segment for each problem.
    private func appendERR(to writer: inout SegmentWriter) {
        for problem in problems {
            writer.begin("ERR")
            if let place = problem.place {
                let numbers = [
                    place.sequence, place.field, place.repetition, place.component, place.subcomponent,
                ]
                writer.field(2, [place.segment] + numbers.map { $0.map(String.init) ?? "" })
            }
            writer.field(3, [String(problem.condition.rawValue), problem.condition.text, "HL70357"])
            writer.field(4, [problem.severity.rawValue])
            writer.field(8, [problem.message])
            writer.end()
        }
    }

    /// ERR-1 before 2.5: segment, sequence, field, and the condition as subcomponents; one repetition for each error.
    private func appendOldERR(to writer: inout SegmentWriter) {
        let errors = problems.filter { $0.severity == .error }
        guard !errors.isEmpty else { return }
        writer.begin("ERR")
        for (index, problem) in errors.enumerated() {
            let place = problem.place
            let condition = [String(problem.condition.rawValue), problem.condition.text, "HL70357"]
            writer.repetition(
                of: 1, isFirst: index == 0,
                [
                    [place?.segment ?? ""], [place.map { String($0.sequence) } ?? ""],
                    [place?.field.map(String.init) ?? ""], condition,
                ])
        }
        writer.end()
    }
}

extension Acknowledgement.Problem {
    fileprivate var sentence: String { place.map { "\($0): \(message)" } ?? message }
}
