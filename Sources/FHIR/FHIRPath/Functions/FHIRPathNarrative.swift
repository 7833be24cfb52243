/// What `htmlChecks()` asks of a narrative's div, as far as a glance at the text tells: the elements and attributes that
/// R4 forbids (narrative.html §2.4.0).
enum FHIRPathNarrative {
    static func isAllowed(_ xhtml: UnsafeBufferPointer<UInt8>) -> Bool {
        let text = String(decoding: xhtml, as: UTF8.self).lowercased()
        let trimmed = text.drop { $0.isWhitespace }
        guard trimmed.hasPrefix("<div") else { return false }
        let forbidden = ["<script", "<form", "<iframe", "<object", "<embed", "<base", "<link", "<frame", "javascript:"]
        return !forbidden.contains { text.contains($0) }
    }
}
