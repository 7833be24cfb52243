// R4 search.html §3.1.1.4.13; canonicals as references: references.html §2.3.0.6.
extension SearchCollector {
    mutating func uri(_ node: JSONNode, _ parameter: Int32) {
        guard let text = node.nonEmptyString else { return }
        append(parameter, .uri(text))
    }

    /// `url|version#fragment`: the url, and where a version is named, url and version. One that points into its own
    /// resource (`#id`) is dropped.
    mutating func canonical(_ node: JSONNode, _ parameter: Int32) {
        guard node.kind == .string else { return }
        _ = node.withUTF8 { text in
            let end = text.firstIndex(of: UInt8(ascii: "#")) ?? text.count
            guard end > 0 else { return }
            let urlEnd = text[..<end].firstIndex(of: UInt8(ascii: "|")) ?? end
            append(parameter, .uri(String(decoding: text[..<urlEnd], as: UTF8.self)))
            if urlEnd + 1 < end {
                append(parameter, .uri(String(decoding: text[..<end], as: UTF8.self)))
            }
        }
    }
}
