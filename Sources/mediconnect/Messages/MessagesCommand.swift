import ArgumentParser

/// `mediconnect messages`: what HL7 v2 messages came in, what became of them, and why.
struct MessagesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "messages",
        abstract: "Look at the HL7 v2 messages that a server received, and replay them.",
        discussion: """
            Asks a running server over HTTP. Without a subcommand it lists the newest messages. A status is one of \
            received (stored, and nothing more yet), applied, warned (applied, and a person should look), refused, and \
            parked (there is no map for it).
            """,
        subcommands: [ListMessages.self, ShowMessage.self, RawMessage.self, ReplayMessages.self],
        defaultSubcommand: ListMessages.self)
}

/// Which server is asked, and how it answers.
struct MessageServer: ParsableArguments {
    @Option(
        name: .customLong("to"), help: ArgumentHelp("The server: http://HOST:PORT", valueName: "url"))
    var target = "http://127.0.0.1:8080"

    func validate() throws {
        guard BaseURL(target) != nil else {
            throw ValidationError("--to needs the address of a server, such as http://127.0.0.1:8080")
        }
    }

    /// Has `body` talk to the server; says in a sentence why it could not.
    func with<Value: Sendable>(_ body: (MessageLogClient) async throws -> Value) async throws -> Value {
        guard let client = MessageLogClient(target) else { throw ExitCode.validationFailure }
        do {
            let value = try await body(client)
            try await client.close()
            return value
        } catch {
            try? await client.close()
            guard let failure = error as? MessageLogClient.Failure else { throw error }
            ProgressReporter.write("\(failure)\n")
            throw ExitCode.failure
        }
    }
}

/// Which messages are meant; all that is given must hold.
struct MessageFilter: ParsableArguments {
    @Option(help: ArgumentHelp("received, applied, warned, refused, parked; several with commas.", valueName: "status"))
    var status: String?

    @Option(help: ArgumentHelp("MSH-3|MSH-4, or MSH-3 alone.", valueName: "sender"))
    var sender: String?

    @Option(help: ArgumentHelp("The Patient's id, or system|value of an identifier.", valueName: "patient"))
    var patient: String?

    @Option(help: ArgumentHelp("Message type and event, such as ADT^A01.", valueName: "event"))
    var event: String?

    @Option(help: ArgumentHelp("MSH-10.", valueName: "id"))
    var controlId: String?

    @Option(help: ArgumentHelp("Received since: 2026-03-03, 2026-03-03T07:10Z, or 30m, 2h, 1d ago.", valueName: "time"))
    var since: String?

    @Option(help: ArgumentHelp("Received until; the same.", valueName: "time"))
    var until: String?

    /// As the server takes them.
    ///
    /// - Parameter now: microseconds since 1970 UTC.
    func parameters(now: Int64) -> [(name: String, value: String)] {
        let all: [(String, String?)] = [
            ("status", status), ("sender", sender), ("patient", patient), ("event", event), ("control-id", controlId),
            ("since", since.map { RelativeTime.instant($0, now: now) }),
            ("until", until.map { RelativeTime.instant($0, now: now) }),
        ]
        return all.compactMap { name, value in value.map { (name, $0) } }
    }
}
