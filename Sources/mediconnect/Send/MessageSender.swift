import HL7v2
import NIOCore
import NIOPosix

/// Sends messages over one MLLP connection, in order, each after the answer to the last; connects again and repeats
/// what got no answer.
struct MessageSender: Sendable {
    let host: String
    let port: Int
    /// How often a message is tried.
    let attempts: Int
    /// How long an answer may take.
    let patience: TimeAmount

    enum Failure: Error, CustomStringConvertible {
        case unreachable(String)
        case unanswered(String)

        var description: String {
            switch self {
            case .unreachable(let reason): "cannot be reached: \(reason)"
            case .unanswered(let reason): "did not answer: \(reason)"
            }
        }
    }

    func send(_ messages: [[UInt8]], _ tally: SendTally) async throws {
        var next = 0
        var failures = 0
        while next < messages.count {
            do {
                let done = try await converse(messages[next...], tally)
                failures = done > 0 ? 0 : failures + 1
                next += done
                if next < messages.count, done == 0 { try await pause(failures, .unanswered("put off for now")) }
            } catch let error as Interruption {
                failures = error.answered > 0 ? 1 : failures + 1
                next += error.answered
                tally.repeats()
                try await pause(failures, .unreachable(error.reason))
            }
        }
    }

    private func pause(_ failures: Int, _ failure: Failure) async throws {
        guard failures < attempts else { throw failure }
        try await Task.sleep(for: .milliseconds(100 << min(failures, 6)))
    }

    /// The connection ended after some answers.
    private struct Interruption: Error {
        let answered: Int
        let reason: String
    }

    /// - Returns: how many messages were answered for good.
    private func converse(_ messages: ArraySlice<[UInt8]>, _ tally: SendTally) async throws -> Int {
        var answered = 0
        do {
            let connection = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(.seconds(10))
                .connect(host: host, port: port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(IdleStateHandler(readTimeout: patience))
                        try channel.pipeline.syncOperations.addHandler(CloseWhenIdle())
                        return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                    }
                }
            try await connection.executeThenClose { inbound, outbound in
                var decoder = FrameDecoder()
                var arrived: [[UInt8]] = []
                var chunks = inbound.makeAsyncIterator()
                for message in messages {
                    let start = ContinuousClock.now
                    try await outbound.write(ByteBuffer(bytes: Frame.encode(message)))
                    while arrived.isEmpty {
                        guard let chunk = try await chunks.next() else {
                            throw Interruption(answered: answered, reason: "the connection was closed")
                        }
                        for case .frame(let bytes) in decoder.feed(chunk.readableBytesView) { arrived.append(bytes) }
                    }
                    let answer = MessageAnswer(arrived.removeFirst())
                    if answer.isPutOff {
                        tally.repeats()
                        return
                    }
                    tally.count(answer, of: message, took: start.duration(to: .now))
                    answered += 1
                }
            }
            return answered
        } catch let error as Interruption {
            throw error
        } catch {
            throw Interruption(answered: answered, reason: "\(error)")
        }
    }
}

/// What an acknowledgement says.
struct MessageAnswer: Sendable {
    /// MSA-1: AA, AE, AR; empty where there is none.
    let code: String
    /// The first thing that ERR or MSA-3 says.
    let reason: String?
    /// Nothing is final; the message is to be sent again (AR with condition 207).
    let isPutOff: Bool

    init(_ bytes: [UInt8]) {
        let message = try? Message.parse(bytes)
        let acknowledgement = message?.first("MSA")
        let problem = message?.problems.first
        code = acknowledgement?[1].value ?? ""
        reason =
            problem.map { "\($0.place.map { "\($0): " } ?? "")\($0.message)" } ?? message?.first("ERR")?[8].value
            ?? acknowledgement?[3].value
        isPutOff = code == "AR" && problem?.condition == .applicationInternal
    }
}

/// Ends a connection whose peer does not answer.
private final class CloseWhenIdle: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent { return context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }
}
