import ArgumentParser
import Foundation
import Logging
import Server
import Translation

/// What the commands that open the record have in common. Each option is also an environment variable
/// (`MEDICONNECT_DATA_DIR`) and a key of the configuration file (`dir` under `data`); the command line wins, then the
/// environment, then the file.
struct ServerOptions: ParsableArguments {
    @Option(help: "Where the embedded PostgreSQL keeps its data.")
    var dataDir: String?

    @Option(name: .customLong("database-url"), help: "An external PostgreSQL (libpq URL) instead of the embedded one.")
    var databaseURL: String?

    @Option(name: .customLong("migrate-url"), help: "The owner's connection, for migrations; default: --database-url.")
    var migrateURL: String?

    @Option(help: "A configuration file (YAML, or JSON).")
    var config: String?

    @Option(help: "How to log: text or json.")
    var logFormat: String?

    @Option(help: "What to log: trace, debug, info, notice, warning, error.")
    var logLevel: String?

    /// What environment and file say, the file as a whole.
    ///
    /// - Parameter timeZone: what the command line says of it.
    func settings(timeZone: TimeZoneSetting? = nil) throws -> Settings {
        let variables = ProcessInfo.processInfo.environment
        let path = config ?? variables["MEDICONNECT_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        var reader = try SettingsReader(file: path, environment: variables)
        return try reader.read(timeZone: timeZone)
    }

    func serverConfiguration(_ settings: Settings) -> ServerConfiguration {
        var server = ServerConfiguration()
        server.dataDirectory = absolute(dataDir ?? settings.dataDirectory ?? Self.defaultDirectory)
        server.databaseURL = databaseURL ?? settings.databaseURL
        server.migrateURL = migrateURL ?? settings.migrateURL
        // What search rows are made by.
        server.baseURL = settings.baseURL
        server.timeZone = settings.timeZone ?? server.timeZone
        return server
    }

    func logger(_ settings: Settings) throws -> Logger {
        let format = try logFormat.map { try Self.option("--log-format", $0, .choice) } ?? settings.logFormat ?? .text
        let level = try logLevel.map { try Self.option("--log-level", $0, .choice) } ?? settings.logLevel ?? .info
        return LogFormat.logger(format, level: level)
    }

    /// The value of an option of the command line, by the same rules as in the file.
    static func option<Value: Sendable>(_ name: String, _ text: String, _ kind: ValueKind<Value>) throws -> Value {
        guard let value = kind.read(text) else {
            throw ValidationError(kind.complaint(name, found: "\"\(text)\"", text: text))
        }
        return value
    }

    private func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    /// Root's home is closed to the user that PostgreSQL runs as.
    private static var defaultDirectory: String {
        let environment = ProcessInfo.processInfo.environment
        if geteuid() == 0 { return "/var/lib/mediconnect" }
        return (environment["XDG_DATA_HOME"] ?? (environment["HOME"] ?? "/tmp") + "/.local/share") + "/mediconnect"
    }
}
