import FHIR

extension MutationRule {
    /// A Reference whose literal text is replaced.
    private static func reference(_ name: String, _ text: String, good: String? = nil) -> MutationRule {
        MutationRule(
            name,
            spare: { site in
                guard let good, site.type.name == "Reference", site.node["reference"] != nil, !isClosed(site) else {
                    return nil
                }
                return site.replaced(by: "{\"reference\":\"\(good)\"}", at: site.expression + ".reference")
            },
            { site in
                guard site.type.name == "Reference", site.node["reference"] != nil else { return nil }
                return site.replaced(by: "{\"reference\":\"\(text)\"}", at: site.expression + ".reference")
            })
    }

    /// Whether something may already depend on what a reference says.
    private static func isClosed(_ site: MutationSite) -> Bool {
        site.document.root["resourceType"]?.string == "Bundle"
    }

    static let references: [MutationRule] = [
        reference("a reference to nothing", "#no-such-id"),
        reference("a reference without id", "Patient", good: "urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7"),
        reference("a reference to no type", "Nobody/1", good: "http://example.org/Nobody/1"),
        reference("a reference to a type in small letters", "patient/1"),
        reference("a reference that begins with a slash", "/Patient/1"),
        reference("a reference with an id that is none", "Patient/a_b"),
        reference("a reference with a space", "Patient/a b"),
        reference("a reference with a broken UUID", "urn:uuid:53fefa32", good: "urn:oid:1.2.3"),
        reference("a reference with a broken OID", "urn:oid:1.2.x"),
        reference("a reference to a site without name", "http://", good: "https://example.org/x"),
        reference("a version without number", "Patient/1/_history/"),
        MutationRule("a reference to a type that is not allowed") { site in
            guard site.type.name == "Reference", site.node["reference"] != nil, let targets = site.reference?.targets,
                !targets.isEmpty, !targets.contains(.basic)
            else { return nil }
            return site.replaced(by: #"{"reference":"Basic/1"}"#, at: site.expression + ".reference")
        },
        MutationRule("an absolute reference to a type that is not allowed") { site in
            guard site.type.name == "Reference", site.node["reference"] != nil, let targets = site.reference?.targets,
                !targets.isEmpty, !targets.contains(.basic)
            else { return nil }
            return site.replaced(
                by: #"{"reference":"http://example.org/fhir/Basic/1/_history/2"}"#, at: site.expression + ".reference")
        },
        MutationRule("a named type that is not allowed") { site in
            guard site.type.name == "Reference", let targets = site.reference?.targets, !targets.isEmpty,
                !targets.contains(.basic)
            else { return nil }
            return site.replaced(by: #"{"type":"Basic","display":"x"}"#, at: site.expression + ".type")
        },
        MutationRule("a named type that is not that of the reference") { site in
            guard site.type.name == "Reference", let target = site.reference?.targets.first, target != .basic else {
                return nil
            }
            return site.replaced(
                by: "{\"reference\":\"\(target.name)/1\",\"type\":\"Basic\"}", at: site.expression + ".type")
        },
        MutationRule("a reference that says nothing") { site in
            site.type.name == "Reference" ? site.replaced(by: #"{"type":"Patient"}"#) : nil
        },
    ]

    /// Contained resources.
    static let contained: [MutationRule] = [
        MutationRule("a contained resource to which nothing points") { site in
            guard site.isResource, !site.isContained, site.node["contained"] == nil,
                site.type.isKind(of: R4.table.type("DomainResource")!)
            else { return nil }
            return site.adding(
                #""contained":[{"resourceType":"Organization","id":"o-9","name":"x"}]"#,
                at: site.expression + ".contained[0]")
        },
        MutationRule("dom-3", addingContained: #"{"resourceType":"Basic","id":"b-9","code":{"text":"x"}}"#, at: ""),
        MutationRule("a contained resource without id") { site in
            guard site.isContained, site.isResource, let id = site.node["id"] else { return nil }
            _ = id
            return site.dropping("id", at: site.expression)
        },
        MutationRule("two contained resources of one id") { site in
            guard site.isResource, !site.isContained, let list = site.node["contained"], let first = list.elements.first
            else { return nil }
            let text = site.source(list).dropLast() + "," + site.source(first) + "]"
            return site.setting("contained", String(text), at: "\(site.expression).contained[\(list.count)].id")
        },
        MutationRule("a contained resource that contains one") { site in
            guard site.isContained, site.isResource, site.type.isKind(of: R4.table.type("DomainResource")!) else {
                return nil
            }
            return site.adding(
                #""contained":[{"resourceType":"Basic","id":"z","code":{"text":"x"}}]"#,
                at: site.expression + ".contained")
        },
        MutationRule("dom-4", inContained: #"{"versionId":"1"}"#, at: ".meta.versionId"),
        MutationRule("dom-4", inContained: #"{"lastUpdated":"2024-01-01T00:00:00Z"}"#, at: ".meta.lastUpdated"),
        MutationRule("dom-5", inContained: #"{"security":[{"display":"x"}]}"#, at: ".meta.security"),
    ]

    private init(_ name: String, inContained meta: String, at place: String) {
        self.init(name) { site in
            guard site.isContained, site.isResource, site.node["meta"] == nil else { return nil }
            return site.adding("\"meta\":\(meta)", at: site.expression + place)
        }
    }

    private init(_ name: String, addingContained resource: String, at place: String) {
        self.init(name) { site in
            guard site.isResource, !site.isContained, let list = site.node["contained"] else { return nil }
            let text = site.source(list).dropLast() + "," + resource + "]"
            return site.setting("contained", String(text), at: "\(site.expression).contained[\(list.count)]\(place)")
        }
    }
}
