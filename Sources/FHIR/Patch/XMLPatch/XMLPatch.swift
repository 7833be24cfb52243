import XML

/// An XML Patch: the operations add, replace and remove of RFC 5261, with XPath selectors.
///
/// The prefix `f` means FHIR's namespace and `h` XHTML's where the patch document does not bind them itself; names
/// without prefix are in the document's default namespace (RFC 5261 §4.2.2).
struct XMLPatch: Sendable {
    enum Position: String, Sendable {
        case prepend, before, after
    }

    enum Whitespace: String, Sendable {
        case before, after, both
    }

    enum Action: Sendable {
        /// Content as children, or before or after the place.
        case add(Position?)
        case addAttribute(XMLDraft.Attribute)
        case addNamespace(XMLDraft.Declaration)
        case replace
        case remove(Whitespace?)

        var name: String {
            switch self {
            case .add, .addAttribute, .addNamespace: "add"
            case .replace: "replace"
            case .remove: "remove"
            }
        }
    }

    struct Operation: Sendable {
        let action: Action
        let selector: String
        let path: XPath
        /// What the operation's element holds.
        let content: [XMLContent]
        let text: String
    }

    static let fhir = "http://hl7.org/fhir"
    static let xhtml = "http://www.w3.org/1999/xhtml"

    let operations: [Operation]

    /// - Parameter root: the root element of the patch document, read with its comments.
    init(_ root: XMLElement, limits: PatchLimits = .default) throws(PatchError) {
        var operations: [Operation] = []
        for element in root.elements {
            let number = operations.count + 1
            guard number <= limits.maximumOperations else {
                throw .document(
                    .tooCostly,
                    "The patch has more than \(limits.maximumOperations) operations. Send several patches, or update the "
                        + "resource as a whole with PUT.")
            }
            guard element.namespace == root.namespace else {
                throw .document(
                    .structure,
                    "The element \(element.name.start) is in another namespace than the patch around it; operations are add, "
                        + "replace and remove in that of the root element.", operation: number)
            }
            operations.append(try Self.operation(element, number: number))
        }
        guard !operations.isEmpty else {
            throw .document(
                .required,
                "The patch has no operations: its root element \(root.name.start) should hold add, replace or remove "
                    + "elements (RFC 5261 §4).")
        }
        self.operations = operations
    }

    private static func operation(_ element: XMLElement, number: Int) throws(PatchError) -> Operation {
        let name = element.name
        guard ["add", "replace", "remove"].contains(name) else {
            throw .document(
                .codeInvalid,
                "Operation \(number) is \(name.quotedStart); add, replace and remove are known (RFC 5261 §4, "
                    + "invalid-patch-directive).", operation: number)
        }
        guard let selector = element.attribute("sel") else {
            throw .document(
                .required, "Operation \(number) (\(name)) has no attribute sel, the XPath of its place.",
                operation: number)
        }
        let path: XPath
        do throws(XPathError) {
            path = try XPath(selector) { prefix in namespace(of: prefix, at: element) }
        } catch {
            throw .document(
                error.isAboutNamespace ? .value : .invalid,
                "Operation \(number) (\(name)): \(error.sentence(selector))", operation: number)
        }
        let content = Array(element.content)
        return Operation(
            action: try action(element, number: number), selector: selector, path: path, content: content,
            text: element.text)
    }

    /// What a prefix in a selector means.
    private static func namespace(of prefix: String?, at element: XMLElement) -> String? {
        if let bound = element.namespace(ofPrefix: prefix) { return bound }
        switch prefix {
        case "f": return fhir
        case "h": return xhtml
        default: return nil
        }
    }

