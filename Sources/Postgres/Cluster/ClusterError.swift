/// Why there is no PostgreSQL, in a sentence for the person in front of the machine, and what to do.
public indirect enum ClusterError: Error, Sendable, Equatable {
    /// The data directory is not an absolute path.
    case relativePath(String)
    /// No PostgreSQL server is installed where we looked.
    case binariesNotFound(searched: [String])
    /// The binaries are there and cannot be used.
    case binariesUnusable(path: String, reason: String)
    /// The cluster was made by another major version of PostgreSQL.
    case versionMismatch(directory: String, madeBy: String, found: String)
    /// A directory is in the cluster's place that is none.
    case notACluster(directory: String)
    /// Another MediConnect server holds the data directory.
    case inUse(directory: String, pid: Int32?)
    /// Somebody works on the cluster in single-user mode, or cannot be looked at.
    case occupied(directory: String, pid: Int32)
    /// We are root and the user that PostgreSQL should run as does not exist.
    case userMissing(String)
    /// The user that PostgreSQL runs as cannot go to the data directory.
    case unreachable(directory: String, user: String, closed: String)
    /// The file system does not let us.
    case permissions(path: String, reason: String)
    case diskFull(path: String)
    /// Nobody else's socket or directory may be in the place of ours.
    case socketConflict(path: String, reason: String)
    case outOfMemory(lines: [String])
    case initializationFailed(lines: [String])
    case startFailed(status: String, lines: [String])
    case startTimedOut(seconds: Int64, lines: [String])
    /// The cluster runs and its roles or its database could not be made.
    case setupFailed(String)
    /// Told to stop before it was ready.
    case stopped
    /// Restarted as often as makes sense.
    case gaveUp(attempts: Int, last: ClusterError)
    case system(call: String, reason: String)
}

extension ClusterError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .relativePath(let path):
            "The data directory \(path) must be given as an absolute path."
        case .binariesNotFound(let searched):
            "PostgreSQL is not installed (looked in \(searched.joined(separator: ", "))). Install it with "
                + "`apt-get install postgresql`, or name an existing server with --database-url."
        case .binariesUnusable(let path, let reason):
            "The PostgreSQL in \(path) cannot be used: \(reason)."
        case .versionMismatch(let directory, let madeBy, let found):
            "The data in \(directory) was made by PostgreSQL \(madeBy), but only PostgreSQL \(found) is installed. "
                + "Install postgresql-\(madeBy), or move the data over with pg_upgrade or a dump."
        case .notACluster(let directory):
            "\(directory) exists and is not a PostgreSQL cluster. Move it away, or choose another --data-dir."
        case .inUse(let directory, let pid):
            "Another MediConnect server\(pid.map { " (process \($0))" } ?? "") uses the data directory \(directory). "
                + "Stop it, or give this one a --data-dir of its own."
        case .occupied(let directory, let pid):
            "Process \(pid) is working on the cluster in \(directory). Wait until it has ended, or end it."
        case .userMissing(let name):
            "PostgreSQL does not run as root, and there is no user \(name) to run it as. "
                + "Install the package `postgresql`, which makes the user, or start MediConnect as an ordinary user."
        case .unreachable(let directory, let user, let closed):
            "User \(user), as whom PostgreSQL runs, cannot enter \(closed), so the data directory \(directory) is out "
                + "of its reach. Choose a --data-dir elsewhere, such as /var/lib/mediconnect, or open the way with "
                + "`chmod o+x \(closed)`."
        case .permissions(let path, let reason):
            "\(path) cannot be used: \(reason). Give this user the right to it, or choose another --data-dir."
        case .diskFull(let path):
            "The disk that holds \(path) is full. Make room; nothing that was acknowledged is lost."
        case .socketConflict(let path, let reason):
            "The socket directory \(path) cannot be used: \(reason). Remove it, or choose another --data-dir."
        case .outOfMemory(let lines):
            "PostgreSQL could not get the memory it is set to use. Lower shared_buffers." + Self.quote(lines)
        case .initializationFailed(let lines):
            "The PostgreSQL cluster could not be made." + Self.quote(lines)
        case .startFailed(let status, let lines):
            "PostgreSQL ended (\(status))." + Self.quote(lines)
        case .startTimedOut(let seconds, let lines):
            "PostgreSQL did not accept connections within \(seconds) s." + Self.quote(lines)
        case .setupFailed(let reason):
            "PostgreSQL runs, but could not be set up: \(reason)"
        case .stopped:
            "PostgreSQL was stopped before it was ready."
        case .gaveUp(let attempts, let last):
            "PostgreSQL could not be restarted in \(attempts) attempts. The last one: \(last)"
        case .system(let call, let reason):
            "\(call) failed: \(reason)."
        }
    }

    private static func quote(_ lines: [String]) -> String {
        lines.isEmpty ? "" : " Its last words:\n    " + lines.suffix(8).joined(separator: "\n    ")
    }
}

extension ClusterError {
    /// Whether waiting can help: the cluster is tried again for as long as it takes.
    var mayPass: Bool {
        switch self {
        case .diskFull, .outOfMemory: true
        default: false
        }
    }

    /// Names the cause that PostgreSQL's own last words tell, else keeps the words.
    static func judged(_ otherwise: ClusterError, lines: [String], path: String) -> ClusterError {
        for line in lines.reversed() {
            if line.contains("No space left on device") || line.contains("Disk quota exceeded") {
                return .diskFull(path: path)
            }
            if line.contains("Cannot allocate memory") || line.contains("could not map anonymous shared memory") {
                return .outOfMemory(lines: lines)
            }
        }
        return otherwise
    }
}
