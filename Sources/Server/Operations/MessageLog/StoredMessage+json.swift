import FHIR
import HL7v2
import Store

extension MessageSummary {
    /// A page of the log.
    ///
    /// - Parameter next: where the next page is; nil on the last.
    static func json(_ page: some Collection<MessageSummary>, next: String?) -> [UInt8] {
        var json = JSONBuilder(capacity: 4096)
        json.object { json in
            json.array("messages") { json in
                for summary in page { json.object { summary.write(to: &$0) } }
            }
            json.member("next", ifPresent: next)
        }
        return json.bytes
    }

    /// Its members; what is not known is left out.
    fileprivate func write(to json: inout JSONBuilder) {
        json.member("number", number)
        json.member("status", outcome.rawValue)
        json.member("received", Instant.format(microseconds: received))
        json.member("sender", sender)
        json.member("event", ifPresent: event)
        json.member("controlId", ifPresent: controlID)
        json.member("attempts", attempts)
        json.member("patient", ifPresent: patient.map { "Patient/\($0)" })
        json.member("why", ifPresent: reason)
        json.member("occurred", ifPresent: occurred.map { Instant.format(microseconds: $0) })
        json.member("decided", ifPresent: decided.map { Instant.format(microseconds: $0) })
        json.member("bytes", size)
    }
}

extension StoredMessage {
    /// All of it was kept: of what is too large only the beginning is, and no event is noted with that, although its
    /// header can be read.
    var isWhole: Bool { summary.event != nil || Header(raw) == nil }

    /// The message whole: what is kept about it, then its segments.
    ///
    /// - Parameter characters: how its sender's bytes are read.
    func json(characters: CharacterSetPolicy) -> [UInt8] {
        var json = JSONBuilder(capacity: 16 * 1024)
        json.object { json in
            summary.write(to: &json)
            if !isWhole { json.member("isWhole", false) }
            writeOutcome(to: &json)
            if let header = Header(raw, characters: characters) { json.object("header") { header.write(to: &$0) } }
            do {
                let message = try Message.parse(raw, characters: characters)
                json.array("segments") { message.write(to: &$0) }
            } catch {
                json.member("unreadable", "\(error)")
                // As Latin-1 every byte is a character: what can be told apart is shown.
                let policy = CharacterSetPolicy(fallback: .latin1, ignoresHeader: true)
                if let message = try? Message.parse(raw, characters: policy) {
                    json.array("segments") { message.write(to: &$0) }
                }
            }
        }
        return json.bytes
    }

    /// What came of sending it through again.
    func replayJSON(before: MessageOutcome, wasDone: Bool) -> [UInt8] {
        var json = JSONBuilder()
        json.object { json in
            summary.write(to: &json)
            json.member("before", before.rawValue)
            if wasDone { json.member("note", "It had been applied already; nothing was changed.") }
            writeOutcome(to: &json)
        }
        return json.bytes
    }

    private func writeOutcome(to json: inout JSONBuilder) {
        json.array("wrote") { json in for reference in wrote { json.value(reference) } }
        if let report, let document = try? JSONDocument.parse(Array(report.utf8)) {
            json.member("report", document.root)
        }
        guard let acknowledgement else { return }
        json.object("acknowledgement") { json in
            let message = try? Message.parse(acknowledgement)
            json.member("code", ifPresent: message?.first("MSA")?[1].value)
            json.array("problems") { json in
                for problem in message?.problems ?? [] { json.object { problem.write(to: &$0) } }
            }
            json.member("text", String(decoding: acknowledgement, as: UTF8.self))
        }
    }
}

extension Header {
    fileprivate func write(to json: inout JSONBuilder) {
        let facts: [(StaticString, String)] = [
            ("sendingApplication", sendingApplication), ("sendingFacility", sendingFacility), ("time", time),
            ("messageCode", messageCode), ("triggerEvent", triggerEvent), ("structure", structure),
            ("controlId", controlID), ("processingId", processingID), ("version", versionID),
            ("characterSet", characterSetName),
        ]
        for (name, text) in facts where !text.isEmpty { json.member(name, text) }
    }
}

extension Acknowledgement.Problem {
    fileprivate func write(to json: inout JSONBuilder) {
        json.member("severity", severity.rawValue)
        json.member("condition", condition.rawValue)
        json.member("conditionText", condition.text)
        json.member("place", ifPresent: place.map { "\($0)" })
        json.member("name", ifPresent: place.flatMap(FieldNames.standard.name(of:)))
        json.member("message", message)
    }
}
