extension FHIRRequest {
    /// `Prefer: respond-async` (RFC 7240 §4.1).
    var prefersAsync: Bool {
        (call.headers[.prefer] ?? "").split { $0 == "," || $0 == ";" }
            .contains { String($0).trimmingSpaces().lowercased() == "respond-async" }
    }
}
