import ArgumentParser
import Server

/// `mediconnect migrate`
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Brings the database's schema up to date and grants the server's role its rights.")

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let settings = try options.settings()
        let maintenance = Maintenance(
            configuration: options.serverConfiguration(settings), logger: try options.logger(settings),
            clock: Clock.now,
            say: { print($0) }
        )
        try await maintenance.report { try await maintenance.migrate() }
    }
}
