import Store

extension Exchange {
    /// A page of the message log, newest first. Whoever shows it notes that.
    public func messages(_ search: MessageSearch) async throws(Problem) -> [MessageSummary] {
        do {
            return try await store.messages(search)
        } catch {
            throw Problem(error)
        }
    }

    /// A message of the log; nil where there is none. Whoever shows it notes that.
    public func message(_ number: Int64) async throws(Problem) -> StoredMessage? {
        do {
            return try await store.message(number)
        } catch {
            throw Problem(error)
        }
    }
}
