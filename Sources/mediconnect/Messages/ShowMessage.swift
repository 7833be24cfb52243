import ArgumentParser

/// `mediconnect messages show`: one message, segment by segment.
struct ShowMessage: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a message with the names of its fields, what became of it, and why.")

    @Argument(help: ArgumentHelp("The message's number, as the list gives it.", valueName: "number"))
    var number: Int64

    @OptionGroup var server: MessageServer

    @Flag(help: "Print the server's JSON.")
    var json = false

    func run() async throws {
        let message = try await server.with { try await $0.show(number) }
        print(json ? Pretty.text(message) : MessageText(message).text)
    }
}
