/// `postmaster.pid`, in which a running PostgreSQL says who and where it is (PostgreSQL's miscadmin.h,
/// LOCK_FILE_LINE_…).
struct PostmasterFile: Equatable {
    enum Status: Equatable { case starting, stopping, ready, standby, unknown }

    let pid: Int32
    /// Single-user mode writes its pid with a minus.
    let isSingleUser: Bool
    let port: String
    /// Empty where it listens on no socket.
    let socketDirectory: String
    let status: Status

    init?(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.first, let number = Int32(first), number != 0, number != .min else { return nil }
        pid = abs(number)
        isSingleUser = number < 0
        port = lines.count > 3 ? String(lines[3]) : ""
        socketDirectory = lines.count > 4 ? String(lines[4]) : ""
        status =
            switch lines.count > 7 ? lines[7].prefix(while: { $0 != " " }) : "" {
            case "starting": .starting
            case "stopping": .stopping
            case "ready": .ready
            case "standby": .standby
            default: .unknown
            }
    }
}
