import FHIR

/// The StructureDefinitions, ValueSets and CodeSystems of folders, files and FHIR packages (.tgz).
struct ProfileFiles {
    private(set) var files: [(name: String, bytes: [UInt8])] = []
    /// What could not be read, and why.
    private(set) var failures: [String] = []

    init(_ paths: [String], limits: ReadingLimits = ReadingLimits()) {
        let found = FileFinder.find(paths)
        failures = found.failures.map { "\($0.name) \($0.error)" }
        for file in found.files {
            do throws(ReadingError) {
                let input = try UnpackedInput(
                    try FileByteStream(path: file.path), name: file.name, limits: limits)
                if input.format == .tar {
                    try take(TarReader(input.bytes, limits: limits), of: file.name, limits)
                } else {
                    try take(input.bytes, file.name, limits)
                }
            } catch {
                failures.append("\(file.name) \(error)")
            }
        }
    }

    private mutating func take(
        _ archive: TarReader, of package: String, _ limits: ReadingLimits
    ) throws(ReadingError) {
        while let member = try archive.next() {
            guard Self.isDefinition(member.name) else { continue }
            try take(BufferedBytes(archive.content), "\(package)/\(member.name)", limits)
        }
    }

    private mutating func take(_ source: BufferedBytes, _ name: String, _ limits: ReadingLimits) throws(ReadingError) {
        var bytes: [UInt8] = []
        try source.appendAll(to: &bytes, limit: limits.documentBytes)
        files.append((name, bytes))
    }

    /// Examples, indexes and the package's own description are no definitions.
    private static func isDefinition(_ path: String) -> Bool {
        let parts = path.split(separator: "/")
        guard let name = parts.last, name.hasSuffix(".json"), !name.hasPrefix(".") else { return false }
        return !["package.json", "ig-r4.json"].contains(name)
            && !parts.dropLast().contains { ["example", "examples", "openapi", "other", "xml"].contains($0) }
    }
}
