extension FHIRRequest {
    /// What `Prefer` names, without values: `respond-async` (RFC 7240 §4.1).
    var prefersAsync: Bool { preferences.contains("respond-async") }

    /// `Prefer: handling=lenient` (R4 §3.1.1.3.2).
    var isLenient: Bool { preferences.contains("handling=lenient") }

    private var preferences: Set<String> {
        let parts = (call.headers[.prefer] ?? "").split { $0 == "," || $0 == ";" }
        return Set(parts.map { String($0).trimmingSpaces().lowercased() })
    }
}
