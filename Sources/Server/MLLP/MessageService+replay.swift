import HL7v2
import Store
import Translation

extension MessageService {
    /// Sends a stored message through the same way again, as if it had just come; what was applied stays so.
    ///
    /// - Throws: where the record cannot be reached; nothing is final then.
    func replay(_ stored: StoredMessage, from remoteAddress: String?) async throws {
        let sender = settings(for: stored.raw)
        let received = Translation.receive(stored.raw, from: sender.defaults)
        let message = message(stored.raw, received.header, remoteAddress)
        metrics.replayed(sender: message.sender)
        _ = try await take(received, message, sender, replaying: stored.summary.number)
    }

    /// What is known about the sender of a message.
    func settings(for bytes: [UInt8]) -> SenderSettings {
        Header(bytes).flatMap(senders.settings(for:)) ?? unknownSender
    }
}
