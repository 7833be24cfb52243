import CPostgresSupport
import Glibc

/// The few things a cluster does with files, each with the sentence that its failure deserves.
enum ClusterFiles {
    static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }

    static func error(_ path: String, _ code: Int32) -> ClusterError {
        code == ENOSPC || code == EDQUOT
            ? .diskFull(path: path) : .permissions(path: path, reason: reason(code))
    }

    /// The whole of a small file; nil where it cannot be read.
    static func read(_ path: String) -> String? {
        readTail(path, from: 0, limit: 1 << 20)
    }

    /// At most the last `limit` bytes after `offset`.
    static func readTail(_ path: String, from offset: Int, limit: Int) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        let size = Int(status.st_size)
        let start = max(offset <= size ? offset : 0, size - limit)
        guard size > start else { return "" }
        let text = [UInt8](unsafeUninitializedCapacity: size - start) { buffer, count in
            count = max(0, pread(descriptor, buffer.baseAddress, buffer.count, off_t(start)))
        }
        return String(decoding: text, as: UTF8.self)
    }

    static func size(_ path: String) -> Int {
        var status = stat()
        return lstat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// The names in a directory, without `.` and `..`; empty where there is none.
    static func names(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Puts a file in its place whole, or not at all.
    static func write(_ text: String, to path: String, for user: ClusterUser) throws(ClusterError) {
        let draft = path + ".new"
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw error(path, errno) }
        defer { close(descriptor) }
        var text = text
        let written = text.withUTF8 { bytes in Glibc.write(descriptor, bytes.baseAddress, bytes.count) }
        guard written == text.utf8.count else { throw error(path, written < 0 ? errno : ENOSPC) }
        guard fchown(descriptor, user.uid, user.gid) == 0 else { throw error(path, errno) }
        guard rename(draft, path) == 0 else { throw error(path, errno) }
    }

    /// Makes a directory and those above it that are missing.
    static func makeDirectories(_ path: String, mode: mode_t) throws(ClusterError) {
        if exists(path) { return }
        if let slash = path.lastIndex(of: "/"), slash > path.startIndex {
            try makeDirectories(String(path[..<slash]), mode: 0o755)
        }
        guard mkdir(path, mode) == 0 || errno == EEXIST else { throw error(path, errno) }
        // Whatever the umask says.
        guard chmod(path, mode) == 0 else { throw error(path, errno) }
    }

    /// Makes a directory that belongs to `user` alone.
    static func makePrivateDirectory(_ path: String, for user: ClusterUser) throws(ClusterError) {
        if mkdir(path, 0o700) != 0, errno != EEXIST { throw error(path, errno) }
        var status = stat()
        guard lstat(path, &status) == 0 else { throw error(path, errno) }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw .permissions(path: path, reason: "is not a directory") }
        if status.st_uid == user.uid, status.st_mode & 0o077 == 0 { return }
        guard lchown(path, user.uid, user.gid) == 0, chmod(path, 0o700) == 0 else { throw error(path, errno) }
    }

    /// The path without links and `..`.
    static func resolved(_ path: String) throws(ClusterError) -> String {
        guard let resolved = realpath(path, nil) else { throw error(path, errno) }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Bytes that this user could still write to the disk of `path`.
    static func room(at path: String) -> UInt64? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        return UInt64(status.f_bavail) * UInt64(status.f_frsize)
    }
}
