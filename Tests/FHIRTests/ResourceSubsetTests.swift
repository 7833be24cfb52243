import FHIR
import Testing

@Suite("What _summary and _elements leave of a resource")
struct ResourceSubsetTests {
    private static let tag =
        #"{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED","display":"subsetted"}"#

    /// What is told of a resource, without its type, id and meta.
    private func told(_ view: SearchView, _ source: String) throws -> String {
        let document = try JSONDocument.of(source)
        let type = try #require(ResourceType(document.root["resourceType"]?.string ?? ""))
        let shown = try JSONDocument.parse(ResourceSubset(view, of: type).json(of: document.root))
        #expect(shown.root["id"]?.string == document.root["id"]?.string)
        let rest = shown.root.members.filter { !["resourceType", "id", "meta"].contains($0.key.string) }
        return rest.map { "\($0.key.string)=\(text(JSONWriter.compact($0.value)))" }.joined(separator: " ")
    }

    private static let patient = #"""
        {"resourceType":"Patient","id":"p","meta":{"versionId":"1","lastUpdated":"2026-01-01T00:00:00Z"},
        "text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"},
        "extension":[{"url":"http://x","valueString":"y"}],
        "modifierExtension":[{"url":"http://m","valueString":"z"}],
        "identifier":[{"value":"1"}],"active":true,"name":[{"family":"A"}],"birthDate":"1970",
        "_birthDate":{"extension":[{"url":"http://t","valueDateTime":"1970-01-01T00:00:00Z"}]},
        "maritalStatus":{"text":"m"},"photo":[{"contentType":"image/png","data":"AAAA"}],
        "contact":[{"name":{"family":"C"}}],"communication":[{"language":{"text":"de"}}],
        "generalPractitioner":[{"reference":"Practitioner/1"}]}
        """#

    @Test("text leaves narrative, mandatory elements and what modifies them")
    func narrative() throws {
        #expect(
            try told(.text, Self.patient)
                == #"text={"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"} "#
                + #"modifierExtension=[{"url":"http://m","valueString":"z"}] active=true"#)
        #expect(
            try told(
                .text,
                #"{"resourceType":"Observation","id":"o","meta":{"versionId":"1"},"status":"final","code":{"text":"c"},"valueString":"v"}"#
            ) == #"status="final" code={"text":"c"}"#)
    }

    @Test("data leaves all but the narrative")
    func data() throws {
        let told = try told(.data, Self.patient)
        #expect(!told.contains("text={\"status"))
        #expect(told.contains("maritalStatus="))
        #expect(told.contains("contact="))
    }

    @Test("true leaves what R4 marks as summary, a primitive together with its extensions")
    func summary() throws {
        let told = try told(.summary, Self.patient)
        #expect(
            told == #"modifierExtension=[{"url":"http://m","valueString":"z"}] identifier=[{"value":"1"}] active=true "#
                + #"name=[{"family":"A"}] birthDate="1970" "#
                + #"_birthDate={"extension":[{"url":"http://t","valueDateTime":"1970-01-01T00:00:00Z"}]}"#)
    }

    @Test("within what is in the summary only the summary's parts are told, and all where none is")
    func nested() throws {
        #expect(
            try told(
                .summary,
                #"{"resourceType":"ValueSet","id":"v","meta":{"versionId":"1"},"url":"http://v","status":"draft","compose":{"include":[{"system":"http://s"}]},"description":"d"}"#
            ) == #"url="http://v" status="draft""#)
        #expect(
            try told(
                .summary,
                #"{"resourceType":"DocumentReference","id":"d","meta":{"versionId":"1"},"status":"current","content":[{"attachment":{"contentType":"a/b","data":"AAAA","url":"http://u"}}]}"#
            ) == #"status="current" content=[{"attachment":{"contentType":"a/b","url":"http://u"}}]"#)
        #expect(
            try told(
                .summary,
                #"{"resourceType":"DocumentReference","id":"d","meta":{"versionId":"1"},"status":"current","content":[{"attachment":{"data":"AAAA"}}]}"#
            ) == #"status="current" content=[{"attachment":{"data":"AAAA"}}]"#)
    }

    @Test("elements leaves those, what is mandatory and what modifies the meaning; a type may be named")
    func elements() throws {
        #expect(
            try told(.elements(["birthDate"]), Self.patient)
                == #"modifierExtension=[{"url":"http://m","valueString":"z"}] active=true birthDate="1970" "#
                + #"_birthDate={"extension":[{"url":"http://t","valueDateTime":"1970-01-01T00:00:00Z"}]}"#)
        let observation =
            #"{"resourceType":"Observation","id":"o","meta":{"versionId":"1"},"status":"final","code":{"text":"c"},"valueString":"v","note":[{"text":"n"}]}"#
        let value = #"status="final" code={"text":"c"} valueString="v""#
        for name in ["value", "valueString", "value[x]", "Observation.value"] {
            #expect(try told(.elements([name]), observation) == value)
        }
        #expect(try told(.elements(["Patient.name"]), observation).contains("note="))
        #expect(
            try told(.elements(["Patient.name", "Observation.note"]), observation)
                == #"status="final" code={"text":"c"} note=[{"text":"n"}]"#)
    }

    @Test("a subset says that it is one, once, beside the tags that are there; the whole does not")
    func tags() throws {
        func meta(_ view: SearchView, _ meta: String) throws -> String {
            let document = try JSONDocument.of(#"{"resourceType":"Patient","id":"p","meta":\#(meta)}"#)
            let shown = try JSONDocument.parse(ResourceSubset(view, of: .patient).json(of: document.root))
            return text(JSONWriter.compact(try #require(shown.root["meta"])))
        }
        #expect(try meta(.summary, #"{"versionId":"1"}"#) == #"{"versionId":"1","tag":[\#(Self.tag)]}"#)
        #expect(
            try meta(.text, #"{"versionId":"1","tag":[{"code":"x"}],"profile":["p"]}"#)
                == #"{"versionId":"1","profile":["p"],"tag":[{"code":"x"},\#(Self.tag)]}"#)
        #expect(
            try meta(.data, #"{"versionId":"1","tag":[\#(Self.tag)]}"#) == #"{"versionId":"1","tag":[\#(Self.tag)]}"#)
        #expect(try meta(.whole, #"{"versionId":"1"}"#) == #"{"versionId":"1"}"#)
        #expect(try meta(.elements(["Observation.code"]), #"{"versionId":"1"}"#) == #"{"versionId":"1"}"#)
    }

    @Test("a contained resource stays where what is told points at it, and with it those that it points at")
    func contained() throws {
        let source = #"""
            {"resourceType":"MedicationRequest","id":"m","meta":{"versionId":"1"},
            "contained":[{"resourceType":"Medication","id":"med","manufacturer":{"reference":"#org"}},
            {"resourceType":"Organization","id":"org"},{"resourceType":"Patient","id":"other"}],
            "status":"active","intent":"order","medicationReference":{"reference":"#med"},
            "subject":{"reference":"Patient/1"},"note":[{"text":"n"}]}
            """#
        let told = try told(.summary, source)
        #expect(told.contains(#""id":"med""#))
        #expect(told.contains(#""id":"org""#))
        #expect(!told.contains(#""id":"other""#))
        #expect(
            try !self.told(.text, source.replacing(##""reference":"#med""##, with: #""display":"d""#)).contains(
                "contained"))
    }

    @Test(
        "what is left of a valid resource is valid, whatever the view",
        .enabled(if: JSONCorpus.specification.isPresent, "../shared/data is not here"))
    func valid() throws {
        var looked = 0
        for (name, bytes) in try JSONCorpus.specification.files() {
            let document = try JSONDocument.parse(bytes, limits: JSONLimits(maximumBytes: .max))
            guard let type = ResourceType(document.root["resourceType"]?.string ?? ""), type != .parameters,
                ShapeValidator.validate(document, as: type).issues.isEmpty
            else { continue }
            let stored = StoredResource(document, type: type).rendered(id: "x", version: 1, lastUpdated: 0)
            let root = try JSONDocument.parse(stored, limits: JSONLimits(maximumBytes: .max)).root
            for view in [SearchView.summary, .text, .data, .elements(["id"])] {
                let shown = ResourceSubset(view, of: type).json(of: root)
                let subset = try JSONDocument.parse(shown, limits: JSONLimits(maximumBytes: .max))
                let issues = ShapeValidator.validate(subset, as: type).issues
                #expect(issues.isEmpty, "\(name) \(view): \(issues)")
                #expect(shown.count <= stored.count + 160)
            }
            looked += 1
        }
        #expect(looked > 500)
    }
}
