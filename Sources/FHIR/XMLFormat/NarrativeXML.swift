import XML

/// A narrative that stands in a JSON string, as a part of an XML document.
enum NarrativeXML {
    /// Appends a `div` as it is, if it is a well-formed XHTML element with its namespace. HTML's named entities, which
    /// XML does not know, become numeric references, and a namespace that is missing is declared.
    ///
    /// - Returns: what is wrong, in plain words, if it cannot be put into XML.
    static func put(_ text: UnsafeBufferPointer<UInt8>, into output: inout ByteOutput) -> String? {
        let trimmed = trimmed(text)
        guard trimmed.first == UInt8(ascii: "<"), trimmed.last == UInt8(ascii: ">") else {
            return "The narrative is not an XHTML div."
        }
        if isPlain(trimmed) {
            output.put(trimmed)
            return nil
        }
        return putUnusual([UInt8](trimmed), into: &output)
    }

    /// Whether a text is a `div` of XHTML that can be copied, seen without making a tree of it.
    private static func isPlain(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var scanner = XHTMLScanner(text)
        func equals(_ range: Range<Int>, _ word: StaticString) -> Bool {
            word.withUTF8Buffer { FactHash.equal(UnsafeBufferPointer(rebasing: text[range]), $0) }
        }
        guard scanner.next() == .start, equals(scanner.name, "div"),
            scanner.attributes.contains(where: { equals($0.name, "xmlns") })
        else { return false }
        var token = XHTMLScanner.Token.start
        while token != .finished {
            if case .malformed = token { return false }
            if token == .start {
                for attribute in scanner.attributes where equals(attribute.name, "xmlns") {
                    guard equals(attribute.value, "http://www.w3.org/1999/xhtml") else { return false }
                }
            }
            token = scanner.next()
        }
        return scanner.isPlain
    }

    /// The same by the XML reader, for what is rare: prefixes, entities, instructions, a missing namespace.
    private static func putUnusual(_ text: [UInt8], into output: inout ByteOutput) -> String? {
        var bytes = text
        for _ in 0..<3 {
            let document: XMLDocument
            do throws(XMLError) {
                document = try XMLDocument.parse(bytes)
            } catch {
                if error.reason == .undefinedEntity, let replaced = HTMLEntities.replaced(bytes) {
                    bytes = replaced
                    continue
                }
                return "The narrative is not well-formed XHTML: \(error.message) (\(error.position) of the div)"
            }
            let root = document.root
            guard root.name == "div" else { return "The narrative's outermost element is ‘\(root.name)’, not ‘div’." }
            if root.namespace == FHIRXML.narrativeNamespace {
                guard bytes.count > 1, bytes[1] != UInt8(ascii: "?"), bytes[1] != UInt8(ascii: "!") else {
                    return "The narrative begins with something other than its div."
                }
                bytes.withUnsafeBufferPointer { output.put($0) }
                return nil
            }
            guard root.namespace == nil, bytes.starts(with: "<div".utf8) else {
                return "The narrative's div is not in XHTML's namespace, \(FHIRXML.narrativeNamespace)."
            }
            bytes.insert(contentsOf: " xmlns=\"\(FHIRXML.narrativeNamespace)\"".utf8, at: 4)
        }
        return "The narrative is not well-formed XHTML."
    }

    private static func trimmed(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        var range = 0..<text.count
        while let first = range.first, XMLBytes.isBlank(text[first]) { range = first + 1..<range.upperBound }
        while let last = range.last, XMLBytes.isBlank(text[last]) { range = range.lowerBound..<last }
        return UnsafeBufferPointer(rebasing: text[range])
    }
}
