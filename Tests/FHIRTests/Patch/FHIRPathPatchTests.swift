import Testing

@testable import FHIR

/// A FHIRPath Patch in JSON, an operation a line: `type|path|further parts of JSON`.
private func parameters(_ operations: [(type: String, path: String, parts: String)]) -> String {
    let parameters = operations.map { operation in
        #"{"name":"operation","part":[{"name":"type","valueCode":"\#(operation.type)"},{"name":"path","valueString":"\#(operation.path)"}"#
            + (operation.parts.isEmpty ? "" : "," + operation.parts) + "]}"
    }
    return #"{"resourceType":"Parameters","parameter":[\#(parameters.joined(separator: ","))]}"#
}

private func patched(_ resource: String, _ type: String, _ path: String, _ parts: String = "") -> String {
    patched(resource, Array(parameters([(type, path, parts)]).utf8), as: .fhirPathJSON)
}

private func named(_ name: String, _ value: String) -> String {
    #"{"name":"name","valueString":"\#(name)"},{"name":"value",\#(value)}"#
}

@Suite("FHIRPath Patch")
struct FHIRPathPatchTests {
    private let simple =
        #"{"resourceType":"Patient","id":"p","name":[{"given":["A","B"],"_given":[null,{"id":"b"}]}],"birthDate":"1970-01-01","_birthDate":{"extension":[{"url":"u","valueDecimal":1.50}]}}"#

