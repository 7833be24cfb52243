import FHIR

extension MutationRule {
    /// A rule on the n-th entry of Bundles of some types.
    private static func entry(
        _ name: String, of kinds: Set<String>, first: Bool = false, at place: String = "",
        _ change: @escaping @Sendable (MutationSite, _ place: String) -> Mutant?
    ) -> MutationRule {
        MutationRule(name) { site in
            guard site.type.name == "Bundle.entry", let kind = site.resource["type"]?.string, kinds.contains(kind),
                !first || site.expression.hasSuffix("entry[0]")
            else { return nil }
            return change(site, site.expression + place)
        }
    }

    /// A rule on Bundles of some types.
    private static func bundle(
        _ name: String, of kinds: Set<String>, at place: String = "",
        _ change: @escaping @Sendable (MutationSite, _ place: String) -> Mutant?
    ) -> MutationRule {
        MutationRule(name) { site in
            guard site.isResource, site.type.name == "Bundle", let kind = site.node["type"]?.string,
                kinds.contains(kind)
            else { return nil }
            return change(site, site.expression + place)
        }
    }

    private static let requests: Set<String> = ["transaction", "batch"]
    private static let responses: Set<String> = ["transaction-response", "batch-response"]
    private static let others: Set<String> = ["collection", "searchset", "document", "message"]

    static let bundles: [MutationRule] = [
        bundle("bdl-1", of: ["collection", "document", "message", "transaction", "batch"], at: ".total") {
            $0.setting("total", "1", at: $1)
        },
        entry("bdl-2", of: ["collection", "transaction", "document"], at: ".search") {
            $0.setting("search", #"{"mode":"match"}"#, at: $1)
        },
        entry("bdl-3: a request is missing", of: requests) { $0.dropping("request", at: $1) },
        entry("bdl-3: a request too many", of: others, at: ".request") {
            $0.setting("request", #"{"method":"GET","url":"Patient"}"#, at: $1)
        },
        entry("bdl-4: a response is missing", of: responses) { $0.dropping("response", at: $1) },
        entry("bdl-4: a response too many", of: others.union(requests), at: ".response") {
            $0.setting("response", #"{"status":"200"}"#, at: $1)
        },
        entry("bdl-5: an empty entry", of: others) { site, place in
            site.replaced(by: #"{"link":[{"relation":"self","url":"http://example.org"}]}"#, at: place)
        },
        bundle("bdl-7: a fullUrl twice", of: others) { site, place in
            guard let list = site.node["entry"], let last = list.elements.first(where: { $0["fullUrl"] != nil }) else {
                return nil
            }
            let text = site.source(list).dropLast() + "," + site.source(last) + "]"
            return site.setting("entry", String(text), at: "\(place).entry[\(list.count)].fullUrl")
        },
        entry("bdl-8: a fullUrl with version", of: others.union(requests), at: ".fullUrl") { site, place in
            guard site.node["resource"] != nil else { return nil }
            return site.setting("fullUrl", #""http://example.org/Patient/1/_history/1""#, at: place)
        },
        bundle("bdl-9: a document without identifier", of: ["document"]) { $0.dropping("identifier", at: $1) },
        bundle("bdl-9: a document whose identifier has no system", of: ["document"], at: ".identifier") {
            $0.setting("identifier", #"{"value":"1"}"#, at: $1)
        },
        bundle("bdl-10: a document without timestamp", of: ["document"]) { $0.dropping("timestamp", at: $1) },
        entry("bdl-11: a document begins with another resource", of: ["document"], first: true, at: ".resource") {
            $0.setting("resource", #"{"resourceType":"Basic","code":{"text":"x"}}"#, at: $1)
        },
        entry("bdl-12: a message begins with another resource", of: ["message"], first: true, at: ".resource") {
            $0.setting("resource", #"{"resourceType":"Basic","code":{"text":"x"}}"#, at: $1)
        },
        entry("a fullUrl without scheme", of: others.union(requests), at: ".fullUrl") {
            $0.setting("fullUrl", #""Patient/1""#, at: $1)
        },
        entry("a fullUrl with a broken UUID", of: others.union(requests), at: ".fullUrl") {
            $0.setting("fullUrl", #""urn:uuid:1""#, at: $1)
        },
        entry("a fullUrl of another id", of: others.union(requests), at: ".fullUrl") { site, place in
            guard let resource = site.node["resource"], let type = resource["resourceType"]?.string,
                resource["id"] != nil
            else { return nil }
            return site.setting("fullUrl", "\"http://example.org/\(type)/another\"", at: place)
        },
        entry("a fullUrl of another type", of: others.union(requests), at: ".fullUrl") { site, place in
            guard let id = site.node["resource"]?["id"]?.string,
                site.node["resource"]?["resourceType"]?.string != "Basic"
            else { return nil }
            return site.setting("fullUrl", "\"http://example.org/Basic/\(id)\"", at: place)
        },
        entry("an entry of a document without fullUrl", of: ["document", "message"]) {
            $0.dropping("fullUrl", at: $1)
        },
        MutationRule("a reference to no entry of the Bundle") { site in
            guard site.type.name == "Reference", site.node["reference"] != nil,
                site.document.root["resourceType"]?.string == "Bundle", site.resource.index != 0
            else { return nil }
            return site.replaced(
                by: #"{"reference":"urn:uuid:00000000-0000-4000-8000-000000000000"}"#,
                at: site.expression + ".reference")
        },
    ]
}
