import Glibc

/// The limit of open files: each connection is one.
enum OpenFiles {
    /// As many as the system allows this process; the default of 1,024 would end at a thousand clients.
    static func raiseLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