    private static func action(_ element: XMLElement, number: Int) throws(PatchError) -> Action {
        switch element.name {
        case "replace": return .replace
        case "remove":
            return .remove(try option("ws", Whitespace.self, "before, after or both", of: element, number: number))
        default: break
        }
        let position = try option("pos", Position.self, "prepend, before or after", of: element, number: number)
        guard let type = element.attribute("type") else { return .add(position) }
        guard position == nil else {
            throw .document(
                .structure,
                "Operation \(number) (add) has both pos and type; an attribute or namespace has no position.",
                operation: number)
        }
        guard element.elements.first(where: { _ in true }) == nil else {
            throw .document(
                .structure,
                "Operation \(number) (add) holds an element, but its type \(type.quotedStart) asks for text (RFC 5261 "
                    + "§4.3, invalid-node-types).", operation: number)
        }
        if type.hasPrefix("@") {
            let parts = type.dropFirst().split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            guard (1...2).contains(parts.count), parts.allSatisfy(isName) else { throw badType(type, number) }
            guard parts.count == 2 else {
                return .addAttribute(
                    XMLDraft.Attribute(name: parts[0], prefix: nil, namespace: nil, value: element.text))
            }
            guard let uri = namespace(of: parts[0], at: element) else {
                throw .document(
                    .value,
                    "Operation \(number) (add): the prefix \(parts[0].quotedStart) in type is not bound (RFC 5261, "
                        + "invalid-namespace-prefix).", operation: number)
            }
            return .addAttribute(
                XMLDraft.Attribute(name: parts[1], prefix: parts[0], namespace: uri, value: element.text))
        }
        guard type.hasPrefix("namespace::"), isName(String(type.dropFirst(11))) else { throw badType(type, number) }
        guard !element.text.isEmpty else {
            throw .document(
                .value,
                "Operation \(number) (add) declares a prefix without a namespace (RFC 5261, invalid-namespace-uri).",
                operation: number)
        }
        return .addNamespace(XMLDraft.Declaration(prefix: String(type.dropFirst(11)), namespace: element.text))
    }

    private static func badType(_ type: String, _ number: Int) -> PatchError {
        .document(
            .value,
            "Operation \(number) (add) has the type \(type.quotedStart); @name adds an attribute and namespace::prefix a "
                + "namespace (RFC 5261 §4.3).", operation: number)
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, first | 0x20 >= 0x61 || first == 0x5F || first >= 0x80 else { return false }
        return text != "xmlns"
            && text.utf8.allSatisfy {
                $0 >= 0x80 || $0 &- 0x30 < 10 || ($0 | 0x20) &- 0x61 < 26 || $0 == 0x5F || $0 == 0x2D || $0 == 0x2E
            }
    }

    private static func option<Option: RawRepresentable<String>>(
        _ attribute: String, _ type: Option.Type, _ names: String, of element: XMLElement, number: Int
    ) throws(PatchError) -> Option? {
        guard let text = element.attribute(attribute) else { return nil }
        guard let option = Option(rawValue: text) else {
            throw .document(
                .codeInvalid,
                "Operation \(number) (\(element.name)) has \(attribute)=\(text.quotedStart); it must be \(names) (RFC 5261 "
                    + "§4, invalid-attribute-value).", operation: number)
        }
        return option
    }
}

extension XPathError {
    var isAboutNamespace: Bool { if case .unknownPrefix = self { true } else { false } }

    /// What is wrong with a selector.
    func sentence(_ selector: String) -> String {
        switch self {
        case .syntax(let what, let place):
            "the selector \(selector.quotedStart) is no XPath at character \(place): \(what)."
        case .unsupported(let what):
            "the selector \(selector.quotedStart) uses what selectors may not have here: \(what)."
        case .unknownPrefix(let prefix):
            "the prefix \(prefix.quotedStart) in the selector is not bound; declare it with xmlns:\(prefix.start), or use f "
                + "for FHIR and h for XHTML (RFC 5261, invalid-namespace-prefix)."
        case .tooLong(let limit): "the selector is longer than the \(limit) bytes that are accepted."
        case .tooDeep(let limit): "the selector nests more than \(limit) conditions."
        case .tooManySteps: "the selectors of the patch visit too many nodes; name places more exactly."
        }
    }
}
