import HL7v2
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// The MLLP listener: frames however they are cut, in order per connection, each answered before the next is read.
struct MLLPListener: Service {
    let host: String
    let port: Int
    let messages: MessageService
    let logger: Logger
    /// Told the port once it listens.
    let onListening: @Sendable (Int) -> Void

    func run() async throws {
        let server: NIOAsyncChannel<NIOAsyncChannel<ByteBuffer, ByteBuffer>, Never>
        do {
            server = try await bind()
        } catch {
            throw ServerError(error, host: host, port: port, option: "--mllp-port")
        }
        onListening(server.channel.localAddress?.port ?? port)
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

    private func bind() async throws -> NIOAsyncChannel<NIOAsyncChannel<ByteBuffer, ByteBuffer>, Never> {
        try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .bind(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: false))
                }
            }
    }

    private func serve(_ connection: NIOAsyncChannel<ByteBuffer, ByteBuffer>) async {
        let address = connection.channel.remoteAddress?.ipAddress
        do {
            try await connection.executeThenClose { inbound, outbound in
                var frames = FrameDecoder()
                for try await chunk in inbound.cancelOnGracefulShutdown() {
                    for event in frames.feed(chunk.readableBytesView) {
                        guard let answer = await answer(event, address) else { continue }
                        try await outbound.write(ByteBuffer(bytes: Frame.encode(answer)))
                    }
                }
                if frames.isInsideFrame {
                    logger.warning("an MLLP connection was closed within a message", metadata: ["peer": "\(address ?? "")"])
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
