import Glibc
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

    /// A port that nobody listens on just now.
    static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw NoPort() }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    struct NoPort: Error {}
}
