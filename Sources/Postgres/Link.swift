import CLibPQ
import CPostgresSupport

/// A libpq connection. Not Sendable: it is made, used and finished on one thread.
final class Link {
    let handle: OpaquePointer
    private let noticeReceiver: NoticeReceiver

    private init(handle: OpaquePointer, onNotice: (@Sendable (ServerError) -> Void)?) {
        self.handle = handle
        noticeReceiver = NoticeReceiver(handler: onNotice)
        // The receiver lives as long as the connection, which alone calls it.
        PQsetNoticeReceiver(
            handle,
            { context, result in
                guard let context, let result else { return }
                Unmanaged<NoticeReceiver>.fromOpaque(context).takeUnretainedValue().take(ServerError(result))
            }, Unmanaged.passUnretained(noticeReceiver).toOpaque())
    }

    deinit {
        PQfinish(handle)
    }

    var socket: Int32 { PQsocket(handle) }
    var isBroken: Bool { PQstatus(handle) == CONNECTION_BAD }
    var processID: Int32 { PQbackendPID(handle) }
    var serverVersion: Int32 { PQserverVersion(handle) }
    var transactionStatus: PGTransactionStatusType { PQtransactionStatus(handle) }

    /// Why the server ended the session while nothing was asked of it. What is sent after it is not executed.
    var farewell: ServerError? { noticeReceiver.farewell }

    /// On one line.
    var errorMessage: String {
        let message = PQerrorMessage(handle).map { String(cString: $0) } ?? ""
        let lines = message.split { $0.isNewline }.map { $0.drop { $0 == "\t" || $0 == " " } }
        return lines.isEmpty ? "the server closed the connection" : lines.joined(separator: " ")
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
        let link = Link(handle: handle, onNotice: configuration.onNotice)

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

    private final class NoticeReceiver {
        let handler: (@Sendable (ServerError) -> Void)?
        var farewell: ServerError?

        init(handler: (@Sendable (ServerError) -> Void)?) {
            self.handler = handler
        }

        func take(_ notice: ServerError) {
            if notice.isFatal { farewell = notice }
            handler?(notice)
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
