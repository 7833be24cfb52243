import TestSupport

/// One connection of MLLP: a message, its acknowledgement.
struct MLLPClient {
    private let connection: RawConnection

    init(port: Int) throws {
        connection = try RawConnection(port: port)
    }

    /// - Returns: the segments of the acknowledgement, a line each.
    func send(_ segments: [String]) -> String {
        connection.send("\u{0B}" + segments.joined(separator: "\r") + "\r\u{1C}\r")
        return connection.receive(until: "\u{1C}\r").filter { $0 != "\u{0B}" && $0 != "\u{1C}" }
            .replacing("\r", with: "\n")
    }
}
