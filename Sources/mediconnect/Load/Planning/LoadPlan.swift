/// Which files are read in which order.
struct LoadPlan: Sendable {
    /// Files that may be sent side by side; they begin in this order.
    struct Stage: Sendable, Equatable {
        var parts: [Part] = []
    }

    /// A file, or some files of an archive.
    struct Part: Sendable, Equatable {
        let file: LoadFile
        /// The members of an archive by position; nil for a single file.
        let members: Set<Int>?

        /// How many files this counts for in reports.
        var count: Int { members?.count ?? 1 }
    }

    let stages: [Stage]

    /// Sorts files into stages by their numbers; within a stage the given order stays.
    init(_ files: [LoadFile]) {
        var byRank: [LoadRank: [Part]] = [:]
        for file in files {
            switch file.shape {
            case .single:
                byRank[LoadRank(path: file.name), default: []].append(Part(file: file, members: nil))
            case .archive(let members):
                for (rank, group) in Dictionary(grouping: members, by: { LoadRank(path: file.name + "/" + $0.name) }) {
                    byRank[rank, default: []].append(Part(file: file, members: Set(group.map(\.index))))
                }
            }
        }
        stages = byRank.sorted { $0.key < $1.key }.map { Stage(parts: $0.value) }
    }

    /// How many files will be read, those in archives counted one by one.
    var fileCount: Int {
        stages.reduce(0) { $0 + $1.parts.reduce(0) { $0 + $1.count } }
    }

    /// Bytes on disk that will be read, an archive as often as it is gone through.
    var bytes: Int {
        stages.reduce(0) { $0 + $1.parts.reduce(0) { $0 + $1.file.size } }
    }
}
