import Access
import Exchange
import FHIR
import HL7v2
import Logging
import Store
import Translation

/// Takes one HL7 v2 message to its acknowledgement, whatever link it came by.
struct MessageService: Sendable {
    let exchange: Exchange
    /// What is known about senders beside what they say.
    let senders: [SenderSettings]
    /// What holds for those of whom nothing is known.
    let unknownSender: SenderSettings
    /// Microseconds since 1970 UTC.
    let clock: @Sendable () -> Int64
    let makeID: @Sendable () -> String
    let logger: Logger
    let metrics: FeedMetrics

    /// The acknowledgement, after the message is in the log and, where there is a map for it, in the record. AR 207 with
    /// nothing final where the database is away.
    func acknowledge(_ bytes: [UInt8], from remoteAddress: String?) async -> [UInt8] {
        let sender = settings(for: bytes)
        let received = Translation.receive(bytes, from: sender.defaults)
        let message = message(bytes, received.header, remoteAddress)
        let taken: Taken
        do {
            taken = try await take(received, message, sender)
        } catch {
            logger.warning("a message was not taken", metadata: ["reason": "\(error)", "sender": "\(message.sender)"])
            taken = Taken(answer: Self.later)
        }
        count(taken, of: message, event: received.event)
        return taken.answer.bytes(to: received.header, controlID: controlID(), time: Self.timestamp(clock()))
    }

    /// How a message was answered, and what became of it; nil where nothing is final, and for a repeat.
    struct Taken {
        let answer: Acknowledgement
        var outcome: MessageOutcome?
    }

    /// The answer to a message of which only the beginning was kept because it is too large.
    func refuse(oversized head: [UInt8], bytes: Int, from remoteAddress: String?) async -> [UInt8] {
        let header = Header(head)
        let message = message(head, header, remoteAddress)
        let refusal = Acknowledgement(
            .reject,
            problems: [
                .init(
                    .error, .applicationInternal,
                    "The message has \(bytes) bytes, more than this server takes; only its beginning was kept.")
            ])
        var taken = Taken(answer: refusal, outcome: .refused)
        do {
            let receipt = try await exchange.store.receive(message, event: nil, digest: head, window: 0)
            try await finish(receipt.number, message, refusal, .refused, to: header)
        } catch {
            taken = Taken(answer: Self.later)
        }
        count(taken, of: message, event: nil)
        return taken.answer.bytes(to: header, controlID: controlID(), time: Self.timestamp(clock()))
    }

    private static let later = Acknowledgement(
        .reject,
        problems: [
            .init(
                .error, .applicationInternal,
                "The record cannot be reached just now and nothing was applied; send the message again later.")
        ])

    // MARK: The way of a message

    func take(
        _ received: Received, _ message: InboundMessage, _ sender: SenderSettings, replaying number: Int64? = nil
    ) async throws -> Taken {
        let header = received.header
        switch received.outcome {
        case .refused(let refusal):
            // Where it can be read at all, a repeat is known by the same bytes as that of any other message.
            let digest = (try? HL7v2.Message.parse(message.raw))?.repeatDigestBytes ?? message.raw
            let receipt = try await enter(message, received.event, digest: digest, window: 0, number)
            let outcome = Self.outcome(of: refusal)
            try await finish(receipt.number, message, refusal, outcome, to: header)
            if outcome == .parked {
                alert(.parked, refusal.problems.first?.message ?? "", message, receipt)
            }
            return Taken(answer: refusal, outcome: outcome)
        case .parsed(let parsed, let route, let report):
            let receipt = try await enter(
                message, received.event, digest: parsed.repeatDigestBytes, window: Double(sender.controlIDWindow),
                number)
            if receipt.outcome == .applied || receipt.outcome == .warned {
                metrics.repeated(sender: message.sender)
                return Taken(answer: accepted([], sender))
            }
            var warnings: [String] = []
            if receipt.reusesControlID {
                let sentence =
                    "The control id \(message.controlID ?? "") was used for another message within "
                    + "\(sender.controlIDWindow) seconds."
                alert(.reusedControlID, sentence, message, receipt)
                guard !sender.refusals.reusedControlID else {
                    let refusal = refusal(.reject, .duplicateKey, Place(segment: "MSH", field: 10), sentence, sender)
                    try await finish(receipt.number, message, refusal, .refused, to: header)
                    return Taken(answer: refusal, outcome: .refused)
                }
                warnings.append(sentence)
            }
            return try await apply(parsed, route, report, receipt, message, warnings, sender)
        }
    }

