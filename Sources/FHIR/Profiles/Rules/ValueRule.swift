/// A rule about a value itself (ElementDefinition.fixed[x], pattern[x], minValue[x], maxValue[x], maxLength).
enum ValueRule: Sendable {
    /// Exactly this value.
    case fixed(FixedValue)
    /// At least what the pattern says.
    case pattern(FixedValue)
    case minimum(FixedValue)
    case maximum(FixedValue)
    /// Characters.
    case maximumLength(Int)
}

/// A value out of a definition: the JSON as it stands there, in a document of its own.
struct FixedValue: Sendable {
    /// The value, and for a primitive with an id or extensions `_` with them.
    let document: JSONDocument
    /// Keys and values of the largest value that a definition may fix; none that is meant has a tenth of them.
    static let maximumNodes = 2_000

    /// The type that it has by its key: `Coding` of `patternCoding`.
    let type: UInt16

    init(_ value: JSONNode?, companion: JSONNode?, type: UInt16) throws(JSONError) {
        var json = JSONBuilder()
        json.object { object in
            if let value { object.member("v", value) }
            if let companion { object.member("_", companion) }
        }
        document = try JSONDocument.parse(json.bytes)
        self.type = type
    }

    var value: JSONNode? { document.root["v"] }
    var companion: JSONNode? { document.root["_"] }

    /// The value as a person reads it, shortened.
    var shown: String {
        guard let value else { return "no value" }
        let text = String(decoding: value.document.bytes[value.sourceRange], as: UTF8.self)
        return text.unicodeScalars.count > 160 ? "\(text.prefix(160))…" : text
    }
}
