/// A file or a member of an archive with its packing taken off.
struct UnpackedInput {
    let bytes: BufferedBytes
    let format: ContentFormat
    /// The name without the endings that stand for packing: `a.ndjson.gz` is `a.ndjson`.
    let name: String

    /// Opens what a name and its first bytes say; packing may lie in packing, but only so deep.
    init(_ stream: any ByteStream, name: String, limits: ReadingLimits) throws(ReadingError) {
        var bytes = BufferedBytes(stream)
        var name = name
        for _ in 0..<3 {
            let format = ContentFormat(try bytes.peek(TarHeader.blockSize))
            switch format {
            case .gzip: bytes = BufferedBytes(try GzipByteStream(bytes, limits: limits))
            case .bzip2: bytes = BufferedBytes(try BZip2ByteStream(bytes, limits: limits))
            default:
                self.bytes = bytes
                self.format = format
                self.name = name
                return
            }
            for ending in [".gz", ".bz2"] where name.lowercased().hasSuffix(ending) {
                name.removeLast(ending.count)
            }
        }
        throw .unsupported("is packed more than twice")
    }
}

/// The kinds of file that are taken from a folder or an archive by their names.
enum LoadableName {
    /// Whether a file found on the way, not named by the user, should be looked at.
    static func matches(_ path: String) -> Bool {
        let name = path.split(separator: "/").last.map { $0.lowercased() } ?? ""
        // Hidden files, and `._x` that macOS adds to archives, are no data.
        if name.hasPrefix(".") || path.split(separator: "/").contains("__MACOSX") { return false }
        return endings.contains { name.hasSuffix($0) }
    }

    /// The same, with XML, which is read but not loaded.
    static func matchesContent(_ path: String) -> Bool {
        matches(path) || path.lowercased().hasSuffix(".xml") && matches(String(path.dropLast(4)) + ".json")
    }

    private static let documents = [".json", ".ndjson", ".jsonl"]
    private static let endings =
        documents.flatMap { [$0, $0 + ".gz", $0 + ".bz2"] }
        + [".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tbz"]
}
