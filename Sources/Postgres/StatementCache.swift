/// What one connection has prepared on the server.
struct StatementCache {
    /// A server-side name and what is known of it.
    final class Entry {
        let name: String
        let types: [PostgresType]
        /// The server has said that it exists.
        var isReady = false
        /// Value of the cache's counter at the last use.
        var lastUse: UInt64

        init(name: String, types: [PostgresType], lastUse: UInt64) {
            self.name = name
            self.types = types
            self.lastUse = lastUse
        }

        /// Whether values of these types may be bound to it.
        func accepts(_ parameters: [Parameter]) -> Bool {
            guard parameters.count == types.count else { return false }
            for (type, parameter) in zip(types, parameters) where type != parameter.type && !parameter.isNull {
                return false
            }
            return true
        }
    }

    private var entries: [Statement: Entry] = [:]
    private var uses: UInt64 = 0
    private var names = 0
    let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
    }

    mutating func find(_ statement: Statement, for parameters: [Parameter]) -> Entry? {
        guard let entry = entries[statement], entry.accepts(parameters) else { return nil }
        uses += 1
        entry.lastUse = uses
        return entry
    }

    /// A fresh name for a statement that is about to be prepared, and the entry that it replaces, if any.
    mutating func add(_ statement: Statement, types: [PostgresType]) -> (new: Entry, replaced: Entry?) {
        uses += 1
        names += 1
        let entry = Entry(name: "s\(names)", types: types, lastUse: uses)
        return (entry, entries.updateValue(entry, forKey: statement))
    }

    /// Forgets the entry if it is still the statement's.
    mutating func remove(_ statement: Statement, _ entry: Entry) {
        if entries[statement] === entry { entries[statement] = nil }
    }

    /// Takes the entry out that was not used for longest when there are more than the cache may hold.
    mutating func evict() -> Entry? {
        guard entries.count > capacity else { return nil }
        let oldest = entries.filter(\.value.isReady).min { $0.value.lastUse < $1.value.lastUse }
        guard let oldest else { return nil }
        entries[oldest.key] = nil
        return oldest.value
    }
}
