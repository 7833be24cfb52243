import HL7v2

/// Bytes in, FHIR interactions and a conversion report out. Pure.
public enum Translation {
    /// Takes a message as far as it can be taken without its map: is it one, who sent it, is there a map for it?
    ///
    /// The raw bytes belong in the message log before anything else, whatever the outcome.
    ///
    ///     let received = Translation.receive(bytes, from: sender)
    ///     if case .refused(let answer) = received.outcome {
    ///         reply(answer.bytes(to: received.header, controlID: id, time: now))
    ///     }
    public static func receive(
        _ bytes: [UInt8], from sender: SenderDefaults = SenderDefaults(), routing: MessageRouting = .standard
    ) -> Received {
        let header = Header(bytes, characters: sender.characters)
        func refused(_ condition: ErrorCondition, _ place: Place?, _ reason: String) -> Received {
            let problem = Acknowledgement.Problem(.error, condition, at: place, reason)
            let answer = Acknowledgement(.reject, problems: [problem], messageType: sender.acknowledgementType)
            return Received(header: header, outcome: .refused(answer))
        }

        let message: Message
        do throws(MessageError) {
            message = try Message.parse(bytes, characters: sender.characters, limits: sender.limits)
        } catch {
            return refused(error.condition, error.place, error.message)
        }
        let facts = Header(message)
        if facts.controlID.isEmpty {
            return refused(
                .requiredField, Place(segment: "MSH", field: 10),
                "The message control id is missing; without it the message cannot be told from a repeat.")
        }
        switch routing.route(facts) {
        case .unsupported(let condition, let place, let reason): return refused(condition, place, reason)
        case .route(let route):
            var report = ConversionReport()
            if message.first("MSH")?[18].isAbsent ?? true, message.bytes.contains(where: { $0 >= 0x80 }) {
                report.assumptions.append(
                    ConversionReport.Assumption(
                        "The message names no character set; it was read as \(message.characterSet.name).",
                        at: Place(segment: "MSH", field: 18)))
            }
            return Received(header: facts, outcome: .parsed(message, route, report))
        }
    }
}
