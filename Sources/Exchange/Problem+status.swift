extension Problem {
    /// The status of RFC 9110 that says so.
    public var status: Int {
        switch kind {
        case .invalid: 400
        case .unauthenticated: 401
        case .forbidden: 403
        case .notFound: 404
        case .gone, .expired: 410
        case .methodNotAllowed: 405
        case .conflict: 409
        case .preconditionFailed: 412
        case .unprocessable: 422
        case .unavailable: 503
        case .timeout: 504
        case .tooLarge: 413
        case .throttled: 429
        case .internalError: 500
        }
    }
}
