import Store
import Synchronization

/// Counts of what HL7 v2 senders sent and how it went, in Prometheus' text format. Senders and events are what messages
/// say, so only so many are told apart; the rest is counted as `other`.
final class FeedMetrics: Sendable {
    /// What a person should hear of, beside the acknowledgement.
    enum Alert: String, Sendable, CaseIterable {
        case reusedControlID = "reused-control-id"
        case bedConflict = "bed-conflict"
        case parked

        /// What the log says.
        var words: String {
            switch self {
            case .reusedControlID: "a control id was used again"
            case .bedConflict: "two parties claim a bed"
            case .parked: "a message without a map was parked"
            }
        }
    }

    private static let other = "other"

    private struct Kind: Hashable, Comparable {
        let event: String
        let code: String

        static func < (a: Kind, b: Kind) -> Bool { (a.event, a.code) < (b.event, b.code) }
    }

    private struct Sender {
        var answers: [Kind: Int] = [:]
        var outcomes: [MessageOutcome: Int] = [:]
        var alerts: [Alert: Int] = [:]
        var repeats = 0
        var replays = 0
        var times = Histogram()
        /// When its last message came, microseconds since 1970 UTC.
        var last: Int64?
    }

    private struct State {
        var senders: [String: Sender] = [:]
        var events: Set<String> = []
        var connections = 0
    }

    private let state = Mutex(State())
    private let maximumSenders: Int
    private let maximumEvents: Int

    /// - Parameters:
    ///   - maximumSenders: how many senders are told apart.
    ///   - maximumEvents: how many events are.
    init(maximumSenders: Int = 200, maximumEvents: Int = 100) {
        self.maximumSenders = maximumSenders
        self.maximumEvents = maximumEvents
    }

    // MARK: Counting

    /// A message was answered.
    ///
    /// - Parameters:
    ///   - code: AA, AE or AR.
    ///   - outcome: nil where nothing is final, or where the message was a repeat.
    ///   - received: when it came, microseconds since 1970 UTC.
    ///   - took: microseconds to the acknowledgement.
    func count(
        sender: String, event: String?, code: String, outcome: MessageOutcome?, received: Int64, took: Int64
    ) {
        state.withLock { state in
            let event = Self.label(event ?? "none", known: state.events.contains, state.events.count, maximumEvents)
            state.events.insert(event)
            change(&state, sender) { sender in
                sender.answers[Kind(event: event, code: code), default: 0] += 1
                if let outcome { sender.outcomes[outcome, default: 0] += 1 }
                sender.times.add(microseconds: took)
                sender.last = max(sender.last ?? .min, received)
            }
        }
    }

    /// A message came again that had been applied.
    func repeated(sender: String) {
        state.withLock { change(&$0, sender) { $0.repeats += 1 } }
    }

    /// A stored message was sent through again.
    func replayed(sender: String) {
        state.withLock { change(&$0, sender) { $0.replays += 1 } }
    }

    func alert(_ kind: Alert, sender: String) {
        state.withLock { change(&$0, sender) { $0.alerts[kind, default: 0] += 1 } }
    }

    func connectionOpened() {
        state.withLock { $0.connections += 1 }
    }

    func connectionClosed() {
        state.withLock { $0.connections -= 1 }
    }

    private func change(_ state: inout State, _ name: String, _ body: (inout Sender) -> Void) {
        let label = Self.label(name, known: { state.senders[$0] != nil }, state.senders.count, maximumSenders)
        body(&state.senders[label, default: Sender()])
    }

    /// The value that a name is counted under: itself while there is room, and not more of it than a label should have.
    private static func label(_ name: String, known: (String) -> Bool, _ count: Int, _ maximum: Int) -> String {
        let label = String(name.unicodeScalars.prefix(100).map(Character.init))
        return known(label) || count < maximum ? label : other
    }

    // MARK: Telling

    /// The lines of the metrics page.
    var exposition: String {
        let state = state.withLock { $0 }
        let senders = state.senders.sorted { $0.key < $1.key }
        var text = Self.head("mllp_connections", "gauge", "Open MLLP connections.")
        text += "mediconnect_mllp_connections \(state.connections)\n"
        text += Self.head(
            "hl7v2_messages_total", "counter", "Answered HL7 v2 messages by sender, event and acknowledgement code.")
        for (name, sender) in senders {
            for (kind, count) in sender.answers.sorted(by: { $0.key < $1.key }) {
                text += Self.line(
                    "hl7v2_messages_total", [("sender", name), ("event", kind.event), ("code", kind.code)], "\(count)")
            }
        }
        text += Self.head("hl7v2_outcomes_total", "counter", "What became of HL7 v2 messages, repeats left out.")
        for (name, sender) in senders {
            for (outcome, count) in sender.outcomes.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                text += Self.line(
                    "hl7v2_outcomes_total", [("sender", name), ("outcome", outcome.rawValue)], "\(count)")
            }
        }
        text += counters(
            senders, "hl7v2_repeats_total", "Messages that came again after they had been applied.", \.repeats)
        text += counters(senders, "hl7v2_replays_total", "Stored messages that were sent through again.", \.replays)
        text += Self.head("hl7v2_alerts_total", "counter", "What a person should look at, by sender and kind.")
        for (name, sender) in senders {
            for kind in Alert.allCases {
                guard let count = sender.alerts[kind] else { continue }
                text += Self.line("hl7v2_alerts_total", [("sender", name), ("kind", kind.rawValue)], "\(count)")
            }
        }
        text += Self.head(
            "hl7v2_last_message_time_seconds", "gauge", "When a sender's last message came, seconds since 1970.")
        for (name, sender) in senders {
            guard let last = sender.last else { continue }
            text += Self.line(
                "hl7v2_last_message_time_seconds", [("sender", name)], "\(Double(last / 1000) / 1000)")
        }
        text += Self.head("hl7v2_acknowledgement_seconds", "histogram", "Time from message to acknowledgement.")
        for (name, sender) in senders {
            text += sender.times.exposition(
                "mediconnect_hl7v2_acknowledgement_seconds", label: Self.label([("sender", name)]))
        }
        return text
    }

    private func counters(
        _ senders: [(key: String, value: Sender)], _ name: String, _ help: String, _ count: KeyPath<Sender, Int>
    ) -> String {
        senders.reduce(Self.head(name, "counter", help)) { text, sender in
            text + Self.line(name, [("sender", sender.key)], "\(sender.value[keyPath: count])")
        }
    }

    private static func head(_ name: String, _ type: String, _ help: String) -> String {
        "# HELP mediconnect_\(name) \(help)\n# TYPE mediconnect_\(name) \(type)\n"
    }

    private static func line(_ name: String, _ labels: [(String, String)], _ value: String) -> String {
        "mediconnect_\(name){\(label(labels))} \(value)\n"
    }

    private static func label(_ pairs: [(String, String)]) -> String {
        pairs.map { "\($0.0)=\"\(escaped($0.1))\"" }.joined(separator: ",")
    }

    /// A label's value (exposition format 0.0.4): backslash, quote and line end are escaped.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
