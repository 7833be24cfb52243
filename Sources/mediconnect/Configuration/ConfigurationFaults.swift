import FHIR

/// What is wrong with a configuration, all of it.
///
/// Used by one thread, while a configuration is read.
final class ConfigurationFaults {
    private var list: [Fault] = []

    private struct Fault {
        /// Nil for what is in no file.
        var file: String?
        var line: Int?
        var column: Int?
        var message: String

        /// `FILE:LINE:COLUMN: what is wrong`
        var text: String {
            let place = [file, line.map(String.init), column.map(String.init)].compactMap { $0 }.joined(separator: ":")
            return place.isEmpty ? message : "\(place): \(message)"
        }
    }

    func add(_ file: String, _ place: ConfigurationNode.Place?, _ message: String) {
        list.append(Fault(file: file, line: place?.line, column: place?.column, message: message))
    }

    func add(_ file: String, line: Int?, _ message: String) {
        list.append(Fault(file: file, line: line, message: message))
    }

    func add(_ message: String) {
        list.append(Fault(message: message))
    }

    var isEmpty: Bool { list.isEmpty }

    /// A line for each, those of a file together and in its order.
    var lines: [String] {
        var files: [String?] = []
        for fault in list where !files.contains(fault.file) { files.append(fault.file) }
        return files.flatMap { file in
            list.filter { $0.file == file }.enumerated().sorted { a, b in
                (a.element.line ?? 0, a.element.column ?? 0, a.offset)
                    < (b.element.line ?? 0, b.element.column ?? 0, b.offset)
            }.map(\.element.text)
        }
    }
}

/// A configuration that cannot be used, and why.
struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    /// A fault each.
    var lines: [String]

    var description: String {
        "The configuration cannot be used:\n" + lines.map { "  \($0)" }.joined(separator: "\n")
    }
}

/// ` Did you mean …?`, or nothing.
func suggestion(for name: String, among candidates: [String]) -> String {
    NearestName.of(name, among: candidates).map { " Did you mean \"\($0)\"?" } ?? ""
}
