import Glibc

/// A socket to a server under test: sends bytes as they are, and reads what comes.
final class RawConnection {
    private let socket: Int32

    init(_ client: Client) throws {
        guard let port = client.root.split(separator: ":").last.flatMap({ UInt16($0) }) else { throw Failure.noPort }
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        let connected = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw Failure.notConnected(errno) }
    }

    deinit {
        close(socket)
    }

    func send(_ text: String) throws {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure.notSent(errno) }
            bytes = bytes.dropFirst(count)
        }
    }

    /// Says that nothing more will be sent.
    func finishSending() {
        shutdown(socket, Int32(SHUT_WR))
    }

    /// What arrives until the text does, it included, or until the server ends the connection.
    func read(until text: String) throws -> String {
        var received = ""
        while !received.contains(text) {
            guard let more = try readSome() else { break }
            received += more
        }
        return received
    }

    /// What arrives until the server ends the connection.
    func readToEnd() throws -> String {
        var received = ""
        while let more = try readSome() { received += more }
        return received
    }

    private func readSome() throws -> String? {
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        let count = recv(socket, &buffer, buffer.count, 0)
        if count == 0 { return nil }
        guard count > 0 else { throw Failure.notReceived(errno) }
        return String(decoding: buffer[..<count], as: UTF8.self)
    }

    enum Failure: Error {
        case noPort
        case notConnected(Int32)
        case notSent(Int32)
        case notReceived(Int32)
    }
}
