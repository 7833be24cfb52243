import HTTPTypes
import NIOCore
import NIOHTTP1

/// The last handler of an HTTP/1.1 connection: gathers requests, hands them one after another to the task that serves
/// the connection, and writes its answers. NIO's pipeline handler before it lets the next request in when the last one
/// is answered.
final class HTTPCallHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// What a client may go on sending of a body that was refused: many read the answer only when they have sent all,
    /// and would not see it if the connection ended before.
    private static let patience = 256 << 20

    /// How long an answer may be on its way to a client that has ended its side before it is asked whether it is there.
    private static let doubt = TimeAmount.milliseconds(500)

    private let limit: Int
    private let client = ClientPresence()
    private let clock: @Sendable () -> Int64
    private var context: ChannelHandlerContext?
    private var remoteAddress: String?

    private var head: HTTPRequestHead?
    private var body = ByteBuffer()
    /// The request was refused and handed out before its end; what still comes of it is dropped.
    private var isDropping = false
    private var dropped = 0

    private var arrived: HTTPCall?
    private var server: CheckedContinuation<HTTPCall?, Never>?
    /// Waits until the client takes more of an answer.
    private var taker: CheckedContinuation<Bool, Never>?
    /// A request was handed out and has no answer yet.
    private var isServing = false
    private var closesNext = false
    /// The client sends nothing more; perhaps it waits for an answer still.
    private var hasEndedItsSide = false
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
        guard let context else {
            isServing = false
            return
        }
        let status = writeHead(of: answer, context)
        if !answer.body.isEmpty, !answer.isHeadOnly, status.mayHaveResponseBody {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))), promise: nil)
        }
        finish()
    }

    /// Begins an answer whose body comes in parts.
    func begin(_ answer: Answer) {
        if let context { _ = writeHead(of: answer, context) }
    }

    /// Sends a part of the body; the continuation gets true when the client takes more, false when it has gone.
    func write(part: [UInt8], _ ready: CheckedContinuation<Bool, Never>) {
        guard let context else { return ready.resume(returning: false) }
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: part)))), promise: nil)
        if context.channel.isWritable { ready.resume(returning: true) } else { taker = ready }
    }

    /// The body's rest cannot be had: whoever waits for it learns by the end of the connection.
    func abandon() {
        isServing = false
        context?.close(promise: nil)
    }

    /// Ends an answer.
    func finish() {
        isServing = false
        guard let context else { return }
        guard closesNext, !isDropping else { return context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil) }
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
    }

    private func writeHead(of answer: Answer, _ context: ChannelHandlerContext) -> HTTPResponseStatus {
        let status = HTTPResponseStatus(statusCode: answer.status.code)
        closesNext = closesNext || answer.closes
        var headers = HTTPHeaders()
        headers.reserveCapacity(answer.headers.count + 4)
        for field in answer.headers { headers.add(name: field.name.rawName, value: field.value) }
        headers.add(name: "Date", value: HTTPDate.text(clock()))
        headers.add(name: "Server", value: "MediConnect")
        if status.mayHaveResponseBody {
            headers.add(name: "Content-Length", value: String(answer.parts?.bytes ?? answer.body.count))
        }
        if closesNext {
            headers.add(name: "Connection", value: "close")
        } else if isOldVersion {
            headers.add(name: "Connection", value: "keep-alive")
        }
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        return status
    }

    /// Whoever waits to send more learns whether the client takes it.
    private func tellTaker() {
        guard let taker, context?.channel.isWritable ?? true else { return }
        self.taker = nil
        taker.resume(returning: context != nil)
    }

    private func deliver() {
        tellTaker()
        guard let server else { return }
        guard let context else {
            self.server = nil
            return server.resume(returning: nil)
        }
        guard let call = arrived, context.channel.isWritable else { return }
        arrived = nil
        self.server = nil
        isServing = true
        if hasEndedItsSide { askWhetherThere(context) }
        server.resume(returning: call)
    }

    // MARK: From the connection

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        client.leave()
        deliver()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        client.leave()
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
        case .end: end(context)
        }
    }

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        self.head = head
        body = ByteBuffer()
        isDropping = false
        dropped = 0
        isOldVersion = head.version.minor == 0
        remoteAddress = remoteAddress ?? context.remoteAddress?.ipAddress
        closesNext = closesNext || !head.isKeepAlive
        let announced = head.headers.first(name: "Content-Length").flatMap(Int.init) ?? 0
        let asksForLeave = head.headers.first(name: "Expect")?.lowercased() == "100-continue"
        if announced > limit {
            // A client that asked for leave and gets none may send the body or not: only a new connection is certain.
            closesNext = closesNext || asksForLeave
            isDropping = !asksForLeave
            hand(over: .failure(.tooLarge(limit: limit)))
        } else if asksForLeave {
            context.writeAndFlush(
                wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
        }
    }

    private func take(_ part: inout ByteBuffer, _ context: ChannelHandlerContext) {
        if isDropping {
            dropped += part.readableBytes
            if dropped > limit + Self.patience { context.close(promise: nil) }
        } else if body.readableBytes + part.readableBytes > limit {
            isDropping = true
            hand(over: .failure(.tooLarge(limit: limit)))
        } else if body.readableBytes == 0 {
            body = part
        } else {
            body.writeBuffer(&part)
        }
    }

    private func end(_ context: ChannelHandlerContext) {
        guard isDropping else { return hand(over: .success(body)) }
        isDropping = false
        if closesNext, !isServing, arrived == nil { context.close(promise: nil) }
    }

    private func hand(over body: Result<ByteBuffer, HTTPProblem>) {
        guard let head else { return }
        self.head = nil
        self.body = ByteBuffer()
        arrived = HTTPCall(head, remoteAddress: remoteAddress, body: body, client: client)
        deliver()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            // What was asked is still answered.
            closesNext = true
            hasEndedItsSide = true
            if isServing {
                askWhetherThere(context)
            } else if arrived == nil {
                context.close(promise: nil)
            }
        case is IdleStateHandler.IdleStateEvent:
            if !isServing, arrived == nil { context.close(promise: nil) }
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    /// A client that has ended its side may wait for the answer, or be gone: TCP says the same of both. An interim answer
    /// (RFC 9110 §15.2) harms nobody who waits, and the system of one who has gone refuses it, which ends the connection.
    private func askWhetherThere(_ context: ChannelHandlerContext) {
        guard !isOldVersion else { return }
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.doubt) {
            guard self.isServing, let context = self.context else { return }
            context.writeAndFlush(
                self.wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .processing))), promise: nil)
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
