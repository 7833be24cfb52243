import ArgumentParser
import FHIR

/// `mediconnect messages replay`: sends stored messages through again, as if they had just come.
struct ReplayMessages: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Send stored messages through again, as if they had just come.",
        discussion: """
            By their numbers, in the order given, or all that match --status and other filters, the oldest first. What \
            was applied stays as it is. Ends with code 1 when one is not applied afterwards.
            """)

    @Argument(help: ArgumentHelp("Numbers of messages.", valueName: "number"))
    var numbers: [Int64] = []

    @OptionGroup var filter: MessageFilter
    @OptionGroup var server: MessageServer

    @Flag(help: "Print the server's JSON, a line for each message.")
    var json = false

    func validate() throws {
        let isFiltered = !filter.parameters(now: 0).isEmpty
        if numbers.isEmpty, filter.status == nil {
            throw ValidationError(
                "Name messages by their numbers, or say which with --status, such as --status parked.")
        }
        if !numbers.isEmpty, isFiltered {
            throw ValidationError("Either numbers or filters say which messages; not both.")
        }
    }

    func run() async throws {
        let results = try await server.with { client in
            var results: [JSONNode] = []
            for number in try await chosen(client) {
                let result = try await client.replay(number)
                if json { print(String(decoding: Pretty.line(result), as: UTF8.self)) }
                results.append(result)
            }
            return results
        }
        if !json {
            print(
                results.isEmpty
                    ? "No message matches." : MessageTable.replays(results).text(columns: Terminal.columns))
        }
        let isDone = results.allSatisfy { ["applied", "warned"].contains($0["status"]?.string ?? "") }
        if !isDone { throw ExitCode.failure }
    }

    private func chosen(_ client: MessageLogClient) async throws -> [Int64] {
        guard numbers.isEmpty else { return numbers }
        let found = try await client.all(filter.parameters(now: Clock.now()))
        return found.compactMap { $0["number"]?.numberText.flatMap { Int64($0) } }.reversed()
    }
}