    private func apply(
        _ parsed: HL7v2.Message, _ route: MessageRoute, _ report: ConversionReport, _ receipt: MessageReceipt,
        _ message: InboundMessage, _ warnings: [String], _ sender: SenderSettings
    ) async throws -> Taken {
        let header = Header(parsed)
        let refusal: Acknowledgement
        do {
            let conversion = try Translation.convert(
                parsed, route: route, sender: sender, recorded: message.received, report: report)
            var feed = FeedMessage(
                conversion, of: message, digest: parsed.repeatDigestBytes, number: receipt.number, by: sender)
            feed.warnings = warnings
            let outcome = try await exchange.apply(feed, origin: message.origin) { outcome in
                let answer = accepted(outcome.warnings, sender)
                return (
                    answer.bytes(to: header, controlID: controlID(), time: Self.timestamp(clock())),
                    conversion.report.json(remarks: outcome.remarks)
                )
            }
            if outcome.bedConflicts > 0 {
                alert(
                    .bedConflict, outcome.warnings.suffix(outcome.bedConflicts).joined(separator: " "), message, receipt
                )
            }
            if outcome.isRepeat {
                metrics.repeated(sender: message.sender)
                return Taken(answer: accepted([], sender))
            }
            return Taken(
                answer: accepted(outcome.warnings, sender), outcome: outcome.warnings.isEmpty ? .applied : .warned)
        } catch let error as ConversionRefusal {
            refusal = error.acknowledgement(sender.defaults.acknowledgementType)
        } catch let problem as Problem {
            switch problem.kind {
            case .unavailable, .timeout, .throttled: throw problem
            default: break
            }
            let reason = problem.issues.compactMap(\.diagnostics).joined(separator: " ")
            // Identifiers of one message that lead to several resources: a person must say which is right.
            let isAmbiguous = problem.issues.contains { $0.code == .multipleMatches }
            refusal = self.refusal(.error, isAmbiguous ? .duplicateKey : .applicationInternal, nil, reason, sender)
        }
        try await finish(receipt.number, message, refusal, .refused, to: header)
        return Taken(answer: refusal, outcome: .refused)
    }

    /// Puts a message into the log, or notes that the one with that number is tried once more.
    private func enter(
        _ message: InboundMessage, _ event: String?, digest: [UInt8], window: Double, _ replayed: Int64?
    ) async throws -> MessageReceipt {
        if let replayed, let receipt = try await exchange.store.reopen(message: replayed, digest: digest) {
            return receipt
        }
        return try await exchange.store.receive(message, event: event, digest: digest, window: window)
    }

    /// Tells the one who watches: a line of the log, and a count.
    private func alert(
        _ kind: FeedMetrics.Alert, _ sentence: String, _ message: InboundMessage, _ receipt: MessageReceipt
    ) {
        metrics.alert(kind, sender: message.sender)
        logger.warning(
            "\(kind.words)",
            metadata: [
                "sender": "\(message.sender)", "control-id": "\(message.controlID ?? "")",
                "message": "\(receipt.number)", "reason": "\(sentence)",
            ])
    }

    private func count(_ taken: Taken, of message: InboundMessage, event: String?) {
        metrics.count(
            sender: message.sender, event: event, code: taken.answer.code.rawValue, outcome: taken.outcome,
            received: message.received, took: clock() - message.received)
    }

    // MARK: Answers

    private func accepted(_ warnings: [String], _ sender: SenderSettings) -> Acknowledgement {
        Acknowledgement(
            .accept, problems: warnings.map { .init(.warning, .applicationInternal, $0) },
            messageType: sender.defaults.acknowledgementType)
    }

    private func refusal(
        _ code: Acknowledgement.Code, _ condition: ErrorCondition, _ place: Place?, _ reason: String,
        _ sender: SenderSettings
    ) -> Acknowledgement {
        Acknowledgement(
            code, problems: [.init(.error, condition, at: place, reason)],
            messageType: sender.defaults.acknowledgementType)
    }

    /// What there is no map for waits for one; all else is the sender's to mend.
    private static func outcome(of refusal: Acknowledgement) -> MessageOutcome {
        switch refusal.problems.first?.condition {
        case .unsupportedMessageType, .unsupportedEvent, .unsupportedVersion: .parked
        default: .refused
        }
    }

    private func finish(
        _ number: Int64, _ message: InboundMessage, _ answer: Acknowledgement, _ outcome: MessageOutcome,
        to header: Header?
    ) async throws {
        let bytes = answer.bytes(to: header, controlID: controlID(), time: Self.timestamp(clock()))
        try await exchange.store.finish(
            MessageResult(
                number: number, outcome: outcome, reason: answer.problems.first?.message, wrote: [], report: nil,
                acknowledgement: bytes, patient: nil, occurred: nil), of: message, status: 422)
    }

    // MARK: Facts

    func message(_ bytes: [UInt8], _ header: Header?, _ remoteAddress: String?) -> InboundMessage {
        let sender = header.map { "\($0.sendingApplication)|\($0.sendingFacility)" } ?? "unknown"
        return InboundMessage(
            received: clock(),
            origin: Origin(
                principal: Principal.device(sender: sender).id, channel: .hl7v2, remoteAddress: remoteAddress,
                requestID: header?.controlID),
            sender: sender, controlID: header?.controlID, raw: bytes)
    }

    /// MSH-10 of the answer: at most 20 characters before version 2.7.
    private func controlID() -> String {
        String(makeID().filter { $0 != "-" }.suffix(20))
    }

    /// YYYYMMDDHHMMSS.SSS+0000 (v2.5.1 ch. 2A §2.A.77).
    private static func timestamp(_ now: Int64) -> String {
        Instant.format(microseconds: now).filter { $0 != "-" && $0 != ":" && $0 != "T" && $0 != "Z" } + "+0000"
    }
}

extension Received {
    /// Message type and trigger event, `ADT^A01`.
    fileprivate var event: String? {
        header.map { "\($0.messageCode)^\($0.triggerEvent)" }
    }
}
