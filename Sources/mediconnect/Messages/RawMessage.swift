import ArgumentParser
import Foundation

/// `mediconnect messages raw`: the bytes as they were received.
struct RawMessage: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "raw", abstract: "Write a message's bytes as they were received.",
        discussion:
            "Segments end as the sender ended them, mostly with CR: on a terminal, pipe it through tr '\\r' '\\n'.")

    @Argument(help: ArgumentHelp("The message's number.", valueName: "number"))
    var number: Int64

    @OptionGroup var server: MessageServer

    func run() async throws {
        let bytes = try await server.with { try await $0.raw(number) }
        try FileHandle.standardOutput.write(contentsOf: Data(bytes))
    }
}
