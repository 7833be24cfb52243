import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// How connections are served: each by a task on the event loop of its channel, one request at a time.
///
/// Hummingbird accepts, drains and closes; what it would do for each request (its own request and response types, a
/// logger and an identifier for each) took a tenth of a read and is left out.
struct HTTPConnections: ServerChildChannel {
    /// How long nothing may happen on a connection.
    private static let idle = TimeAmount.minutes(10)

    /// Bytes of a request's body.
    let limit: Int
    /// Microseconds since 1970 UTC.
    let clock: @Sendable () -> Int64
    let respond: @Sendable (HTTPCall) async -> Answer

    struct Value: ServerChildChannelValue {
        let channel: any Channel
        let calls: NIOLoopBound<HTTPCallHandler>

        /// The next request; nil when the connection has ended.
        func next() async -> HTTPCall? {
            await withCheckedContinuation { calls.value.deliver(to: $0) }
        }

        /// Sends a body in parts, each when the client has taken those before.
        func send(_ answer: Answer, _ parts: AnswerParts) async {
            calls.value.begin(answer)
            do {
                for number in 0..<parts.count {
                    let part = try await parts.part(number)
                    guard await withCheckedContinuation({ calls.value.write(part: part, $0) }) else { break }
                }
                calls.value.finish()
            } catch {
                calls.value.abandon()
            }
        }
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            // The fields of answers were checked when they were made.
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: true, withErrorHandling: false, withOutboundHeaderValidation: false)
            try pipeline.addHandler(IdleStateHandler(allTimeout: Self.idle))
            let calls = HTTPCallHandler(limit: limit, clock: clock)
            try pipeline.addHandler(calls)
            return Value(channel: channel, calls: NIOLoopBound(calls, eventLoop: channel.eventLoop))
        }
    }

    func handle(value: Value, logger: Logger) async {
        await withTaskCancellationHandler {
            await withTaskExecutorPreference(EventLoopExecutor(value.channel.eventLoop)) {
                while let call = await value.next() {
                    let answer = await respond(call)
                    if let parts = answer.parts, !answer.isHeadOnly {
                        await value.send(answer, parts)
                    } else {
                        value.calls.value.write(answer)
                    }
                }
            }
        } onCancel: {
            value.channel.close(promise: nil)
        }
    }
}
