/// What a literal reference says about its target by its text alone (R4 references.html §2.3.0.1).
///
/// All ranges are byte offsets in the text.
struct ReferenceTarget {
    enum Form {
        /// `#id`: a contained resource, or with nothing after the `#` the container itself.
        case fragment
        /// `Type/id` or `Type/id/_history/version`.
        case relative
        /// Begins with a scheme; type and id are known when it ends like a relative one.
        case absolute
        /// Nothing that R4 knows, such as a query (`Patient?identifier=…`) that no transaction has resolved.
        case other
    }

    let form: Form
    let type: ResourceType?
    let id: Range<Int>
    /// Where `/_history/version` begins, or the end of the text.
    let versionStart: Int
    let version: Range<Int>?

    private init(form: Form, type: ResourceType?, id: Range<Int>, versionStart: Int, version: Range<Int>?) {
        self.form = form
        self.type = type
        self.id = id
        self.versionStart = versionStart
        self.version = version
    }

    init(_ text: UnsafeBufferPointer<UInt8>) {
        let none = 0..<0
        guard let first = text.first, first != UInt8(ascii: "#") else {
            self.init(
                form: text.isEmpty ? .other : .fragment, type: nil, id: none, versionStart: text.count, version: nil)
            return
        }
        let isAbsolute = Self.hasScheme(text)
        let slash = UInt8(ascii: "/")
        var end = text.count
        var version: Range<Int>?
        if let mark = Self.historyMark(text) {
            version = mark + 10..<end
            end = mark
        }
        guard let idSlash = text[..<end].lastIndex(of: slash), Self.isID(text[idSlash + 1..<end]) else {
            self.init(form: isAbsolute ? .absolute : .other, type: nil, id: none, versionStart: end, version: version)
            return
        }
        let typeStart = (text[..<idSlash].lastIndex(of: slash) ?? -1) + 1
        let type = ResourceType(utf8: UnsafeBufferPointer(rebasing: text[typeStart..<idSlash]))
        let form: Form = isAbsolute ? .absolute : type != nil && typeStart == 0 ? .relative : .other
        self.init(form: form, type: type, id: idSlash + 1..<end, versionStart: end, version: version)
    }

    /// Whether the part of an absolute url in front of `Type/id` is one of the server's own bases, each in UTF-8 and
    /// ending with `/`.
    func isOwn(_ text: UnsafeBufferPointer<UInt8>, _ bases: [[UInt8]]) -> Bool {
        guard !bases.isEmpty, let type else { return false }
        let prefix = text[..<(id.lowerBound - 1 - type.name.utf8.count)]
        return bases.contains { prefix.elementsEqual($0) }
    }

    static func bases(_ urls: [String]) -> [[UInt8]] {
        urls.map { Array(($0.hasSuffix("/") ? $0 : $0 + "/").utf8) }
    }

    /// Whether a Reference in a document points at a resource of a type: by its text, by `Reference.type`, or by what
    /// the document contains. An urn tells nothing.
    static func `is`(_ type: ResourceType, _ reference: JSONNode) -> Bool {
        guard let text = reference["reference"] else { return hasType(type, reference) }
        let known = text.withUTF8 { bytes -> Bool? in
            let target = ReferenceTarget(bytes)
            if target.form == .fragment { return contains(type, bytes.dropFirst(), reference.document.root) }
            return target.type.map { $0 == type }
        }
        return (known ?? nil) ?? hasType(type, reference)
    }

    /// `Reference.type`: a resource type's name, or the url of its StructureDefinition.
    private static func hasType(_ type: ResourceType, _ reference: JSONNode) -> Bool {
        guard let node = reference["type"] else { return false }
        return node.withUTF8 { bytes in
            let start = (bytes.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1
            return ResourceType(utf8: UnsafeBufferPointer(rebasing: bytes[start...])) == type
        } ?? false
    }

    private static func contains(
        _ type: ResourceType, _ id: Slice<UnsafeBufferPointer<UInt8>>, _ root: JSONNode
    ) -> Bool {
        func isType(_ resource: JSONNode) -> Bool {
            resource["resourceType"]?.withUTF8 { ResourceType(utf8: $0) } == type
        }
        if id.isEmpty { return isType(root) }
        guard let contained = root["contained"] else { return false }
        return contained.elements.contains { resource in
            resource["id"]?.withUTF8 { $0.elementsEqual(id) } == true && isType(resource)
        }
    }

    /// `scheme:` (RFC 3986 §3.1).
    private static func hasScheme(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        for byte in text {
            if byte == UInt8(ascii: ":") { return true }
            let isAlphanumeric = (byte | 0x20) &- 0x61 < 26 || byte.isDigit
            guard isAlphanumeric || byte == 0x2B || byte == 0x2D || byte == 0x2E else { return false }
        }
        return false
    }

    /// Where `/_history/` stands in front of a version id that ends the text.
    private static func historyMark(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
        guard let slash = text.lastIndex(of: UInt8(ascii: "/")), slash >= 9, isID(text[(slash + 1)...]) else {
            return nil
        }
        let mark: StaticString = "/_history"
        return mark.withUTF8Buffer { text[slash - 9..<slash].elementsEqual($0) } ? slash - 9 : nil
    }

    /// `[A-Za-z0-9\-.]{1,64}` (R4 datatypes, id).
    static func isID<Bytes: Collection<UInt8>>(_ bytes: Bytes) -> Bool {
        1...64 ~= bytes.count
            && bytes.allSatisfy { byte in
                (byte | 0x20) &- 0x61 < 26 || byte.isDigit || byte == 0x2D || byte == 0x2E
            }
    }
}
