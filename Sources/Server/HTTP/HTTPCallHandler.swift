import HTTPTypes
import NIOCore
import NIOHTTP1

/// The last handler of an HTTP/1.1 connection: gathers requests, hands them one after another to the task that serves
/// the connection, and writes its answers. NIO's pipeline handler before it lets the next request in when the last one
/// is answered.
final class HTTPCallHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// What a client may go on sending of a body that was refused; it reads the answer only when it has sent all.
    private static let patience = 256 << 20

    private let limit: Int
    private let clock: @Sendable () -> Int64
    private var context: ChannelHandlerContext?
    private var remoteAddress: String?

    private var head: HTTPRequestHead?
    private var body = ByteBuffer()
    private var dropped = 0
    private var refusal: HTTPProblem?

    private var arrived: HTTPCall?
    private var server: CheckedContinuation<HTTPCall?, Never>?
    /// A request was handed out and has no answer yet.
    private var isServing = false
    private var closesNext = false
    private var isOldVersion = false

    /// - Parameters:
    ///   - limit: bytes of a request's body.
    ///   - clock: microseconds since 1970 UTC.
    init(limit: Int, clock: @escaping @Sendable () -> Int64) {
        self.limit = limit
        self.clock = clock
    }

    // MARK: For the task that serves the connection

    /// Gives the next request, or nil at the connection's end, when the client takes answers.
    func deliver(to server: CheckedContinuation<HTTPCall?, Never>) {
        self.server = server
        deliver()
    }

    func write(_ answer: Answer) {
        isServing = false
        guard let context else { return }
        let status = HTTPResponseStatus(statusCode: answer.status.code)
        closesNext = closesNext || answer.closes
        var headers = HTTPHeaders()
        headers.reserveCapacity(answer.headers.count + 4)
        for field in answer.headers { headers.add(name: field.name.rawName, value: field.value) }
        headers.add(name: "Date", value: HTTPDate.text(clock()))
        headers.add(name: "Server", value: "MediConnect")
        if status.mayHaveResponseBody { headers.add(name: "Content-Length", value: String(answer.body.count)) }
        if closesNext {
            headers.add(name: "Connection", value: "close")
        } else if isOldVersion {
            headers.add(name: "Connection", value: "keep-alive")
        }
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !answer.body.isEmpty, !answer.isHeadOnly, status.mayHaveResponseBody {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))), promise: nil)
        }
        guard closesNext else { return context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil) }
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
    }

    private func deliver() {
        guard let server else { return }
        guard let context else {
            self.server = nil
            return server.resume(returning: nil)
        }
        guard let call = arrived, context.channel.isWritable else { return }
        arrived = nil
        self.server = nil
        isServing = true
        server.resume(returning: call)
    }

    // MARK: From the connection

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        deliver()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        deliver()
        context.fireChannelInactive()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        deliver()
        context.fireChannelWritabilityChanged()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): begin(head, context)
        case .body(var part): take(&part, context)
        case .end: end()
        }
    }

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        self.head = head
        body = ByteBuffer()
        dropped = 0
        refusal = nil
        isOldVersion = head.version.minor == 0
        remoteAddress = remoteAddress ?? context.remoteAddress?.ipAddress
        closesNext = closesNext || !head.isKeepAlive
        let announced = head.headers.first(name: "Content-Length").flatMap(Int.init) ?? 0
        if announced > limit { refusal = .tooLarge(limit: limit) }
        guard head.headers.first(name: "Expect")?.lowercased() == "100-continue" else { return }
        if refusal == nil {
            context.writeAndFlush(
                wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
        } else {
            // The client waits for leave and gets none: nothing of the body comes.
            closesNext = true
            end()
        }
    }

    private func take(_ part: inout ByteBuffer, _ context: ChannelHandlerContext) {
        guard head != nil else { return }
        if refusal == nil, body.readableBytes + part.readableBytes <= limit {
            if body.readableBytes == 0 { body = part } else { body.writeBuffer(&part) }
            return
        }
        refusal = .tooLarge(limit: limit)
        body = ByteBuffer()
        dropped += part.readableBytes
        if dropped > limit + Self.patience {
            closesNext = true
            end()
        }
    }

    private func end() {
        guard let head else { return }
        self.head = nil
        let body = body
        self.body = ByteBuffer()
        arrived = HTTPCall(
            head, remoteAddress: remoteAddress, body: refusal.map { .failure($0) } ?? .success(body))
        deliver()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            // What was asked is still answered.
            closesNext = true
            if !isServing, arrived == nil { context.close(promise: nil) }
        case is IdleStateHandler.IdleStateEvent:
            if !isServing, arrived == nil { context.close(promise: nil) }
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    /// What is no HTTP is told so; the decoder closes the connection right after this.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        closesNext = true
        if let error = error as? HTTPParserError, !isServing, arrived == nil {
            head = nil
            write(Answer(malformed: error))
        } else if !isServing {
            context.close(promise: nil)
        }
    }
}
