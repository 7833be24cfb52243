/// The format of an answer.
enum ResponseFormat: Sendable, Equatable {
    case json

    static let contentType = "application/fhir+json; charset=utf-8"

    private static let names: Set<String> = [
        "json", "application/json", "application/fhir+json", "text/json", "application/json+fhir",
    ]

    /// `_format` rules, then `Accept` (R4 §3.1.0.1.11); XML comes with a later version and is refused until then.
    init(parameter: String?, accept: String?) throws(HTTPProblem) {
        if let parameter, !parameter.isEmpty {
            // A plus that the client did not encode arrives as a space.
            guard Self.names.contains(Self.essence(parameter).replacing(" ", with: "+")) else {
                throw .notAcceptable(parameter)
            }
            self = .json
            return
        }
        guard let accept, !accept.isEmpty else {
            self = .json
            return
        }
        for wish in accept.split(separator: ",") where Self.weight(wish) > 0 {
            let name = Self.essence(String(wish))
            if Self.names.contains(name) || name == "*/*" || name == "application/*" || name == "text/html" {
                self = .json
                return
            }
        }
        throw .notAcceptable(accept)
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

    var isJSON: Bool {
        ["application/fhir+json", "application/json", "text/json", "application/json+fhir"].contains(essence)
    }

    func requireJSON() throws(HTTPProblem) {
        guard isJSON else { throw .unsupportedContent(text.isEmpty ? "(none)" : text) }
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
