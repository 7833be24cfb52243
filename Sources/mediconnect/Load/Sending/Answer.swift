/// What came back for a request.
struct Answer: Sendable {
    let status: Int
    var location: String?
    var retryAfter: Duration?
    let body: [UInt8]

    var isSuccess: Bool { (200..<300).contains(status) }
}

/// How a request ended, after all tries.
enum Delivery: Sendable {
    case answered(Answer)
    /// It never reached the server.
    case unreachable(String)
    /// It reached the server, but no answer came, and it could not be repeated safely.
    case unanswered(String)
}
