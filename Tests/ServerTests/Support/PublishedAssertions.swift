import FHIR
import Foundation
import NIOHTTP1

/// The published match and no-match assertions about searches, where they lie beside the checkout.
enum PublishedAssertions {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "../shared/data/fhir/search")
        .standardized

    static var areHere: Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: "assertions.json").path)
    }

    struct Assertion: Sendable {
        /// The folder of the SearchParameters that it is about.
        let config: String
        let fixture: String
        /// The type that is searched.
        let type: String
        /// `subject:Basic.code:not`
        let parameter: String
        let value: String
        let expectsMatch: Bool

        /// As in the list of differences: the chain is left out.
        var name: String { "\(parameter.replacing("subject:Basic.", with: "")) \(value)" }

        /// What the original's chain or parameter begins with: the code that must be known.
        var code: String {
            let end = asked.replacing("subject:Basic.", with: "")
            return String(end.prefix { $0 != ":" })
        }

        var query: String {
            "\(type)?\(Self.escaped(asked))=\(Self.escaped(value))"
        }

        /// The parameter with the code that it has here.
        private var asked: String {
            parameter.replacing(/^(subject:Basic\.)?code(?=:|$)/) { "\($0.1 ?? "")\(PublishedAssertions.ownCode)" }
        }

        /// Percent-encoded but for what RFC 3986 §2.3 leaves alone.
        private static func escaped(_ text: String) -> String {
            let plain = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
            return text.addingPercentEncoding(withAllowedCharacters: plain) ?? text
        }
    }

    static func all(of config: String) throws -> [Assertion] {
        try document("assertions.json").root.elements.compactMap { node in
            guard node["config"]?.string == config, let fixture = node["fixture"]?.string,
                let type = node["resourceType"]?.string, let parameter = node["param"]?.string,
                let value = node["value"]?.string
            else { return nil }
            return Assertion(
                config: config, fixture: String(fixture.split(separator: "/").last ?? ""), type: type,
                parameter: parameter, value: value, expectsMatch: node["expect"]?.string == "match")
        }
    }

    /// R4 itself gives the code `code` to `Basic.code`, and no parameter takes the place of R4's: the originals' one of
    /// that code goes by another.
    static let ownCode = "own-code"

    /// The SearchParameters of a folder by id, as they are but for a code.
    static func parameters(of config: String) throws -> [(id: String, resource: String)] {
        let bundle = try document("config/\(config)/extension-search-parameters.json").root
        return bundle.elements("entry").compactMap { entry in
            guard let resource = entry["resource"], let id = resource["id"]?.string else { return nil }
            return (id, resource.source.replacing(/"code"\s*:\s*"code"/, with: #""code":"\#(ownCode)""#))
        }
    }

    static func fixture(_ name: String) throws -> String {
        String(decoding: try bytes("fixtures/\(name)"), as: UTF8.self)
    }

    private static func document(_ path: String) throws -> JSONDocument {
        try JSONDocument.parse(try bytes(path))
    }

    private static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appending(path: path)))
    }
}
