import CPostgresSupport
import Glibc

/// Where the parts of a cluster lie, and the lock that makes them ours.
struct ClusterLayout: Sendable {
    /// The server's data directory, without links.
    let root: String

    /// PostgreSQL's data directory.
    var cluster: String { root + "/postgres" }
    /// A cluster in the making, which takes its place when it is whole.
    var draft: String { root + "/postgres.new" }
    var logs: String { root + "/log" }
    /// What PostgreSQL and initdb say before they have a log of their own.
    var startLog: String { logs + "/start.log" }
    var lockFile: String { root + "/mediconnect.lock" }
    var postmasterFile: String { cluster + "/postmaster.pid" }
    var versionFile: String { cluster + "/PG_VERSION" }

    static let port = "5432"
    static func socket(in directory: String) -> String { "\(directory)/.s.PGSQL.\(port)" }

    /// `sun_path` has 108 bytes with its NUL (unix(7)).
    static let longestSocketPath = 107

    /// Makes the data directory where it is missing, and checks that PostgreSQL's user can go there.
    init(_ configuration: ClusterConfiguration, user: ClusterUser) throws(ClusterError) {
        guard configuration.dataDirectory.hasPrefix("/") else { throw .relativePath(configuration.dataDirectory) }
        // Before anything is made: the part of the way that is there already.
        var existing = configuration.dataDirectory
        while !ClusterFiles.exists(existing), let slash = existing.lastIndex(of: "/") {
            existing = slash == existing.startIndex ? "/" : String(existing[..<slash])
        }
        if let closed = try user.firstClosed(on: existing) {
            throw .unreachable(directory: configuration.dataDirectory, user: user.name, closed: closed)
        }
        // Somebody less than root must pass through, and has no business in listing it.
        try ClusterFiles.makeDirectories(
            configuration.dataDirectory, mode: user.identity.change != 0 ? 0o711 : 0o700)
        root = try ClusterFiles.resolved(configuration.dataDirectory)
        if let closed = try user.firstClosed(on: root) {
            throw .unreachable(directory: root, user: user.name, closed: closed)
        }
    }

    /// Takes the data directory for this process; the lock goes when the descriptor is closed, or we die.
    func lock() throws(ClusterError) -> Int32 {
        let descriptor = open(lockFile, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw ClusterFiles.error(lockFile, errno) }
        let result = mc_lock(descriptor)
        guard result == 0 else {
            close(descriptor)
            guard result == -EWOULDBLOCK else { throw ClusterFiles.error(lockFile, -result) }
            let holder = ClusterFiles.read(lockFile)?.split(separator: "\n").first.flatMap { Int32($0) }
            throw .inUse(directory: root, pid: holder)
        }
        let line = "\(getpid())\n"
        ftruncate(descriptor, 0)
        _ = line.withCString { pwrite(descriptor, $0, strlen($0), 0) }
        return descriptor
    }

    /// A directory for the socket that only we and PostgreSQL's user can enter, with a path short enough.
    func socketDirectory(for user: ClusterUser) throws(ClusterError) -> String {
        var refusal: ClusterError?
        for candidate in socketDirectories(for: user) {
            do {
                try ClusterFiles.makePrivateDirectory(candidate, for: user)
                return candidate
            } catch {
                refusal = refusal ?? .socketConflict(path: candidate, reason: "\(error)")
            }
        }
        throw refusal ?? .socketConflict(path: root, reason: "its path is too long")
    }

    /// Leaves no socket directory outside of the data directory behind.
    func remove(socketDirectory: String) {
        if socketDirectory != root + "/run" { rmdir(socketDirectory) }
    }

    /// In order of preference. The short ones carry a hash of the data directory, so that it finds its own again.
    func socketDirectories(for user: ClusterUser) -> [String] {
        let hash = String(Self.hash(root), radix: 36)
        var candidates = [root + "/run"]
        if user.identity.change != 0 {
            candidates.append("/run/mediconnect-\(hash)")
        } else if let runtime = getenv("XDG_RUNTIME_DIR").map({ String(cString: $0) }), runtime.hasPrefix("/") {
            candidates.append("\(runtime)/mediconnect-\(hash)")
        }
        candidates.append("/tmp/mediconnect-\(hash)-\(user.uid)")
        return candidates.filter { path in
            // PostgreSQL reads a list here: a comma or a quote in a name would need its own quoting.
            Self.socket(in: path).utf8.count <= Self.longestSocketPath
                && !path.contains { $0 == "," || $0 == "\"" || $0 == "'" || $0 == "\\" || $0 == "\n" }
        }
    }

    /// FNV-1a, 64 bits.
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
