import Glibc
import Postgres

/// A port on which connections are accepted by the kernel and nothing is ever said.
final class SilentServer {
    private let descriptor: Int32
    let port: UInt16

    init() throws(PostgresError) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isListening = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && listen(descriptor, 8) == 0
                    && getsockname(descriptor, address, &length) == 0
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        guard isListening else {
            close(descriptor)
            throw .connection(message: "no port for a test: errno \(errno)")
        }
    }

    deinit {
        close(descriptor)
    }
}
