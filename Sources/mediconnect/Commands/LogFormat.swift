import Foundation
import Logging

/// How the log is written, always to standard error.
enum LogFormat: String, CaseIterable {
    case text
    case json

    static func logger(_ format: LogFormat, level: Logger.Level) -> Logger {
        var logger: Logger
        switch format {
        case .text:
            logger = Logger(label: "mediconnect") { StreamLogHandler.standardError(label: $0) }
        case .json:
            logger = Logger(label: "mediconnect") { _ in JSONLogHandler() }
        }
        logger.logLevel = level
        return logger
    }
}

/// One JSON object a line, for machines that gather logs.
struct JSONLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var object: [String: String] = [
            "time": Date().ISO8601Format(.init(includingFractionalSeconds: true)),
            "level": event.level.rawValue,
            "message": event.message.description,
        ]
        for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }) {
            object[key] = "\(value)"
        }
        guard var line = try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys]) else { return }
        line.append(UInt8(ascii: "\n"))
        FileHandle.standardError.write(line)
    }
}
