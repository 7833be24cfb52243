import ArgumentParser
import Foundation
import Glibc
import NIOCore

/// `mediconnect send`: sends HL7 v2 messages over MLLP.
struct SendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send",
        abstract: "Send the HL7 v2 messages in files over MLLP.",
        discussion: """
            A patient's messages stay in order on one connection. What got no answer, or AR with 207 (not now), is sent \
            again. Ends with code 1 when a message stayed without an answer.
            """)

    @Argument(help: ArgumentHelp("Files of messages; folders are searched for .hl7 files.", valueName: "file"))
    var paths: [String]

    @Option(name: .customLong("to"), help: ArgumentHelp("Where to: mllp://HOST:PORT", valueName: "url"))
    var target: String

    @Option(help: ArgumentHelp("Connections at a time.", valueName: "n"))
    var connections = 1

    @Option(help: ArgumentHelp("How often a message is tried.", valueName: "n"))
    var attempts = 10

    @Flag(name: .shortAndLong, help: "Only say what failed.")
    var quiet = false

    func validate() throws {
        guard place != nil else { throw ValidationError("--to needs mllp://HOST:PORT, such as mllp://127.0.0.1:2575") }
        guard (1...1024).contains(connections) else { throw ValidationError("--connections is 1 to 1024.") }
        guard attempts > 0 else { throw ValidationError("--attempts is 1 or more.") }
    }

    private var place: (host: String, port: Int)? {
        guard let url = URLComponents(string: target), url.scheme == "mllp", let host = url.host, !host.isEmpty else {
            return nil
        }
        return (host, url.port ?? 2575)
    }

    func run() async throws {
        guard let (host, port) = place else { throw ExitCode.validationFailure }
        let messages = try paths.flatMap(Self.files).flatMap { path in
            guard let data = FileManager.default.contents(atPath: path) else {
                throw ValidationError("\(path) cannot be read.")
            }
            return MessageFile.messages(Array(data))
        }
        guard !messages.isEmpty else { throw ValidationError("There is no HL7 v2 message in these files.") }
        var queues = [[[UInt8]]](repeating: [], count: connections)
        var turns: [String: Int] = [:]
        for message in messages {
            let subject = MessageFile.subject(message)
            let turn = turns[subject] ?? turns.count % connections
            turns[subject] = turn
            queues[turn].append(message)
        }
        let tally = SendTally()
        let sender = MessageSender(host: host, port: port, attempts: attempts, patience: .seconds(60))
        let start = ContinuousClock.now
        let progress = quiet ? nil : Task { await Self.report(tally, messages.count, start) }
        var failure: (any Error)?
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for queue in queues where !queue.isEmpty {
                    group.addTask { try await sender.send(queue, tally) }
                }
                try await group.waitForAll()
            }
        } catch {
            failure = error
        }
        progress?.cancel()
        await progress?.value
        let result = tally.snapshot
        if !quiet || failure != nil { print(result.text(start.duration(to: .now))) }
        if let failure {
            print("\(messages.count - result.answered) messages stayed without an answer; \(target) \(failure)")
            throw ExitCode.failure
        }
    }

    private static func files(_ path: String) throws -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw ValidationError("There is no file \(path).")
        }
        guard isFolder.boolValue else { return [path] }
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []
        return names.filter { $0.lowercased().hasSuffix(".hl7") }.sorted().map { path + "/" + $0 }
    }

    /// A line on standard error that is drawn over, on a terminal.
    private static func report(_ tally: SendTally, _ count: Int, _ start: ContinuousClock.Instant) async {
        guard isatty(STDERR_FILENO) == 1 else { return }
        while (try? await Task.sleep(for: .milliseconds(100))) != nil {
            let done = tally.snapshot.answered
            let full = count > 0 ? 30 * done / count : 30
            let bar = String(repeating: "█", count: full) + String(repeating: "░", count: 30 - full)
            let rate = LoadFigures.perSecond(done, in: start.duration(to: .now))
            ProgressReporter.write(
                "\r\u{1B}[K\(bar) \(LoadFigures.number(done)) of \(LoadFigures.number(count)), \(rate)/s")
        }
        ProgressReporter.write("\r\u{1B}[K")
    }
}
