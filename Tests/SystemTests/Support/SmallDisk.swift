import Foundation
import Glibc
import TestSupport

/// A file system of a few megabytes, in memory.
struct SmallDisk: Sendable {
    let path: String

    /// Only root may mount, and not in every container.
    static let isPossible: Bool = {
        guard geteuid() == 0, let disk = try? mount(megabytes: 1) else { return false }
        disk.unmount()
        return true
    }()

    static func with<Value>(megabytes: Int, _ body: (SmallDisk) async throws -> Value) async throws -> Value {
        let disk = try mount(megabytes: megabytes)
        do {
            let value = try await body(disk)
            disk.unmount()
            return value
        } catch {
            disk.unmount()
            throw error
        }
    }

    /// Takes all space but for `bytes`.
    func fill(leaving bytes: Int) throws {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { throw POSIXError(.EIO) }
        let free = Int(status.f_bavail) * Int(status.f_frsize)
        try Data(count: max(free - bytes, 0)).write(to: URL(filePath: filler))
    }

    func makeRoom() { unlink(filler) }

    private var filler: String { path + "/filler" }

    private static func mount(megabytes: Int) throws -> SmallDisk {
        let path = TestDirectory.unused()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard Glibc.mount("tmpfs", path, "tmpfs", 0, "size=\(megabytes)m,mode=755") == 0 else {
            throw POSIXError(.EPERM)
        }
        return SmallDisk(path: path)
    }

    /// At once for the name, and for good when nobody uses it any more.
    private func unmount() {
        umount2(path, Int32(MNT_DETACH))
        rmdir(path)
    }
}
