import ArgumentParser
import Configuration
import Foundation
import Logging
import Server
import Store

/// What the commands that open the record have in common. Each option is also an environment variable
/// (`MEDICONNECT_DATA_DIR`) and a key of the configuration file (`data-dir`); the command line wins, then the
/// environment, then the file.
struct ServerOptions: ParsableArguments {
    @Option(help: "Where the embedded PostgreSQL keeps its data.")
    var dataDir: String?

    @Option(name: .customLong("database-url"), help: "An external PostgreSQL (libpq URL) instead of the embedded one.")
    var databaseURL: String?

    @Option(name: .customLong("migrate-url"), help: "The owner's connection, for migrations; default: --database-url.")
    var migrateURL: String?

    @Option(help: "A configuration file (JSON).")
    var config: String?

    @Option(help: "How to log: text or json.")
    var logFormat: String?

    @Option(help: "What to log: trace, debug, info, notice, warning, error.")
    var logLevel: String?

    /// Environment and file, by the same names.
    func reader() async throws -> ConfigReader {
        let environment = EnvironmentVariablesProvider().prefixKeys(with: "mediconnect")
        let path = config ?? ProcessInfo.processInfo.environment["MEDICONNECT_CONFIG"]
        guard let path else { return ConfigReader(provider: environment) }
        do {
            let file = try await FileProvider<JSONSnapshot>(filePath: .init(path))
            return ConfigReader(providers: [environment, file])
        } catch {
            throw ValidationError("The configuration file \(path) cannot be read: \(error)")
        }
    }

    func serverConfiguration(_ reader: ConfigReader) throws -> ServerConfiguration {
        var server = ServerConfiguration()
        server.dataDirectory = absolute(dataDir ?? reader.string(forKey: "data.dir", default: Self.defaultDirectory))
        server.databaseURL = databaseURL ?? reader.string(forKey: "database.url")
        server.migrateURL = migrateURL ?? reader.string(forKey: "migrate.url")
        return server
    }

    func logger(_ reader: ConfigReader) throws -> Logger {
        let format = logFormat ?? reader.string(forKey: "log.format", default: "text")
        guard let format = LogFormat(rawValue: format) else {
            throw ValidationError("The log format \(format) is not known; choose text or json.")
        }
        let level = logLevel ?? reader.string(forKey: "log.level", default: "info")
        guard let level = Logger.Level(rawValue: level) else {
            throw ValidationError(
                "The log level \(level) is not known; choose trace, debug, info, notice, warning or error.")
        }
        return LogFormat.logger(format, level: level)
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
