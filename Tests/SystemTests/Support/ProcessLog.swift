import Foundation
import TestSupport

/// What a process prints and logs, in a file, so that no pipe can fill up.
final class ProcessLog: Sendable {
    private let path: String
    let handle: FileHandle

    init() throws {
        path = TestDirectory.unused() + ".log"
        try Data().write(to: URL(filePath: path))
        handle = try FileHandle(forWritingTo: URL(filePath: path))
    }

    deinit {
        try? handle.close()
        unlink(path)
    }

    var text: String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }

    /// `http://127.0.0.1:PORT` of the line that says that the server is ready.
    var readyRoot: String? {
        guard let line = text.split(separator: "\n").first(where: { $0.contains(" is ready: FHIR ") }) else {
            return nil
        }
        return line.split(separator: " ").first { $0.hasPrefix("http://") }
            .map { String($0.prefix { $0 != "," }.dropLast("/fhir".count)) }
    }
}
