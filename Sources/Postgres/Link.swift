import CLibPQ
import CPostgresSupport

/// A libpq connection. Not Sendable: it is made, used and finished on one thread.
final class Link {
    let handle: OpaquePointer
    private var noticeReceiver: Unmanaged<NoticeReceiver>?

    private init(handle: OpaquePointer) {
        self.handle = handle
    }

    deinit {
        PQfinish(handle)
        noticeReceiver?.release()
    }

    var socket: Int32 { PQsocket(handle) }
    var isBroken: Bool { PQstatus(handle) == CONNECTION_BAD }
    var processID: Int32 { PQbackendPID(handle) }
    var serverVersion: Int32 { PQserverVersion(handle) }
    var transactionStatus: PGTransactionStatusType { PQtransactionStatus(handle) }

    var errorMessage: String {
        let message = PQerrorMessage(handle).map { String(cString: $0) } ?? ""
        return message.isEmpty ? "the server closed the connection" : message.withoutTrailingNewline
    }

    /// Connects without blocking except for the resolution of names.
    ///
    /// - Parameter wait: waits for the socket (and whatever else wakes the thread) at most until the deadline; false
    ///   gives the attempt up.
    static func open(
        _ configuration: ConnectionConfiguration,
        wait: (_ socket: Int32, _ wanted: Int, _ deadline: UInt64) -> Bool
    ) throws(PostgresError) -> Link {
        let parameters = try configuration.parameters()
        let keywords = CStrings(parameters.map(\.keyword))
        let values = CStrings(parameters.map(\.value))
        guard let handle = PQconnectStartParams(keywords.pointers, values.pointers, 0) else {
            throw .connection(message: "out of memory")
        }
        let link = Link(handle: handle)
        link.receiveNotices(configuration.onNotice)

        let timeout = configuration.connectTimeout.nanoseconds
        let deadline = Monotonic.now.addingReportingOverflow(timeout)
        let limit = deadline.overflow ? .max : deadline.partialValue
        var wanted = Int(POSTGRES_SUPPORT_WRITABLE)
        while true {
            guard !link.isBroken else { throw .connection(message: link.errorMessage) }
            guard wait(link.socket, wanted, limit) else { throw .connection(message: "given up") }
            switch PQconnectPoll(handle) {
            case PGRES_POLLING_OK:
                guard PQsetnonblocking(handle, 1) == 0 else { throw .connection(message: link.errorMessage) }
                return link
            case PGRES_POLLING_READING: wanted = Int(POSTGRES_SUPPORT_READABLE)
            case PGRES_POLLING_WRITING: wanted = Int(POSTGRES_SUPPORT_WRITABLE)
            default: throw .connection(message: link.errorMessage)
            }
            if Monotonic.now >= limit {
                throw .connection(message: "the server did not answer within \(configuration.connectTimeout)")
            }
        }
    }

    private func receiveNotices(_ handler: (@Sendable (ServerError) -> Void)?) {
        let receiver = handler.map { Unmanaged.passRetained(NoticeReceiver(handler: $0)) }
        noticeReceiver = receiver
        PQsetNoticeReceiver(
            handle,
            { context, result in
                guard let context, let result else { return }
                Unmanaged<NoticeReceiver>.fromOpaque(context).takeUnretainedValue().handler(ServerError(result))
            }, receiver?.toOpaque())
    }

    private final class NoticeReceiver {
        let handler: @Sendable (ServerError) -> Void

        init(handler: @escaping @Sendable (ServerError) -> Void) {
            self.handler = handler
        }
    }
}

/// NULL-terminated C strings in a NULL-terminated list.
private final class CStrings {
    private let storage: [UnsafeMutablePointer<CChar>]
    let pointers: [UnsafePointer<CChar>?]

    init(_ strings: [String]) {
        storage = strings.map { string in
            let bytes = string.utf8CString
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
            copy.initialize(from: Array(bytes), count: bytes.count)
            return copy
        }
        pointers = storage.map { UnsafePointer($0) } + [nil]
    }

    deinit {
        for string in storage { string.deallocate() }
    }
}

extension ServerError {
    /// The fields of an error or notice that libpq has taken apart.
    init(_ result: OpaquePointer, statement: String? = nil) {
        func field(_ code: UnicodeScalar) -> String? {
            PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
        }
        self.init(
            sqlState: SQLState(rawValue: field("C") ?? ""),
            severity: field("V") ?? field("S") ?? "",
            message: field("M")
                ?? PQresultErrorMessage(result).map { String(cString: $0).withoutTrailingNewline } ?? "",
            detail: field("D"), hint: field("H"), context: field("W"), schema: field("s"), table: field("t"),
            column: field("c"), dataType: field("d"), constraint: field("n"), position: field("P").flatMap { Int($0) },
            routine: field("R"), statement: statement)
    }
}
