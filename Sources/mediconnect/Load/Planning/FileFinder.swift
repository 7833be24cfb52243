import Foundation

/// Finds the files below what the user named, in name order.
struct FileFinder {
    struct Found: Equatable {
        let path: String
        let name: String
        let size: Int
        let isNamed: Bool
    }

    struct Result {
        var files: [Found] = []
        /// Files that were passed over because of their names.
        var ignored = 0
        /// Paths that cannot be loaded, and why.
        var failures: [(name: String, error: ReadingError)] = []
    }

    /// Files that the user named are taken whatever they are called; folders are searched for names that fit.
    static func find(_ paths: [String], matching: (String) -> Bool = LoadableName.matches) -> Result {
        var result = Result()
        var seen: Set<String> = []
        for path in paths {
            let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
            let name = trimmed.split(separator: "/").last.map(String.init) ?? trimmed
            switch status(trimmed) {
            case .failure(let error): result.failures.append((path, error))
            case .success(let status) where status.st_mode & S_IFMT == S_IFDIR:
                search(trimmed, name: name, matching: matching, into: &result, seen: &seen)
            case .success(let status):
                if seen.insert(identity(status)).inserted {
                    result.files.append(Found(path: trimmed, name: name, size: Int(status.st_size), isNamed: true))
                }
            }
        }
        return result
    }

    private static func search(
        _ folder: String, name: String, matching: (String) -> Bool, into result: inout Result, seen: inout Set<String>
    ) {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            result.failures.append((folder, .cannotOpen(code: errno)))
            return
        }
        for child in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) where !child.hasPrefix(".") {
            let path = folder + "/" + child
            switch status(path) {
            case .failure(let error): result.failures.append((path, error))
            case .success(let status):
                // A folder or a file that two links lead to is loaded once; a link to a folder above ends here.
                guard seen.insert(identity(status)).inserted else { continue }
                if status.st_mode & S_IFMT == S_IFDIR {
                    search(path, name: name + "/" + child, matching: matching, into: &result, seen: &seen)
                } else if status.st_mode & S_IFMT == S_IFREG, matching(child) {
                    result.files.append(
                        Found(path: path, name: name + "/" + child, size: Int(status.st_size), isNamed: false))
                } else {
                    result.ignored += 1
                }
            }
        }
    }

    private static func status(_ path: String) -> Swift.Result<stat, ReadingError> {
        var status = stat()
        return stat(path, &status) == 0 ? .success(status) : .failure(.cannotOpen(code: errno))
    }

    private static func identity(_ status: stat) -> String {
        "\(status.st_dev):\(status.st_ino)"
    }
}
