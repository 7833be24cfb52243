import CPostgresSupport
import Glibc

/// The user that PostgreSQL runs as: ourselves, or for root somebody less.
struct ClusterUser: Sendable {
    let name: String
    let identity: mc_identity

    var uid: uid_t { identity.uid }
    var gid: gid_t { identity.gid }

    init(for configuration: ClusterConfiguration) throws(ClusterError) {
        var identity = mc_identity()
        guard geteuid() == 0 else {
            mc_identity_own(&identity)
            self.name = Self.name(of: identity.uid)
            self.identity = identity
            return
        }
        let result = mc_identity_named(configuration.user, &identity)
        guard result == 0, identity.uid != 0 else { throw .userMissing(configuration.user) }
        self.name = configuration.user
        self.identity = identity
    }

    static func name(of uid: uid_t) -> String {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var name = String(uid)
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { buffer in
            guard let space = buffer.baseAddress, getpwuid_r(uid, &entry, space, buffer.count, &found) == 0 else {
                return
            }
            if let known = found?.pointee.pw_name { name = String(cString: known) }
        }
        return name
    }

    /// The first directory on the way to `path` that this user cannot enter.
    func firstClosed(on path: String) throws(ClusterError) -> String? {
        let result = withUnsafePointer(to: identity) { mc_first_closed_prefix(path, $0) }
        if result < 0 {
            throw .system(call: "Becoming user \(name)", reason: ClusterFiles.reason(-result))
        }
        return result == 0 ? nil : String(decoding: path.utf8.prefix(Int(result)), as: UTF8.self)
    }

    /// The target of a link of one of this user's processes.
    func link(_ path: String) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer in
            let length = withUnsafePointer(to: identity) {
                mc_read_link(path, $0, buffer.baseAddress, buffer.count)
            }
            guard length > 0 else { return nil }
            return String(decoding: UnsafeRawBufferPointer(buffer).prefix(length), as: UTF8.self)
        }
    }

    /// Makes this user the owner of everything below `path`.
    func take(_ path: String) throws(ClusterError) {
        let result = withUnsafePointer(to: identity) { mc_give_tree(path, $0) }
        if result < 0 { throw ClusterFiles.error(path, -result) }
    }
}
