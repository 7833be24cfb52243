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

    /// The acknowledgement, after the message is in the log and, where there is a map for it, in the record. AR 207 with
    /// nothing final where the database is away.
    func acknowledge(_ bytes: [UInt8], from remoteAddress: String?) async -> [UInt8] {
        let sender = Header(bytes).flatMap(senders.settings(for:)) ?? unknownSender
        let received = Translation.receive(bytes, from: sender.defaults)
        let message = message(bytes, received.header, remoteAddress)
        let answer: Acknowledgement
        do {
            answer = try await take(received, message, sender)
        } catch {
            logger.warning("a message was not taken", metadata: ["reason": "\(error)", "sender": "\(message.sender)"])
            answer = Self.later
        }
        return answer.bytes(to: received.header, controlID: controlID(), time: Self.timestamp(clock()))
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
        var answer = refusal
        do {
            let receipt = try await exchange.store.receive(message, event: nil, digest: head, window: 0)
            try await finish(receipt.number, message, refusal, .refused, to: header)
        } catch {
            answer = Self.later
        }
        return answer.bytes(to: header, controlID: controlID(), time: Self.timestamp(clock()))
    }

    private static let later = Acknowledgement(
        .reject,
        problems: [
            .init(
                .error, .applicationInternal,
                "The record cannot be reached just now and nothing was applied; send the message again later.")
        ])

    // MARK: The way of a message

    private func take(
        _ received: Received, _ message: InboundMessage, _ sender: SenderSettings
    ) async throws -> Acknowledgement {
        let header = received.header
        let event = header.map { "\($0.messageCode)^\($0.triggerEvent)" }
        switch received.outcome {
        case .refused(let refusal):
            let receipt = try await exchange.store.receive(message, event: event, digest: message.raw, window: 0)
            try await finish(receipt.number, message, refusal, Self.outcome(of: refusal), to: header)
            return refusal
        case .parsed(let parsed, let route, let report):
            let receipt = try await exchange.store.receive(
                message, event: event, digest: parsed.repeatDigestBytes, window: Double(sender.controlIDWindow))
            if receipt.outcome == .applied || receipt.outcome == .warned { return accepted([], sender) }
            var warnings: [String] = []
            if receipt.reusesControlID {
                let sentence =
                    "The control id \(message.controlID ?? "") was used for another message within "
                    + "\(sender.controlIDWindow) seconds."
                guard !sender.refusals.reusedControlID else {
                    let refusal = refusal(.reject, .duplicateKey, Place(segment: "MSH", field: 10), sentence, sender)
                    try await finish(receipt.number, message, refusal, .refused, to: header)
                    return refusal
                }
                logger.warning("a control id was used again", metadata: ["sender": "\(message.sender)"])
                warnings.append(sentence)
            }
            return try await apply(parsed, route, report, receipt, message, warnings, sender)
        }
    }

    private func apply(
        _ parsed: HL7v2.Message, _ route: MessageRoute, _ report: ConversionReport, _ receipt: MessageReceipt,
        _ message: InboundMessage, _ warnings: [String], _ sender: SenderSettings
    ) async throws -> Acknowledgement {
        let header = Header(parsed)
        let refusal: Acknowledgement
        do {
            let conversion = try Translation.convert(
                parsed, route: route, sender: sender, recorded: message.received, report: report)
            let feed = FeedMessage(
                conversion, of: message, digest: parsed.repeatDigestBytes, number: receipt.number, by: sender)
            let outcome = try await exchange.apply(feed, origin: message.origin) { outcome in
                let answer = accepted(warnings + outcome.warnings, sender)
                return (
                    answer.bytes(to: header, controlID: controlID(), time: Self.timestamp(clock())),
                    conversion.report.json(remarks: outcome.remarks)
                )
            }
            return accepted(warnings + outcome.warnings, sender)
        } catch let error as ConversionRefusal {
            refusal = error.acknowledgement(sender.defaults.acknowledgementType)
        } catch let problem as Problem {
            switch problem.kind {
            case .unavailable, .timeout: throw problem
            default: break
            }
            let reason = problem.issues.compactMap(\.diagnostics).joined(separator: " ")
            refusal = self.refusal(.error, .applicationInternal, nil, reason, sender)
        }
        try await finish(receipt.number, message, refusal, .refused, to: header)
        return refusal
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

    private func message(_ bytes: [UInt8], _ header: Header?, _ remoteAddress: String?) -> InboundMessage {
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
