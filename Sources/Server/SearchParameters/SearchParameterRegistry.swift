import Exchange
import FHIR
import Logging
import ServiceLifecycle
import Store
import Synchronization

/// The search parameters that are in force beside R4's: those the server was started with, and those that stand in the
/// record as SearchParameter resources.
///
/// What is posted is known with the answer of the server that took it, and to other servers on the same record within
/// seconds; what the record holds is indexed by it in the background, and when that is complete it can be searched by.
final class SearchParameterRegistry: Service, Sendable {
    private static let interval = Duration.seconds(5)
    /// Between two batches: requests come first.
    private static let pause = Duration.milliseconds(5)

    private let given: [(name: String, bytes: [UInt8])]
    private let store: Store
    private let followers: [Store]
    private let indexing: ParameterIndexing
    private let logger: Logger
    private let stamp = Mutex<Int64?>(nil)
    private let wishes: AsyncStream<Void>
    private let wish: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - given: SearchParameter resources as JSON.
    ///   - followers: what else this server opened of the same record, to go by the same parameters.
    ///   - settling: see ``ParameterIndexing``.
    init(
        given: [(name: String, bytes: [UInt8])], store: Store, followers: [Store], settling: Duration, logger: Logger
    ) {
        self.given = given
        self.store = store
        self.followers = followers
        indexing = ParameterIndexing(store, settling: settling)
        self.logger = logger
        (wishes, wish) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Takes what the record and its servers know now.
    func refresh() async {
        do {
            let now = try await store.writings(of: [.searchParameter])
            if stamp.withLock({ $0 }) != now {
                try await register()
                stamp.withLock { $0 = now }
            } else {
                try await store.takeParameters()
            }
        } catch {
            // What was known stays in force; the next look is not far.
            logger.debug("search parameters of the record were not looked at", metadata: ["reason": "\(error)"])
        }
        for follower in followers { follower.use(store.parameters) }
        wish.yield()
    }

    private func register() async throws {
        var definitions = given.map { (name: $0.name, content: $0.bytes) }
        for version in try await store.all(.searchParameter) {
            guard let bytes = version.rendered(), let document = try? JSONDocument.parse(bytes),
                SearchParameterDefinition.isActive(document.root)
            else { continue }
            definitions.append(("SearchParameter/\(version.id)", bytes))
        }
        for problem in try await store.register(parameters: definitions) {
            for issue in problem.issues {
                logger.warning(
                    "a search parameter cannot be searched by",
                    metadata: ["definition": "\(problem.name)", "reason": "\(issue.diagnostics)"])
            }
        }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    while !Task.isCancelled {
                        try? await Task.sleep(for: Self.interval)
                        if !Task.isCancelled { await self.refresh() }
                    }
                }
                group.addTask {
                    for await _ in self.wishes { await self.index() }
                }
            }
        }
    }

    /// Indexes until nothing is left to do.
    private func index() async {
        do {
            while !Task.isCancelled, try await indexing.step() { try await Task.sleep(for: Self.pause) }
        } catch {
            logger.debug("indexing by a search parameter goes on later", metadata: ["reason": "\(error)"])
        }
    }

    /// What to tell of a SearchParameter that was written: why it cannot be searched by.
    func remarks(_ document: JSONDocument) -> [Issue] {
        guard SearchParameterDefinition.isActive(document.root) else { return [] }
        let others = store.parameters.additional.filter { $0.url != document.root["url"]?.string }
        do {
            _ = try SearchParameterDefinition.fact(
                of: document.root, id: SearchParameterDefinition.unusedNumber(others), known: others)
            return []
        } catch {
            return error.issues.map { issue in
                var issue = issue
                issue.severity = .warning
                issue.diagnostics += " Nothing can be searched by this parameter."
                return issue
            }
        }
    }

    /// How far the record is indexed, in Prometheus' text format.
    func exposition() async -> String {
        guard let parameters = try? await store.recordParameters(), !parameters.isEmpty else { return "" }
        var text = """
            # HELP mediconnect_search_parameter_resources Resources looked at for a search parameter of the record: scanned = indexed + failed.
            # TYPE mediconnect_search_parameter_resources gauge

            """
        for parameter in parameters {
            let labels = "url=\"\(Self.escaped(parameter.url))\",state=\"\(parameter.state)\""
            for (name, count) in [
                ("scanned", parameter.scanned), ("indexed", parameter.indexed), ("failed", parameter.failed),
            ] {
                text += "mediconnect_search_parameter_resources{\(labels),count=\"\(name)\"} \(count)\n"
            }
        }
        return text
    }

    private static func escaped(_ text: String) -> String {
        String(
            text.flatMap { character -> String in
                switch character {
                case "\\", "\"": "\\\(character)"
                case "\n", "\r", "\r\n": "\\n"
                default: String(character)
                }
            })
    }
}
