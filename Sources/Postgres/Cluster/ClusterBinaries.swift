import Glibc

/// An installed PostgreSQL server: where its programs are and which major version they are of.
struct ClusterBinaries: Sendable, Equatable {
    let directory: String
    let version: String

    var postgres: String { directory + "/postgres" }
    var initdb: String { directory + "/initdb" }

    /// The binaries for a cluster of version `wanted`, or the newest where nothing is wanted yet.
    static func find(
        named directory: String?, for wanted: String?, cluster: String, path: String?, roots: [String] = roots
    ) throws(ClusterError) -> ClusterBinaries {
        let places = directory.map { [$0] } ?? candidates(path: path, roots: roots)
        var found: [ClusterBinaries] = []
        for place in places where isComplete(place) {
            found.append(ClusterBinaries(directory: place, version: try version(of: place)))
            if wanted == nil || found.last?.version == wanted { break }
        }
        guard let first = found.first else { throw .binariesNotFound(searched: places) }
        guard let wanted else { return first }
        guard let match = found.first(where: { $0.version == wanted }) else {
            throw .versionMismatch(directory: cluster, madeBy: wanted, found: first.version)
        }
        return match
    }

    /// Debian keeps each major version apart, `/usr/lib/postgresql/15/bin`; Red Hat in `/usr/pgsql-15/bin`.
    static let roots = ["/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin"]

    private static func candidates(path: String?, roots: [String]) -> [String] {
        var places: [String] = []
        for root in roots {
            guard let star = root.firstIndex(of: "*") else {
                places.append(root)
                continue
            }
            let prefix = root[..<star], suffix = root[root.index(after: star)...]
            let parent = String(prefix[...(prefix.lastIndex(of: "/") ?? prefix.startIndex)])
            let stem = prefix.dropFirst(parent.count)
            let versions = ClusterFiles.names(in: parent)
                .filter { $0.hasPrefix(stem) }
                .compactMap { Int($0.dropFirst(stem.count)) }
                .sorted(by: >)
            places += versions.map { "\(prefix)\($0)\(suffix)" }
            if versions.isEmpty { places.append(root) }
        }
        places += (path ?? "").split(separator: ":").map(String.init)
        return places
    }

    private static func isComplete(_ directory: String) -> Bool {
        access(directory + "/postgres", X_OK) == 0 && access(directory + "/initdb", X_OK) == 0
    }

    private static func version(of directory: String) throws(ClusterError) -> String {
        // Debian's path says it; asking the program costs 10 ms of every start.
        let parts = directory.split(separator: "/")
        if parts.count >= 2, parts.last == "bin", Int(parts[parts.count - 2]) != nil, parts.contains("postgresql") {
            return String(parts[parts.count - 2])
        }
        let answer = try ClusterProgram.output(directory + "/postgres", ["--version"])
        guard let version = major(in: answer) else {
            throw .binariesUnusable(path: directory, reason: "`postgres --version` says “\(answer.prefix(80))”")
        }
        return version
    }

    /// "postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)" is version 15.
    static func major(in answer: String) -> String? {
        guard let word = answer.split(separator: " ").first(where: { $0.first?.isASCIIDigit == true }) else {
            return nil
        }
        return String(word.prefix { $0.isASCIIDigit })
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
