import ArgumentParser
import FHIR

/// `mediconnect messages list`: the newest messages, a line each.
struct ListMessages: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List messages, newest first.")

    @OptionGroup var filter: MessageFilter
    @OptionGroup var server: MessageServer

    @Option(help: ArgumentHelp("How many at most, 1 to 1000.", valueName: "n"))
    var limit = 50

    @Flag(help: "Print the server's JSON.")
    var json = false

    func validate() throws {
        guard (1...1000).contains(limit) else { throw ValidationError("--limit is 1 to 1000.") }
    }

    func run() async throws {
        let page = try await server.with { client in
            try await client.list(filter.parameters(now: Clock.now()) + [("limit", "\(limit)")])
        }
        if json { return print(Pretty.text(page.root)) }
        if page.messages.isEmpty { return print("No message matches.") }
        print(MessageTable.log(page.messages).text(columns: Terminal.columns))
        if page.next != nil { print("… there are older ones: --limit, or --until with an earlier time, shows them.") }
    }
}
