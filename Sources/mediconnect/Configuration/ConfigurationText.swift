import Foundation

/// A file that is text in UTF-8.
enum ConfigurationText {
    static func read(_ path: String) throws(ConfigurationError) -> String {
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw ConfigurationError(lines: ["\(path): the file cannot be read: \(reason(error))."])
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationError(lines: ["\(path): the file is no text in UTF-8."])
        }
        return text
    }

    /// The system's own words, `No such file or directory`, where Foundation has kept them.
    private static func reason(_ error: any Error) -> String {
        let error = error as NSError
        guard let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError, cause.domain == NSPOSIXErrorDomain,
            let text = strerror(Int32(truncatingIfNeeded: cause.code))
        else { return error.localizedDescription }
        return String(cString: text)
    }
}
