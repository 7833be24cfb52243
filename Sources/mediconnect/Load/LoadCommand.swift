import ArgumentParser
import AsyncHTTPClient
import NIOCore

/// `mediconnect load`: sends files to a FHIR server.
struct LoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Load resources, bundles and NDJSON into a FHIR server.",
        discussion: """
            Takes .json, .ndjson and .jsonl files, plain or packed (.gz, .bz2), tar archives of them (.tar, .tar.gz, \
            .tgz, .tar.bz2), and folders, which are searched. What a file is, its content says.

            Transactions and batches are sent as they are; the resources of collections, search results and NDJSON \
            are put together in transactions, with PUT where they have an id; every other resource is written by itself.

            Order: files go in name order, several at a time. A name (or folder) that begins with a number, such as \
            0-hospitals.json or 01-wards.json, is a step: everything with one number is finished before the next \
            number begins, and what has no number comes last. Whatever fails because a reference leads nowhere is \
            tried again when the others of its step are through, as long as that brings something new.

            Ends with code 1 when something failed or stayed without an answer.
            """)

    @Argument(help: ArgumentHelp("Files and folders.", valueName: "path"))
    var paths: [String]

    @Option(name: .customLong("to"), help: ArgumentHelp("Base URL of the FHIR server.", valueName: "url"))
    var target: String

    @Option(help: ArgumentHelp("Requests at a time.", valueName: "n"))
    var concurrency = 8

    @Option(
        help: ArgumentHelp("How often a request is repeated that the server did not get or put off.", valueName: "n"))
    var retries = 6

    @Option(
        name: .customLong("header"),
        help: ArgumentHelp("A header field for every request, such as 'Authorization: Bearer …'.", valueName: "field"))
    var headers: [String] = []

    @Flag(help: "Repeat what got no answer even where that may make resources twice.")
    var repeatUnanswered = false

    @Flag(name: .shortAndLong, help: "No progress, and a summary only when something failed.")
    var quiet = false

    func validate() throws {
        guard BaseURL(target) != nil else {
            throw ValidationError("--to needs the base URL of a FHIR server, such as http://127.0.0.1:8080/fhir")
        }
        guard (1...256).contains(concurrency) else { throw ValidationError("--concurrency is 1 to 256.") }
        guard (0...100).contains(retries) else { throw ValidationError("--retries is 0 to 100.") }
        if let wrong = headers.first(where: { Self.field($0) == nil }) {
            throw ValidationError("--header needs a name, a colon and a value, not '\(wrong)'")
        }
    }

    func run() async throws {
        guard let base = BaseURL(target) else { throw ExitCode.validationFailure }
        let limits = ReadingLimits()
        let found = FileFinder.find(paths)
        let survey = FileSurvey(found.files, limits: limits)
        let plan = LoadPlan(survey.files)
        let tally = LoadTally()
        for (name, error) in found.failures + survey.failures {
            tally.fail(.init(label: name, reason: error.description))
        }
        let start = ContinuousClock.now
        let stopped = try await send(plan, to: base, tally, limits, start)
        let summary = LoadSummary(
            snapshot: tally.snapshot, files: plan.fileCount, elapsed: start.duration(to: .now),
            ignored: found.ignored + survey.ignored, stopped: stopped)
        if !quiet || !summary.succeeded { print(summary.text) }
        if !summary.succeeded { throw ExitCode.failure }
    }

    /// - Returns: why it ended early, if it did.
    private func send(
        _ plan: LoadPlan, to base: BaseURL, _ tally: LoadTally, _ limits: ReadingLimits,
        _ start: ContinuousClock.Instant
    ) async throws -> String? {
        if plan.fileCount == 0 { return nil }
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: Self.configuration(concurrency))
        let loader = Loader(
            sender: HTTPSender(client: client, base: base, headers: headers.compactMap(Self.field)),
            policy: RetryPolicy(retries: retries, repeatsUnanswered: repeatUnanswered), tally: tally,
            concurrency: concurrency, limits: limits)
        let reporter = ProgressReporter(tally: tally, files: plan.fileCount, bytes: plan.bytes, start: start)
        let progress = quiet ? nil : Task { await reporter.run() }
        var stopped: String?
        do {
            try await loader.run(plan)
        } catch let error as ServerUnreachable {
            stopped = "\(base.text) cannot be reached: \(error.reason)"
        }
        progress?.cancel()
        await progress?.value
        try await client.shutdown()
        return stopped
    }

    private static func configuration(_ concurrency: Int) -> HTTPClient.Configuration {
        // Redirects are reported, not followed: a POST that becomes a GET on the way would look like a success.
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(10), read: .seconds(120)),
            connectionPool: .init(idleTimeout: .seconds(30), concurrentHTTP1ConnectionsPerHostSoftLimit: concurrency))
        // This loader repeats by itself, and says so.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        return configuration
    }

    /// The name and the value of a header field.
    private static func field(_ text: String) -> (name: String, value: String)? {
        guard let colon = text.firstIndex(of: ":"), colon != text.startIndex,
            text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { return nil }
        let value = text[text.index(after: colon)...].drop { $0 == " " }
        return (String(text[..<colon]), String(value))
    }
}
