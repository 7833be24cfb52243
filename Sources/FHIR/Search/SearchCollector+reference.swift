// R4 search.html §3.1.1.4.12.
extension SearchCollector {
    /// A Reference: its literal text and its identifier, whichever it has. Contained targets are dropped.
    mutating func reference(_ node: JSONNode, _ parameter: Int32) {
        if let text = node["reference"], text.kind == .string {
            _ = text.withUTF8 { literal($0, parameter) }
        }
        if let identifier = node["identifier"], let value = identifier["value"]?.nonEmptyString {
            let system = identifier["system"]?.nonEmptyString
            append(parameter, .reference(.identifier(system: system, value: value)))
        }
    }

    private mutating func literal(_ text: UnsafeBufferPointer<UInt8>, _ parameter: Int32) {
        let target = ReferenceTarget(text)
        switch target.form {
        case .fragment, .other:
            return
        case .absolute where !target.isOwn(text, bases):
            if target.version != nil {
                append(parameter, .reference(.absolute(url: Self.string(text, 0..<target.versionStart))))
            }
            append(parameter, .reference(.absolute(url: Self.string(text, 0..<text.count))))
        case .relative, .absolute:
            guard let type = target.type else { return }
            let version = target.version.map { Self.string(text, $0) }
            append(
                parameter, .reference(.local(type: type, id: Self.string(text, target.id), version: version)))
        }
    }

    /// A resource inside this one, such as the Composition of a document bundle.
    mutating func resource(_ node: JSONNode, _ parameter: Int32) {
        guard let name = node["resourceType"]?.string, let type = ResourceType(name),
            let id = node["id"]?.nonEmptyString
        else { return }
        append(parameter, .reference(.local(type: type, id: id, version: nil)))
    }

    private static func string(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> String {
        String(decoding: text[range], as: UTF8.self)
    }
}
