import HL7v2

/// The messages in a file: one after another, with or without frames, in whatever way lines end. Batch and file headers
/// (FHS, BHS, BTS, FTS) are left out.
enum MessageFile {
    static func messages(_ bytes: [UInt8]) -> [[UInt8]] {
        var messages: [[UInt8]] = []
        var current: [UInt8] = []
        for line in bytes.split(whereSeparator: { $0 == 0x0D || $0 == 0x0A || $0 == 0x0B || $0 == 0x1C }) {
            if line.starts(with: "MSH".utf8), !current.isEmpty {
                messages.append(current)
                current = []
            }
            if current.isEmpty, !line.starts(with: "MSH".utf8) { continue }
            if ["FHS", "BHS", "BTS", "FTS"].contains(where: { line.starts(with: $0.utf8) }) { continue }
            current += line
            current.append(0x0D)
        }
        return current.isEmpty ? messages : messages + [current]
    }

    /// Whose messages must stay in order: the first number of PID-3, else the message's own id.
    static func subject(_ bytes: [UInt8]) -> String {
        guard let message = try? Message.parse(bytes) else { return "" }
        return message.first("PID")?[3].component(1).value ?? Header(message).controlID
    }
}
