import ArgumentParser
import Server

/// `mediconnect reindex`
struct ReindexCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reindex", abstract: "Makes the search rows again from the record, or compares them with it.")

    @OptionGroup var options: ServerOptions

    @Flag(help: "Compare only; exit with 1 when a row differs.")
    var check = false

    func run() async throws {
        let settings = try options.settings()
        let maintenance = Maintenance(
            configuration: options.serverConfiguration(settings), logger: try options.logger(settings),
            clock: Clock.now,
            say: { print($0) }
        )
        try await maintenance.report { try await maintenance.reindex(checkOnly: check) }
    }
}