    @Test("add sets an element, or appends to a list, whether there is one already or not")
    func add() {
        #expect(
            patched(simple, "add", "Patient", named("active", #""valueBoolean":true"#)).hasSuffix(#","active":true}"#))
        #expect(
            patched(simple, "add", "Patient", named("name", #""valueHumanName":{"text":"x"}"#)).contains(
                #"{"id":"b"}]},{"text":"x"}]"#))
        #expect(
            patched(
                simple, "add", "Patient",
                named(
                    "link",
                    #""part":[{"name":"other","valueReference":{"reference":"Patient/2"}},{"name":"type","valueCode":"seealso"}]"#
                )
            )
            .hasSuffix(#","link":[{"other":{"reference":"Patient/2"},"type":"seealso"}]}"#))
        #expect(
            patched(simple, "add", "Patient.name[0]", named("given", #""valueString":"C""#)).contains(
                #""given":["A","B","C"],"_given":[null,{"id":"b"},null]"#))
        #expect(
            patched(simple, "add", "Patient.name[0]", named("prefix", #""_valueString":{"id":"x"}"#)).contains(
                #""_prefix":[{"id":"x"}]"#))
    }

    @Test("add knows the types of a choice, by its name or by that of one type")
    func addChoice() {
        #expect(
            patched(simple, "add", "Patient", named("deceased", #""valueBoolean":true"#)).hasSuffix(
                #","deceasedBoolean":true}"#))
        #expect(
            patched(simple, "add", "Patient", named("deceasedDateTime", #""valueDate":"2020-01-01""#)).hasSuffix(
                #","deceasedDateTime":"2020-01-01"}"#))
        #expect(
            patched(simple, "add", "Patient", named("deceased[x]", #""valueDateTime":"2020""#)).hasSuffix(
                #","deceasedDateTime":"2020"}"#))
        #expect(
            patched(simple, "add", "Patient", named("deceased", #""valueString":"yes""#)).hasPrefix(
                "resource value Patient: "))
    }

    @Test("add gives a primitive its extensions")
    func addExtension() {
        let parts = named(
            "extension", #""part":[{"name":"url","valueUri":"http://x"},{"name":"value","valueDecimal":2.50}]"#)
        #expect(
            patched(simple, "add", "Patient.birthDate", parts).contains(
                #"[{"url":"u","valueDecimal":1.50},{"url":"http://x","valueDecimal":2.50}]"#))
        #expect(
            patched(simple, "add", "Patient.name[0].given[0]", parts).contains(
                #""_given":[{"extension":[{"url":"http://x","valueDecimal":2.50}]},{"id":"b"}]"#))
        #expect(patched(simple, "add", "Patient.id", parts).hasPrefix("resource business-rule Patient.id"))
    }

    @Test("insert puts an element anywhere in a list, with companions kept beside their values")
    func insert() {
        let value = #"{"name":"index","valueInteger":1},{"name":"value","valueString":"X","_valueString":{"id":"x"}}"#
        #expect(
            patched(simple, "insert", "Patient.name[0].given", value).contains(
                #""given":["A","X","B"],"_given":[null,{"id":"x"},{"id":"b"}]"#))
        let first = #"{"name":"index","valueInteger":0},{"name":"value","valueHumanName":{"text":"x"}}"#
        #expect(patched(simple, "insert", "Patient.name", first).contains(#""name":[{"text":"x"},{"given""#))
        #expect(
            patched(#"{"resourceType":"Patient"}"#, "insert", "Patient.name", first)
                == #"{"resourceType":"Patient","name":[{"text":"x"}]}"#)
    }

    @Test("delete takes an element with its companion, and what then is empty")
    func delete() {
        #expect(!patched(simple, "delete", "Patient.birthDate").contains("irthDate"))
        #expect(patched(simple, "delete", "Patient.name[0].given[0]").contains(#""given":["B"],"_given":[{"id":"b"}]"#))
        #expect(patched(simple, "delete", "Patient.name[0].given[1]").contains(#""name":[{"given":["A"]}]"#))
        #expect(!patched(simple, "delete", "Patient.birthDate.extension[0]").contains("_birthDate"))
        #expect(!patched(simple, "delete", "Patient.name[0]").contains("name"))
        #expect(patched(simple, "delete", "Patient.gender") == simple)
    }

    @Test("replace gives an element another value, and a choice another type")
    func replace() {
        #expect(
            patched(simple, "replace", "Patient.birthDate", #"{"name":"value","valueDate":"1980"}"#).hasSuffix(
                #""birthDate":"1980"}"#))
        #expect(
            patched(simple, "replace", "Patient.name[0].given[1]", #"{"name":"value","valueString":"X"}"#).contains(
                #""given":["A","X"]}"#))
        #expect(
            patched(
                #"{"resourceType":"Observation","valueString":"a","status":"final"}"#, "replace", "Observation.value",
                #"{"name":"value","valueQuantity":{"value":1.50}}"#)
                == #"{"resourceType":"Observation","status":"final","valueQuantity":{"value":1.50}}"#)
    }

    @Test("move takes companions along")
    func move() {
        #expect(
            patched(
                simple, "move", "Patient.name[0].given",
                #"{"name":"source","valueInteger":1},{"name":"destination","valueInteger":0}"#
            )
            .contains(#""given":["B","A"],"_given":[{"id":"b"},null]"#))
    }

    @Test("resources can be added to contained")
    func contained() {
        #expect(
            patched(
                simple, "add", "Patient", named("contained", #""resource":{"resourceType":"Organization","id":"o"}"#)
            )
            .hasSuffix(#","contained":[{"resourceType":"Organization","id":"o"}]}"#))
    }

    @Test("operations see what those before them made")
    func sequence() {
        let patch = parameters([
            ("add", "Patient", named("contact", #""part":[{"name":"gender","valueCode":"male"}]"#)),
            ("add", "Patient.contact[0]", named("name", #""valueHumanName":{"text":"x"}"#)),
            ("delete", "Patient.contact[0].gender", ""),
        ])
        #expect(
            patched(simple, Array(patch.utf8), as: .fhirPathJSON).hasSuffix(#","contact":[{"name":{"text":"x"}}]}"#))
    }

    @Test(
        "what cannot be applied is refused with its place",
        arguments: [
            (
                "add", "Patient.contact", #"named name"#,
                "resource not-found -: Operation 1 (add) at Patient.contact: the path selects nothing"
            ),
            (
                "add", "Patient", "named birthDate",
                "resource duplicate Patient: Operation 1 (add) at Patient: Patient.birthDate is there already"
            ),
            ("add", "Patient", "named birthDat", "did you mean birthDate?"),
            ("add", "Patient.name.given", "named id", "selects 2 elements"),
            ("replace", "Patient.gender", #"{"name":"value","valueCode":"male"}"#, "the path selects nothing"),
            ("replace", "Patient", #"{"name":"value","valueCode":"male"}"#, "use PUT"),
            (
                "replace", "Patient.birthDate", #"{"name":"value","valueInteger":1}"#,
                "the value is a integer, but Patient.birthDate is a date"
            ),
            ("replace", "Patient.name[0]", #"{"name":"value","valueString":"x"}"#, "resource value Patient.name[0]"),
            ("replace", "Patient.id", #"{"name":"value","valueId":"q"}"#, "resource business-rule Patient.id"),
            ("delete", "Patient", "", "use DELETE"), ("delete", "Patient.name.given", "", "resource multiple-matches"),
            ("delete", "Patient.id", "", "resource business-rule Patient.id: Operation 1 changes id"),
            (
                "insert", "Patient.name",
                #"{"name":"index","valueInteger":2},{"name":"value","valueHumanName":{"text":"x"}}"#,
                "the list has 1 element; use an index from 0 to 1"
            ),
            (
                "insert", "Patient.birthDate",
                #"{"name":"index","valueInteger":0},{"name":"value","valueDate":"2000"}"#, "no list"
            ),
            (
                "insert", "Patient.name[0].given[0]",
                #"{"name":"index","valueInteger":0},{"name":"value","valueString":"2000"}"#, "1 of 2 elements"
            ),
            (
                "move", "Patient.name[0].given",
                #"{"name":"source","valueInteger":2},{"name":"destination","valueInteger":0}"#,
                "the source must be from 0 to 1"
            ),
            (
                "move", "Patient.name[0].given",
                #"{"name":"source","valueInteger":0},{"name":"destination","valueInteger":2}"#,
                "the destination must be from 0 to 1"
            ),
        ])
    func refusals(_ type: String, _ path: String, _ parts: String, _ words: String) {
        let parts = parts.hasPrefix("named ") ? named(String(parts.dropFirst(6)), #""valueString":"x""#) : parts
        #expect(patched(simple, type, path, parts).contains(words), "\(patched(simple, type, path, parts))")
    }

    @Test(
        "a patch that is none is the document's fault",
        arguments: [
            ("{}", "an object was sent"), (#"{"resourceType":"Patient"}"#, "a Patient was sent"),
            (
                #"{"resourceType":"Parameters","parameter":[{"name":"op"}]}"#,
                "each parameter must be named \"operation\""
            ),
            (#"{"resourceType":"Parameters","parameter":[{"name":"operation"}]}"#, "has no part type"),
            (
                #"{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"typ"}]}]}"#,
                "did you mean type?"
            ),
            (parameters([("upsert", "Patient", "")]), "has the type \"upsert\""),
            (parameters([("add", "Patient", "")]), "(add) has no part name"),
            (parameters([("add", "Patient", #"{"name":"name","valueString":"x"}"#)]), "(add) has no part value"),
            (parameters([("replace", "Patient.id", #"{"name":"value"}"#)]), "has no value[x], resource or parts"),
            (parameters([("replace", "Patient.id", #"{"name":"value","valueId":"a","valueCode":"b"}"#)]), "has both"),
            (parameters([("replace", "Patient.id", #"{"name":"value","valueId":"a","part":[]}"#)]), "more than one of"),
            (parameters([("replace", "", #"{"name":"value","valueId":"a"}"#)]), "which is no FHIRPath"),
            (
                parameters([
                    (
                        "move", "Patient.name",
                        #"{"name":"source","valueInteger":-1},{"name":"destination","valueInteger":1}"#
                    )
                ]), "which is no index"
            ),
            (
                parameters([
                    (
                        "insert", "Patient.name",
                        #"{"name":"index","valueInteger":99999999999999999999},{"name":"value","valueId":"a"}"#
                    )
                ]), "which is no index"
            ),
            (
                parameters([
                    ("insert", "Patient.name", #"{"name":"index","valueString":"1"},{"name":"value","valueId":"a"}"#)
                ]), "has no valueInteger"
            ),
            (
                parameters([("delete", "Patient.name", #"{"name":"path","valueString":"x"}"#)]),
                "has the part path twice"
            ),
        ])
    func documents(_ patch: String, _ words: String) {
        let result = patched(simple, Array(patch.utf8), as: .fhirPathJSON)
        #expect(result.hasPrefix("document ") && result.contains(words), "\(result)")
    }

    @Test("paths that take too many steps, and patches that write too much, are stopped")
    func limits() throws {
        let entries = Array(repeating: #"{"text":"x"}"#, count: 2_000).joined(separator: ",")
        let resource = #"{"resourceType":"Patient","name":[\#(entries)]}"#
        func patched(_ path: String, _ count: Int, _ limits: PatchLimits) -> String {
            let operations = Array(repeating: (type: "delete", path: path, parts: ""), count: count)
            return FHIRTests.patched(resource, Array(parameters(operations).utf8), as: .fhirPathJSON, limits: limits)
        }
        let few = PatchLimits(maximumSteps: 100_000)
        #expect(
            patched("Patient.name.where(%resource.name.where(text = 'y').exists())", 1, few).hasPrefix(
                "resource too-costly"))
        #expect(patched("Patient.name.where(text = 'y')", 100, few).hasPrefix("resource too-costly"))
        #expect(patched("Patient.descendants()", 1, .default).hasPrefix("resource multiple-matches"))
        #expect(
            patched("Patient.name[0]", 50, PatchLimits(maximumRewrittenBytes: 1_000_000)).hasPrefix(
                "resource too-costly"))
        #expect(patched("Patient.name[0]", 2, PatchLimits(maximumOperations: 1)).hasPrefix("document too-costly"))
    }

    @Test("a path that computes something, or names what R4 does not have, is refused; one that finds nothing is fine")
    func paths() {
        #expect(patched(simple, "delete", "1 + 1").contains("computes something"))
        #expect(patched(simple, "delete", "Patient.birthDat").hasPrefix("document invalid -: Operation 1 has the path"))
        #expect(patched(simple, "delete", "Patient.name.where(use = 'official')") == simple)
        #expect(!patched(simple, "delete", "Patient.name.where(given.exists())").contains("name"))
    }
}
