import ArgumentParser
import FHIR
import Foundation
import Logging
import Server

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

    @Option(
        help: ArgumentHelp(
            "How times without an offset are read where their sender has no zone of its own: UTC, +01:00 or Europe/Berlin; default: UTC.",
            valueName: "zone"))
    var timeZone: String?

    @Option(
        help: "What is done about FHIR content that is not valid: enforce, report or off; default: enforce.")
    var validation: String?

    @Option(
        name: .customLong("profiles"),
        help: ArgumentHelp(
            "A folder, file or FHIR package (.tgz) of StructureDefinitions, ValueSets and CodeSystems to judge by; may be repeated.",
            valueName: "path"))
    var profiles: [String] = []

    @Option(
        name: .customLong("search-parameters"),
        help: ArgumentHelp(
            "A folder, file or FHIR package (.tgz) of SearchParameters to search by beside R4's; may be repeated.",
            valueName: "path"))
    var searchParameters: [String] = []

    func run() async throws {
        let zone = try timeZone.map { try ServerOptions.option("--time-zone", $0, .zone) }
        let settings = try options.settings(timeZone: zone)
        let logger = try options.logger(settings)
        let configuration = try completed(configuration(settings), settings, logger)
        if !configuration.isLoopback {
            logger.warning(
                "listening on \(configuration.host): there is no login yet, whoever reaches this address can read and change the record"
            )
        }
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

    /// With what can be wrong on the command line, and what must be read from files.
    private func completed(
        _ configuration: ServerConfiguration, _ settings: Settings, _ logger: Logger
    ) throws -> ServerConfiguration {
        var configuration = configuration
        if let validation {
            configuration.validation = try ServerOptions.option("--validation", validation, .choice)
        }
        configuration.profiles = try profileSet(settings, logger)
        configuration.searchParameters = try searchParameterFiles(settings, logger)
        return configuration
    }

    /// The profiles that command line, environment or file name. What cannot be read keeps the server from starting; what
    /// cannot be used is logged.
    private func profileSet(_ settings: Settings, _ logger: Logger) throws -> ProfileSet {
        let definitions = ProfileFiles(profiles.isEmpty ? settings.profiles ?? [] : profiles)
        for failure in definitions.failures { logger.error("profiles: \(failure)") }
        guard definitions.failures.isEmpty else { throw ExitCode(1) }
        let set = ProfileSet(files: definitions.files)
        for problem in set.problems {
            logger.warning("a profile cannot be used", metadata: ["reason": "\(problem.diagnostics)"])
        }
        return set
    }

    /// The SearchParameters that command line, environment or file name. What cannot be read keeps the server from
    /// starting; what cannot be searched by is logged when the server takes it.
    private func searchParameterFiles(
        _ settings: Settings, _ logger: Logger
    ) throws -> [(name: String, bytes: [UInt8])] {
        let paths = searchParameters.isEmpty ? settings.searchParameters ?? [] : searchParameters
        let definitions = ProfileFiles(paths)
        for failure in definitions.failures { logger.error("search parameters: \(failure)") }
        guard definitions.failures.isEmpty else { throw ExitCode(1) }
        return SearchParameterDefinition.resources(in: definitions.files)
    }

    /// The command line over what environment and file say.
    func configuration(_ settings: Settings) -> ServerConfiguration {
        var server = options.serverConfiguration(settings)
        server.host = host ?? settings.host ?? server.host
        server.port = port ?? settings.port ?? server.port
        let mllp = mllpPort ?? settings.mllpPort ?? 2575
        server.mllpPort = mllp == 0 ? nil : mllp
        server.baseURL = baseURL ?? settings.baseURL
        server.maximumBody = settings.maximumBody ?? server.maximumBody
        server.statementTimeout = settings.statementTimeout ?? server.statementTimeout
        server.includedResources = settings.includedResources ?? server.includedResources
        server.wideSearches = settings.wideSearches ?? server.wideSearches
        server.conditionalDelete = settings.conditionalDeletes.map { $0 == 1 ? .single : .multiple($0) } ?? .single
        server.references.enforced = settings.enforcedReferences ?? server.references.enforced
        server.references.reports = settings.reportsReferences ?? server.references.reports
        server.ignoredParameters = settings.ignoredParameters.map { Set($0) } ?? server.ignoredParameters
        server.xmlLimits = settings.xmlLimits
        server.xmlLimits.maximumBytes = server.maximumBody
        server.validation = settings.validation ?? server.validation
        server.allowedOrigins = settings.allowedOrigins ?? server.allowedOrigins
        server.answersBenchmark = settings.answersBenchmark ?? server.answersBenchmark
        server.jobs = settings.jobs
        server.readAudit = settings.readAudit ?? server.readAudit
        server.timeZone = settings.timeZone ?? server.timeZone
        server.senders = settings.senders
        server.wards = settings.wards
        return server
    }
}
