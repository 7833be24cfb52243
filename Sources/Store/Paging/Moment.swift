import Postgres

/// When the record is looked at: what a snapshot sees, and of that what was written up to a time.
struct Moment: Sendable, Equatable {
    /// PostgreSQL's text of a snapshot; nil: all that is committed.
    var snapshot: String?
    /// Microseconds since 1970 UTC; nil: all that is there.
    var time: Int64?

    /// The same as SQL, its values bound once for a statement.
    struct Terms {
        fileprivate let snapshot: String?
        /// Of the oldest transaction that may not have ended then. A value and no question, so that the planner sees how
        /// few come after it.
        fileprivate let oldest: String?
        fileprivate let time: String?

        /// Whether the version in a row of `resource` or `history` was there.
        func sees(_ row: String) -> String {
            let parts = [
                snapshot.map { "pg_visible_in_snapshot(\(row).txn, \($0))" }, time.map { "\(row).updated <= \($0)" },
            ].compactMap(\.self)
            return parts.isEmpty ? "true" : "(\(parts.joined(separator: " and ")))"
        }

        /// Keys of resources of which another version is current now, or that were not there.
        ///
        /// - Parameter types: the placeholder of the codes of types.
        func changed(types: String) -> String {
            let since = [
                snapshot.map { "txn >= \(oldest ?? "") and not pg_visible_in_snapshot(txn, \($0))" },
                time.map { "updated > \($0)" },
            ].compactMap(\.self)
            return since.map { "select key from resource where type = any(\(types)) and \($0)" }
                .joined(separator: " union ")
        }
    }

    func terms(_ binder: inout Binder) -> Terms {
        Terms(
            snapshot: snapshot.map { "(select \(binder.bind(.text($0), .text))::text::pg_snapshot)" },
            oldest: snapshot.map {
                let first = $0.prefix { $0 != ":" }
                return binder.bind(.xid8(UInt64(first) ?? 0), .xid8)
            },
            time: time.map {
                binder.bind(.timestamp(microsecondsSince1970: Binder.storable($0)), .timestamptz)
            })
    }

    /// Nothing is said: the record as it is.
    var isNow: Bool { snapshot == nil && time == nil }
}
