import Access
import Exchange
import FHIR
import HL7v2
import Logging
import Store
import Translation

/// Takes one HL7 v2 message to its acknowledgement, whatever link it came by.
struct MessageService: Sendable {
    let store: Store
    /// Microseconds since 1970 UTC.
    let clock: @Sendable () -> Int64
    let makeID: @Sendable () -> String
    let logger: Logger

    /// The acknowledgement, after the message is durably in the log; AR 207 with nothing final where the database is
    /// away.
    func acknowledge(_ bytes: [UInt8], from remoteAddress: String?) async -> [UInt8] {
        let received = Translation.receive(bytes)
        switch received.outcome {
        case .refused(let refusal):
            return await park(bytes, received.header, refusal, from: remoteAddress)
        case .parsed(_, let route, _):
            let reason = "\(route.messageCode)^\(route.triggerEvent) cannot be applied by this version of the server."
            return await park(bytes, received.header, Self.rejection(reason), from: remoteAddress)
        }
    }

    /// The answer to a message of which only the beginning was kept because it is too large.
    func refuse(oversized head: [UInt8], bytes: Int, from remoteAddress: String?) async -> [UInt8] {
        let reason = "The message has \(bytes) bytes, more than this server takes; only its beginning was kept."
        return await park(head, Header(head), Self.rejection(reason), from: remoteAddress)
    }

    private static func rejection(_ reason: String) -> Acknowledgement {
        Acknowledgement(.reject, problems: [.init(.error, .applicationInternal, at: nil, reason)])
    }

    private func park(
        _ bytes: [UInt8], _ header: Header?, _ answer: Acknowledgement, from remoteAddress: String?
    ) async -> [UInt8] {
        let now = clock()
        let acknowledgement = answer.bytes(to: header, controlID: controlID(), time: Self.timestamp(now))
        do {
            try await store.park(
                message(bytes, header, remoteAddress, now),
                reason: answer.problems.first?.message ?? "", acknowledgement: acknowledgement)
            return acknowledgement
        } catch {
            logger.error("a message could not be stored", metadata: ["reason": "\(error)"])
            return Self.rejection(
                "The message could not be stored just now and nothing was applied; send it again later."
            )
            .bytes(to: header, controlID: controlID(), time: Self.timestamp(now))
        }
    }

    private func message(
        _ bytes: [UInt8], _ header: Header?, _ remoteAddress: String?, _ now: Int64
    ) -> InboundMessage {
        let sender = header.map { "\($0.sendingApplication)|\($0.sendingFacility)" } ?? "unknown"
        return InboundMessage(
            received: now,
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
