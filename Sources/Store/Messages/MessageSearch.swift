import Postgres

/// What is asked of the message log; all conditions must hold. Answered newest first, by the messages' numbers.
public struct MessageSearch: Sendable {
    public var outcomes: [MessageOutcome]?
    /// Sending application and facility, `HIS|HARBOUR`; without `|` the application alone.
    public var sender: String?
    /// Ids of patients; any of them.
    public var patients: [String]?
    /// Message type and trigger event, `ADT^A01`.
    public var event: String?
    public var controlID: String?
    /// Microseconds since 1970 UTC, included.
    public var since: Int64?
    /// Microseconds since 1970 UTC, excluded.
    public var until: Int64?
    /// Only messages with lower numbers: where the page before ended.
    public var before: Int64?
    public var count = 50

    public init() {}

    /// Numbers are given in the order in which messages arrive, up to how much the clocks of several servers differ. So
    /// a time bounds the numbers, and the log is not walked for it; a slack of ten minutes is far more than clocks differ.
    private static let slack = "interval '10 minutes'"

    func query() -> Query {
        var binder = Binder()
        let condition = condition(&binder)
        let limit = binder.bind(.int4(Int32(clamping: count)), .int4)
        return binder.query(
            """
            select \(MessageSummary.columns) from \(MessageSummary.tables)
            where \(condition) order by m.seq desc limit \(limit)
            """)
    }

    /// Those of which nothing is decided yet have no result. Found by the two tables' keys, without their rows where these
    /// have been vacuumed: a fifth of a second for 400,000 messages.
    private static let undecided =
        "select o.seq from message o where not exists (select from message_result d where d.seq = o.seq)"

    private func condition(_ binder: inout Binder) -> String {
        var parts: [String] = []
        if let outcomes {
            let decided = outcomes.filter { $0 != .received }
            var any: [String] = []
            if !decided.isEmpty {
                // The index has those that a person should look at.
                let isIndexed = decided.contains(.applied) ? "" : " and r.outcome <> 'applied'"
                any.append("\(Self.one(of: decided.map(\.rawValue), "r.outcome", &binder))\(isIndexed)")
            }
            if outcomes.contains(.received) { any.append("m.seq in (\(Self.undecided))") }
            parts.append("(\(any.joined(separator: " or ")))")
        }
        if let sender {
            if sender.contains("|") {
                parts.append("m.sender collate \"C\" = \(binder.bind(.text(sender), .text))")
            } else {
                // Between `HIS|` and `HIS}`, the next character: all facilities of the application.
                let low = binder.bind(.text(sender + "|"), .text)
                let high = binder.bind(.text(sender + "}"), .text)
                parts.append("m.sender collate \"C\" >= \(low) and m.sender collate \"C\" < \(high)")
            }
        }
        if let patients { parts.append(Self.one(of: patients, "r.patient", &binder)) }
        if let event { parts.append("m.event = \(binder.bind(.text(event), .text))") }
        if let controlID { parts.append("m.control_id = \(binder.bind(.text(controlID), .text))") }
        if let since {
            let time = binder.bind(.timestamp(microsecondsSince1970: since), .timestamptz)
            parts.append("m.received >= \(time)")
            parts.append(
                "m.seq > coalesce((select seq from message where received < \(time) - \(Self.slack) "
                    + "order by received desc limit 1), 0)")
        }
        if let until {
            let time = binder.bind(.timestamp(microsecondsSince1970: until), .timestamptz)
            parts.append("m.received < \(time)")
            parts.append(
                "m.seq < coalesce((select seq from message where received >= \(time) + \(Self.slack) "
                    + "order by received limit 1), \(Int64.max))")
        }
        if let before { parts.append("m.seq < \(binder.bind(.int8(before), .int8))") }
        return parts.isEmpty ? "true" : parts.joined(separator: " and ")
    }

    /// One value is compared plainly: only then an index gives the order too.
    private static func one(of values: [String], _ column: String, _ binder: inout Binder) -> String {
        values.count == 1
            ? "\(column) = \(binder.bind(.text(values[0]), .text))"
            : "\(column) = any(\(binder.bind(.textArray(values), .textArray)))"
    }
}
