extension XMLWriter {
    mutating func begin(qualifiedName: String, localNames: [String]) {
        for name in localNames where !XMLName.isNCName(name) { note(.name(name)) }
        endTag()
        if scopes.isEmpty {
            if rootIsWritten { note(.outsideRoot) }
            rootIsWritten = true
            if layout == .pretty, !bytes.isEmpty { bytes.append(UInt8(ascii: "\n")) }
        } else {
            scopes[scopes.count - 1].hasElements = true
            // Blanks within mixed content would change it.
            if layout == .pretty, !isInMixedContent { newLine(level: scopes.count) }
        }
        let parent = scopes.last
        let name = Array(qualifiedName.utf8)
        bytes.append(UInt8(ascii: "<"))
        bytes.append(contentsOf: name)
        scopes.append(
            Scope(
                qualifiedName: name, defaultNamespace: parent?.defaultNamespace, prefixes: parent?.prefixes ?? [:],
                hasText: isInMixedContent))
        attributeNames.removeAll(keepingCapacity: true)
        tagIsOpen = true
    }

    private var isInMixedContent: Bool { scopes.last?.hasText ?? false }

    /// Ends the start tag that is being written.
    mutating func endTag() {
        guard tagIsOpen else { return }
        tagIsOpen = false
        bytes.append(UInt8(ascii: ">"))
    }

    mutating func newLine(level: Int) {
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: level * 2))
    }

    mutating func writeAttribute(_ qualifiedName: String, _ value: String) {
        if attributeNames.contains(qualifiedName) { return note(.duplicateAttribute(qualifiedName)) }
        attributeNames.append(qualifiedName)
        bytes.append(UInt8(ascii: " "))
        bytes.append(contentsOf: qualifiedName.utf8)
        bytes.append(contentsOf: "=\"".utf8)
        appendEscaped(value, inAttribute: true)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Blanks other than the space are written as references in attributes, and the carriage return everywhere,
    /// because a reader would normalise them (XML 1.0 §2.11, §3.3.3).
    mutating func appendEscaped(_ value: String, inAttribute: Bool) {
        for scalar in value.unicodeScalars {
            switch scalar {
            case "&": bytes.append(contentsOf: "&amp;".utf8)
            case "<": bytes.append(contentsOf: "&lt;".utf8)
            case ">": bytes.append(contentsOf: "&gt;".utf8)
            case "\"" where inAttribute: bytes.append(contentsOf: "&quot;".utf8)
            case "\t" where inAttribute: bytes.append(contentsOf: "&#9;".utf8)
            case "\n" where inAttribute: bytes.append(contentsOf: "&#10;".utf8)
            case "\r": bytes.append(contentsOf: "&#13;".utf8)
            default:
                guard XMLName.isCharacter(scalar) else { return note(.forbiddenCharacter(scalar.value)) }
                bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
    }

    mutating func note(_ error: XMLWriteError) {
        if problem == nil { problem = error }
    }
}
