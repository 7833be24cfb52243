import ArgumentParser
import Configuration
import Foundation
import Server
import Store

/// `mediconnect serve`
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Runs the server, with a PostgreSQL of its own unless --database-url names one.")

    @OptionGroup var options: ServerOptions

    @Option(help: "The address to listen on; default: 127.0.0.1.")
    var host: String?

    @Option(help: "The port of HTTP; default: 8080.")
    var port: Int?

    @Option(name: .customLong("mllp-port"), help: "The port of MLLP (HL7 v2); default: 2575, 0 for none.")
    var mllpPort: Int?

    @Option(
        name: .customLong("base-url"), help: "The FHIR base that clients see, such as https://fhir.example.org/fhir.")
    var baseURL: String?

    func run() async throws {
        let reader = try await options.reader()
        let logger = try options.logger(reader)
        var server = try options.serverConfiguration(reader)
        server.host = host ?? reader.string(forKey: "host", default: server.host)
        server.port = port ?? reader.int(forKey: "port", default: server.port)
        let mllp = mllpPort ?? reader.int(forKey: "mllp.port", default: 2575)
        server.mllpPort = mllp == 0 ? nil : mllp
        server.baseURL = baseURL ?? reader.string(forKey: "base.url")
        server.maximumBody = reader.int(forKey: "http.maximumBody", default: server.maximumBody)
        server.statementTimeout = reader.int(forKey: "database.statementTimeout", default: server.statementTimeout)
        if let names = reader.stringArray(forKey: "search.ignoredParameters") { server.ignoredParameters = Set(names) }
        if let origins = reader.stringArray(forKey: "http.allowedOrigins") { server.allowedOrigins = origins }
        server.answersBenchmark = reader.bool(forKey: "benchmark.route", default: false)
        let audit = reader.string(forKey: "audit.reads", default: server.readAudit.rawValue)
        guard let policy = StoreConfiguration.ReadAudit(rawValue: audit) else {
            throw ValidationError("audit.reads is \(audit); choose grouped or deferred.")
        }
        server.readAudit = policy
        if !server.isLoopback {
            logger.warning(
                "listening on \(server.host): there is no login yet, whoever reaches this address can read and change the record"
            )
        }
        let configuration = server
        do {
            try await RunningServer(configuration: configuration, logger: logger, clock: Clock.now).run { ready in
                if ready.worksAsOwner {
                    logger.warning(
                        "the server's database role owns the audit and history tables; only triggers keep it from changing them"
                    )
                }
                let host = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
                print(
                    "MediConnect \(ServerVersion.text) is ready: FHIR http://\(host):\(ready.port)/fhir, health "
                        + "http://\(host):\(ready.port)/health/ready, metrics http://\(host):\(ready.port)/metrics; "
                        + "\(ready.database)")
                fflush(nil)
            }
        } catch {
            logger.error("\(error)")
            throw ExitCode(1)
        }
    }
}

/// The system's clock, microseconds since 1970 UTC.
enum Clock {
    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }
}
