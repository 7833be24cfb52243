/// A group between its sending and its sync, and how far its results have come.
final class Flight {
    /// A statement that is prepared right before its first use in the group.
    struct Preparation {
        let query: Int
        let statement: Statement
        let entry: StatementCache.Entry
    }

    enum Step {
        case preparation(Preparation)
        case query(Query)
        /// Everything has answered; what fails now is the commit.
        case sync
    }

    /// Nil for the driver's own housekeeping.
    let job: Job?
    let queries: [Query]
    let reply: Reply<[Rows]>?
    var preparations: [Preparation] = []
    var byteCount = 0
    /// The sync is in libpq's hands: from here on the server may commit.
    var isComplete = false
    /// A sync of its own follows; else the group shares that of one behind it.
    var hasSync = false
    /// A group before it failed, with which it shared a sync: nothing of it was done.
    var isAborted = false

    private(set) var rows: [Rows] = []
    private var nextQuery = 0
    private var nextPreparation = 0

    var failure: PostgresError?
    /// The server ended the session with this error, and had not come to the group's end.
    var isFatal = false
    var failedBeforeEnd = false
    /// A prepared statement no longer fits the tables, or is gone: preparing it again helps.
    var isStale = false
    /// Another group of the connection was cancelled while this one was on its way: the signal may hit this one.
    var mayBeHit = false
    var controlsTransaction = false
    var leavesTransactionOpen = false

    init(job: Job?, queries: [Query], reply: Reply<[Rows]>?) {
        self.job = job
        self.queries = queries
        self.reply = reply
        rows.reserveCapacity(queries.count)
    }

    var step: Step {
        if nextPreparation < preparations.count, preparations[nextPreparation].query == nextQuery {
            return .preparation(preparations[nextPreparation])
        }
        return nextQuery < queries.count ? .query(queries[nextQuery]) : .sync
    }

    /// All statements have answered without an error; what is missing is the word that they are committed.
    var isAnswered: Bool {
        guard case .sync = step else { return false }
        return !failedBeforeEnd && !isAborted
    }

    func advance(_ answer: Rows? = nil) {
        switch step {
        case .preparation: nextPreparation += 1
        case .query: nextQuery += 1
        case .sync: break
        }
        guard let answer else { return }
        rows.append(answer)
        switch answer.result.transactionControl {
        case .begins: (controlsTransaction, leavesTransactionOpen) = (true, true)
        case .ends: (controlsTransaction, leavesTransactionOpen) = (true, false)
        case .none: break
        }
    }
}
