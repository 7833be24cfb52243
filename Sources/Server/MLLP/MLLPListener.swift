import HL7v2
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// The MLLP listener: frames however they are cut, in order per connection, each answered before the next is read.
struct MLLPListener: Service {
    let messages: MessageService
    let logger: Logger
    private let server: NIOAsyncChannel<any Channel, Never>

    /// Takes the port, so that nothing is said to be ready that is not.
    init(host: String, port: Int, messages: MessageService, logger: Logger) async throws(ServerError) {
        self.messages = messages
        self.logger = logger
        do {
            server = try await Self.bind(host: host, port: port)
        } catch {
            throw ServerError(error, host: host, port: port, option: "--mllp-port")
        }
    }

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await server.executeThenClose { connections in
                try await withThrowingDiscardingTaskGroup { group in
                    for try await connection in connections {
                        group.addTask { await serve(connection) }
                    }
                }
            }
        } onGracefulShutdown: {
            server.channel.close(promise: nil)
        }
    }

    /// Connections are taken as they are and wrapped by those who serve them: one that nobody comes to serve, because the
    /// server stops in that moment, is simply dropped.
    private static func bind(host: String, port: Int) async throws -> NIOAsyncChannel<any Channel, Never> {
        try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.autoRead, value: false)
            .bind(host: host, port: port) { channel in channel.eventLoop.makeSucceededFuture(channel) }
    }

    private func serve(_ channel: any Channel) async {
        let address = channel.remoteAddress?.ipAddress
        messages.metrics.connectionOpened()
        defer { messages.metrics.connectionClosed() }
        do {
            let connection = try await channel.eventLoop.submit {
                let connection = try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                    wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: false))
                try channel.syncOptions?.setOption(.autoRead, value: true)
                return connection
            }.get()
            try await connection.executeThenClose { inbound, outbound in
                var frames = FrameDecoder()
                for try await chunk in inbound.cancelOnGracefulShutdown() {
                    for event in frames.feed(chunk.readableBytesView) {
                        guard let answer = await answer(event, address) else { continue }
                        try await outbound.write(ByteBuffer(bytes: Frame.encode(answer)))
                    }
                }
                if frames.isInsideFrame {
                    logger.warning(
                        "an MLLP connection was closed within a message", metadata: ["peer": "\(address ?? "")"])
                }
            }
        } catch {
            logger.debug("an MLLP connection ended", metadata: ["reason": "\(error)"])
        }
    }

    private func answer(_ event: FrameDecoder.Event, _ address: String?) async -> [UInt8]? {
        switch event {
        case .frame(let bytes): return await messages.acknowledge(bytes, from: address)
        case .oversized(let head, let bytes):
            logger.warning("a message of \(bytes) bytes was refused", metadata: ["peer": "\(address ?? "")"])
            return await messages.refuse(oversized: head, bytes: bytes, from: address)
        case .abandoned(let bytes), .garbage(let bytes):
            logger.warning("\(bytes) bytes outside a frame were dropped", metadata: ["peer": "\(address ?? "")"])
            return nil
        }
    }
}
