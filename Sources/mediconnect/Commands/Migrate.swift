import ArgumentParser
import Server

/// `mediconnect migrate`
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Brings the database's schema up to date and grants the server's role its rights.")

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let reader = try await options.reader()
        let maintenance = Maintenance(
            configuration: try options.serverConfiguration(reader), logger: try options.logger(reader),
            clock: Clock.now,
            say: { print($0) }
        )
        try await maintenance.report { try await maintenance.migrate() }
    }
}
