import Foundation
import Glibc
import Synchronization
import TestSupport

/// A `mediconnect` process on a data directory of its own.
final class ServerProcess: Sendable {
    let dataDirectory: String
    let client: RecordClient
    let pid: pid_t
    private let ending: Ending
    private let log: ProcessLog

    /// Starts the program and returns when it says that it is ready.
    ///
    /// - Parameters:
    ///   - port: 0 for a free one; a server that is started again on the same port is found by its clients again.
    ///   - mllpPort: 0 for no MLLP.
    ///   - arguments: further options of `serve`.
    static func start(
        in dataDirectory: String, port: Int = 0, mllpPort: Int = 0, _ arguments: [String] = [],
        within limit: Duration = .seconds(60)
    ) async throws -> ServerProcess {
        let log = try ProcessLog()
        let (pid, ending) = try spawn(
            [
                "serve", "--data-dir", dataDirectory, "--port", String(port), "--mllp-port", String(mllpPort),
            ] + arguments, log)
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            if let root = log.readyRoot {
                return ServerProcess(dataDirectory, RecordClient(root: root), pid, ending, log)
            }
            if let status = ending.status { throw ProcessFailure.ended(status, log.text) }
            try await Task.sleep(for: .milliseconds(10))
        }
        Glibc.kill(pid, SIGKILL)
        throw ProcessFailure.notReady(log.text)
    }

    private init(
        _ dataDirectory: String, _ client: RecordClient, _ pid: pid_t, _ ending: Ending, _ log: ProcessLog
    ) {
        self.dataDirectory = dataDirectory
        self.client = client
        self.pid = pid
        self.ending = ending
        self.log = log
    }

    /// Runs `body` with a server, which is stopped afterwards; nothing of it is left.
    static func with<Value>(
        in dataDirectory: String = TestDirectory.unused(), mllpPort: Int = 0, _ arguments: [String] = [],
        _ body: (ServerProcess) async throws -> Value
    ) async throws -> Value {
        let server = try await start(in: dataDirectory, mllpPort: mllpPort, arguments)
        do {
            let value = try await body(server)
            await server.kill()
            return value
        } catch {
            await server.kill()
            throw error
        }
    }

    var port: Int { Int(client.root.split(separator: ":").last ?? "") ?? 0 }

    /// What it has logged and printed so far.
    var output: String { log.text }

    /// How it ended: its exit code, or the signal's number, negative. Nil while it runs.
    var status: Int32? { ending.status }

    /// SIGTERM, without waiting.
    func terminate() {
        Glibc.kill(pid, SIGTERM)
    }

    /// Waits for its end; nil if it runs on.
    func ended(within limit: Duration = .seconds(60)) async -> Int32? {
        await waited(limit) { self.ending.status != nil }
        return ending.status
    }

    /// `kill -9`, and waits until it and its PostgreSQL are gone.
    func kill() async {
        if ending.status == nil { Glibc.kill(pid, SIGKILL) }
        _ = await ended()
        _ = await isDeserted(within: .seconds(30))
    }

    // MARK: Its PostgreSQL

    /// The postmaster's process.
    var postmaster: pid_t? {
        guard let text = try? String(contentsOfFile: dataDirectory + "/postgres/postmaster.pid", encoding: .utf8)
        else { return nil }
        return text.split(separator: "\n").first.flatMap { pid_t($0) }
    }

    /// The processes that serve our connections.
    var backends: [pid_t] {
        Processes.within(dataDirectory).filter { Processes.commandLine($0).contains("mediconnect_app") }
    }

    /// Whether no process works in the data directory any more.
    func isDeserted(within limit: Duration) async -> Bool {
        await waited(limit) { Processes.within(self.dataDirectory).isEmpty }
    }

    // MARK: Programs that end by themselves

    /// Runs the program to its end; it is killed after `limit`.
    static func run(
        _ arguments: [String], within limit: Duration = .seconds(120)
    ) async throws -> (status: Int32, output: String) {
        let log = try ProcessLog()
        let (pid, ending) = try spawn(arguments, log)
        await waited(limit) { ending.status != nil }
        guard let status = ending.status else {
            Glibc.kill(pid, SIGKILL)
            throw ProcessFailure.doesNotEnd(log.text)
        }
        return (status, log.text)
    }

    private static func spawn(_ arguments: [String], _ log: ProcessLog) throws -> (pid_t, Ending) {
        let process = Process()
        process.executableURL = try program
        process.arguments = arguments
        // Nothing of this machine's settings gets in.
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("MEDICONNECT_") }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = log.handle
        process.standardError = log.handle
        let ending = Ending()
        process.terminationHandler = { process in
            let code = process.terminationStatus
            ending.set(process.terminationReason == .uncaughtSignal ? -code : code)
        }
        try process.run()
        Survivors.note(process.processIdentifier)
        return (process.processIdentifier, ending)
    }

    /// `mediconnect`, which SwiftPM builds beside the test bundle.
    private static var program: URL {
        get throws {
            var root = URL(filePath: #filePath)
            for _ in 0..<4 { root.deleteLastPathComponent() }
            let build = root.appending(path: ".build")
            let beside = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
            let places = [beside, build.appending(path: "debug"), build.appending(path: "release")]
            let found = places.map { $0.appending(path: "mediconnect") }
                .first { FileManager.default.isExecutableFile(atPath: $0.path) }
            guard let found else { throw ProcessFailure.noProgram(places.map(\.path)) }
            return found
        }
    }
}

enum ProcessFailure: Error {
    case noProgram([String])
    case ended(Int32, String)
    case notReady(String)
    case doesNotEnd(String)
}

/// Looks again and again until `condition` holds; false if it never does.
@discardableResult
func waited(_ limit: Duration, until condition: () async -> Bool) async -> Bool {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if await condition() { return true }
        try? await Task.sleep(for: .milliseconds(10))
    }
    return await condition()
}

/// How a process ended, once it has.
private final class Ending: Sendable {
    private let value = Mutex<Int32?>(nil)

    var status: Int32? { value.withLock { $0 } }

    func set(_ status: Int32) { value.withLock { $0 = status } }
}
