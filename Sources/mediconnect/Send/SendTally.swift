import HL7v2
import Synchronization

/// What became of the messages that were sent.
final class SendTally: Sendable {
    struct Snapshot: Sendable {
        var answered = 0
        var repeated = 0
        /// How many messages of a kind got which answer.
        var answers: [Kind: Int] = [:]
        /// Microseconds from message to answer.
        var latencies: [Int64] = []
        /// The first refusals, a line each.
        var refusals: [String] = []
    }

    struct Kind: Hashable, Comparable, Sendable {
        let event: String
        let code: String

        static func < (a: Kind, b: Kind) -> Bool { (a.event, a.code) < (b.event, b.code) }
    }

    private let state = Mutex(Snapshot())

    var snapshot: Snapshot { state.withLock { $0 } }

    func repeats() {
        state.withLock { $0.repeated += 1 }
    }

    func count(_ answer: MessageAnswer, of message: [UInt8], took duration: Duration) {
        let header = Header(message)
        let event = header.map { "\($0.messageCode)^\($0.triggerEvent)" } ?? "?"
        let (seconds, attoseconds) = duration.components
        state.withLock { state in
            state.answered += 1
            state.answers[Kind(event: event, code: answer.code.isEmpty ? "?" : answer.code), default: 0] += 1
            state.latencies.append(seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
            guard answer.code != "AA" || answer.reason != nil, state.refusals.count < 10 else { return }
            state.refusals.append(
                "\(event) \(header?.controlID ?? ""): \(answer.code) \(answer.reason ?? "")")
        }
    }
}

extension SendTally.Snapshot {
    /// A table of answers, and how long they took.
    func text(_ elapsed: Duration) -> String {
        var lines = [
            "Sent \(LoadFigures.count(answered, "message")) in \(LoadFigures.time(elapsed)) "
                + "(\(LoadFigures.perSecond(answered, in: elapsed))/s)"
        ]
        let width = answers.keys.map(\.event.count).max() ?? 0
        for (kind, count) in answers.sorted(by: { $0.key < $1.key }) {
            let event = kind.event + String(repeating: " ", count: width - kind.event.count)
            lines.append("  \(event)  \(kind.code)  \(LoadFigures.number(count))")
        }
        let sorted = latencies.sorted()
        if !sorted.isEmpty {
            let marks = [50, 95, 99, 100].map { percent in
                let value = sorted[min(sorted.count - 1, sorted.count * percent / 100)]
                return "\(percent == 100 ? "max" : "p\(percent)") \(Double(value / 100) / 10) ms"
            }
            lines.append("Answers after: " + marks.joined(separator: ", "))
        }
        if repeated > 0 { lines.append("Sent again: \(LoadFigures.number(repeated))") }
        if !refusals.isEmpty { lines += ["", "Not plainly accepted, the first ones:"] + refusals.map { "  " + $0 } }
        return lines.joined(separator: "\n")
    }
}
