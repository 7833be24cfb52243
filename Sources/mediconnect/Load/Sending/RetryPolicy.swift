/// When a request is sent again.
///
/// A request that did not reach the server, or that the server put off (429; 503 when the server itself says so with
/// Retry-After or an OperationOutcome), is repeated. One that was sent and got no answer, or whose answer a proxy made
/// up (502, 503, 504), may have been done: it is repeated only when doing it twice does no harm.
struct RetryPolicy: Sendable {
    /// How one try ended.
    enum Attempt: Sendable {
        case answered(Answer)
        case notSent(String)
        case noAnswer(String)
    }

    enum Decision: Sendable {
        case finish(Delivery)
        case wait(Duration)
    }

    /// How often a request is repeated at most.
    let retries: Int
    /// Repeat whatever got no answer, even where that may do it twice.
    var repeatsUnanswered = false
    var firstDelay = Duration.milliseconds(250)
    var longestDelay = Duration.seconds(30)
    /// A server that asks for a longer pause gets this one.
    var longestRequestedDelay = Duration.seconds(120)

    /// - Parameters:
    ///   - attempt: how the try ended.
    ///   - number: how many tries came before it.
    ///   - jitter: 0…1, so that parallel requests do not come back all at once.
    func decide(_ attempt: Attempt, number: Int, isRepeatable: Bool, jitter: Double) -> Decision {
        let mayRepeat = isRepeatable || repeatsUnanswered
        switch attempt {
        case .notSent(let reason):
            return number < retries ? .wait(delay(number, jitter)) : .finish(.unreachable(reason))
        case .noAnswer(let reason):
            return mayRepeat && number < retries ? .wait(delay(number, jitter)) : .finish(.unanswered(reason))
        case .answered(let answer):
            guard let meaning = Meaning(answer) else { return .finish(.answered(answer)) }
            if meaning == .perhapsDone, !mayRepeat {
                return .finish(.unanswered("a gateway answered \(answer.status) in the server's place"))
            }
            guard number < retries else { return .finish(.answered(answer)) }
            return .wait(answer.retryAfter.map { min($0, longestRequestedDelay) } ?? delay(number, jitter))
        }
    }

    private enum Meaning {
        case putOff
        case perhapsDone

        init?(_ answer: Answer) {
            switch answer.status {
            case 429: self = .putOff
            case 503: self = answer.retryAfter != nil || answer.isOutcome ? .putOff : .perhapsDone
            case 502, 504: self = .perhapsDone
            default: return nil
            }
        }
    }

    private func delay(_ number: Int, _ jitter: Double) -> Duration {
        let full = min(firstDelay * (1 << min(number, 20)), longestDelay)
        return full * (0.5 + jitter / 2)
    }
}
