/// A file on disk that will be read.
struct LoadFile: Sendable, Equatable {
    /// What a file in an archive is called and where it stands there.
    struct Member: Sendable, Equatable {
        let index: Int
        let name: String
    }

    enum Shape: Sendable, Equatable {
        /// One document, or lines of them.
        case single
        case archive([Member])
    }

    /// Position in the plan's list of files.
    let index: Int
    let path: String
    /// The path below what the user named, which is also how reports call it.
    let name: String
    /// Bytes on disk.
    let size: Int
    let shape: Shape
    /// Whether the user named it; one that was found in a folder may turn out to be something else.
    let isNamed: Bool
}

/// Where a part of the input stands, so that it can be found again when it must be tried again.
struct UnitAddress: Hashable, Comparable, Sendable {
    let file: Int
    /// Position among the archive's files; 0 outside archives.
    var member = 0
    /// Position among the groups of lines; 0 for documents.
    var group = 0

    static func < (left: UnitAddress, right: UnitAddress) -> Bool {
        (left.file, left.member, left.group) < (right.file, right.member, right.group)
    }
}
