import FHIR
import Testing

@Suite("Reading a JSON document")
struct JSONNodeTests {
    @Test("members, elements, texts and literals are found as they were sent")
    func walks() throws {
        let document = try JSONDocument.of(
            #"""
             { "resourceType" : "Patient", "active":true, "deceasedBoolean" : false,
               "name": [ {"given": ["Ann", "Bé😀"]}, {"family":"O\"Hara\u0020\uD83D\uDE00"} ], "x": null,
               "birthDate": "1970-03-30", "_birthDate": {"id":"a"}, "weight": 1.50, "empty": {}, "none": [] }
            """#)
        let root = document.root
        #expect(root.kind == .object)
        #expect(root.count == 10)
        #expect(root["active"]?.bool == true)
        #expect(root["deceasedBoolean"]?.bool == false)
        #expect(root["x"]?.isNull == true)
        #expect(root["weight"]?.numberText == "1.50")
        #expect(root["weight"]?.string == nil)
        #expect(root["_birthDate"]?["id"]?.string == "a")
        #expect(root["name"]?.count == 2)
        #expect(root.elements("name").first?["given"]?.elements.map(\.string) == ["Ann", "Bé😀"])
        #expect(root["name"]?.elements.compactMap { $0["family"]?.string } == ["O\"Hara 😀"])
        #expect(root["empty"]?.count == 0)
        #expect(root["none"]?.elements.first == nil)
        #expect(root["nothing"] == nil)
        #expect(root["name"]?["given"] == nil)
        #expect(root.members.map { $0.key.string }.prefix(3) == ["resourceType", "active", "deceasedBoolean"])
    }

    @Test("a single value stands for a list of one")
    func elementsOfSingle() throws {
        let root = try JSONDocument.of(#"{"a":"x","b":{"c":1}}"#).root
        #expect(root.elements("a").map(\.string) == ["x"])
        #expect(root.elements("b").map { $0["c"]?.numberText } == ["1"])
        #expect(root.elements("z").first == nil)
    }

    @Test(
        "numbers keep every character", arguments: ["0", "-0", "1E400", "1.10", "-0.000e-7", "123456789012345678901"])
    func numbers(_ number: String) throws {
        #expect(try JSONDocument.of(number).root.numberText == number)
        #expect(try JSONDocument.of("[\(number)]").root.elements.first?.numberText == number)
    }

    @Test("every escape is resolved, and names are found whichever way they are written")
    func escapes() throws {
        let root = try JSONDocument.of(#"{"\u006eame":"\"\\\/\b\f\n\r\t\u00e9\u20AC\uD834\uDD1E"}"#).root
        #expect(root["name"]?.string == "\"\\/\u{8}\u{c}\n\r\té€𝄞")
        #expect(root["name"]?.equals("\"\\/\u{8}\u{c}\n\r\té€𝄞") == true)
        #expect(root["\\u006eame"] == nil)
        #expect(root.members.first { _ in true }?.key.equals("name") == true)
        let length = root["name"]?.withUTF8 { $0.count }
        #expect(length == "\"\\/\u{8}\u{c}\n\r\té€𝄞".utf8.count)
    }

    @Test("a dynamic name finds what a literal finds")
    func dynamicNames() throws {
        let root = try JSONDocument.of(#"{"a":1,"ab":2,"\u00e4":3,"":4}"#).root
        #expect(["a", "ab", "ä", ""].map { root[$0]?.numberText } == ["1", "2", "3", "4"])
        #expect(root[""]?.numberText == "4")
    }

    @Test("a node is found again by its index")
    func indices() throws {
        let document = try JSONDocument.of(#"{"a":[1,{"b":"c"}]}"#)
        let inner = try #require(document.root["a"]?.elements.dropFirst().first { _ in true }?["b"])
        #expect(document.node(at: inner.index).string == "c")
        #expect(text(Array(document.bytes[inner.sourceRange])) == "\"c\"")
    }

    @Test("a list of a hundred thousand elements is counted")
    func largeCounts() throws {
        let list = "[" + String(repeating: "1,", count: 99_999) + "1]"
        #expect(try JSONDocument.of(list).root.count == 100_000)
    }

    @Test("equality looks at meaning: order of members and escapes aside, digits and order of elements not")
    func equality() throws {
        let one = try JSONDocument.of(#"{"a":[1.0,2],"b":"é","meta":{"versionId":"1"}}"#)
        #expect(
            JSONDocument.semanticallyEqual(
                one, try .of(#" { "b" : "\u00e9", "a":[1.0,2] } "#), ignoring: ["meta.versionId"]))
        #expect(!JSONDocument.semanticallyEqual(one, try .of(#"{"a":[1.0,2],"b":"é"}"#)))
        #expect(!JSONDocument.semanticallyEqual(try .of("[1.0]"), try .of("[1.00]")))
        #expect(!JSONDocument.semanticallyEqual(try .of("[1,2]"), try .of("[2,1]")))
        #expect(!JSONDocument.semanticallyEqual(try .of(#"{"a":1}"#), try .of(#"{"a":1,"b":2}"#)))
    }
}
