/// The format of an answer.
enum ResponseFormat: Sendable, Equatable {
    case json
    case xml

    /// JSON, the form in which every answer is made; XML is made of it at the end.
    static let contentType = "application/fhir+json; charset=utf-8"

    var contentType: String {
        switch self {
        case .json: Self.contentType
        case .xml: "application/fhir+xml; charset=utf-8"
        }
    }

    /// R4 §3.1.0.1.11 and what older clients say; `*/*` and browsers get JSON.
    private static let names: [String: ResponseFormat] = [
        "json": .json, "application/json": .json, "application/fhir+json": .json, "text/json": .json,
        "application/json+fhir": .json, "xml": .xml, "application/xml": .xml, "application/fhir+xml": .xml,
        "text/xml": .xml, "application/xml+fhir": .xml,
    ]
    private static let wildcards: Set<String> = ["*/*", "application/*", "text/html"]

    /// `_format` rules, then `Accept`: of the formats that it names the one with the greatest weight, and of equal ones
    /// the first (RFC 9110 §12.5.1). A wildcard is JSON unless JSON is excluded.
    init(parameter: String?, accept: String?) throws(HTTPProblem) {
        if let parameter, !parameter.isEmpty {
            // A plus that the client did not encode arrives as a space.
            guard let format = Self.names[Self.essence(parameter).replacing(" ", with: "+")] else {
                throw .notAcceptable(parameter)
            }
            self = format
            return
        }
        guard let accept, !accept.isEmpty else {
            self = .json
            return
        }
        var weights: [(format: ResponseFormat, weight: Double)] = []
        var wildcard = 0.0
        for wish in accept.split(separator: ",") {
            let name = Self.essence(String(wish))
            if let format = Self.names[name] {
                weights.append((format, Self.weight(wish)))
            } else if Self.wildcards.contains(name) {
                wildcard = max(wildcard, Self.weight(wish))
            }
        }
        for format in [ResponseFormat.json, .xml] where !weights.contains(where: { $0.format == format }) {
            weights.append((format, wildcard))
        }
        // Not max(by:), which gives the last of equal ones.
        guard let best = weights.reduce(nil, { $1.weight > ($0?.weight ?? 0) ? $1 : $0 }) else {
            throw .notAcceptable(accept)
        }
        self = best.format
    }

    /// A media type without its parameters, in lower case.
    static func essence(_ text: String) -> String {
        String(text.prefix { $0 != ";" }).trimmingSpaces().lowercased()
    }

    private static func weight(_ wish: Substring) -> Double {
        for part in wish.split(separator: ";").dropFirst() {
            let part = String(part).trimmingSpaces()
            if part.hasPrefix("q=") { return Double(part.dropFirst(2)) ?? 1 }
        }
        return 1
    }
}

/// The content type of a request's body.
struct ContentType: Sendable {
    let text: String

    init(_ header: String?) {
        text = header ?? ""
    }

    var essence: String { ResponseFormat.essence(text) }

    /// The format of FHIR that it names; nil for all else.
    var format: ResponseFormat? {
        switch essence {
        case "application/fhir+json", "application/json", "text/json", "application/json+fhir": .json
        case "application/fhir+xml", "application/xml", "text/xml", "application/xml+fhir": .xml
        default: nil
        }
    }

    var isFHIR: Bool { format != nil }

    /// Whether a body sent to Binary is a Binary as FHIR, and not the content of one: XML that does not say that it is
    /// FHIR is a document of its own, such as a CDA (R4 binary.html §2.37.5.1).
    var isBinaryAsFHIR: Bool { isFHIR && essence != "application/xml" && essence != "text/xml" }

    /// - Throws: 415 where it is no FHIR, or names a character set other than UTF-8 (R4 §3.1.0.1.10). What an XML
    ///   declaration says is the XML reader's to judge.
    func requireFHIR() throws(HTTPProblem) -> ResponseFormat {
        guard let format else { throw .unsupportedContent(text.isEmpty ? "(none)" : text) }
        try requireUTF8()
        return format
    }

    func requireUTF8() throws(HTTPProblem) {
        for part in text.split(separator: ";").dropFirst() {
            let part = String(part).trimmingSpaces().lowercased()
            guard part.hasPrefix("charset=") else { continue }
            let name = part.dropFirst(8).filter { $0 != "\"" }
            guard name == "utf-8" || name == "utf8" || name == "us-ascii" else {
                throw .unsupportedContent(text)
            }
        }
    }
}

extension String {
    func trimmingSpaces() -> String {
        var text = Substring(self)
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
