import FHIR
import Testing

@Suite("Writing JSON")
struct JSONWriterTests {
    @Test("compact leaves out white space between tokens and nothing else")
    func compact() throws {
        let document = try JSONDocument.of(
            " {\r\n \"a b\" :\t[ 1.0 , { } , [ ] , \"x  \\u0041 y\" ] , \"c\" : { \"d\" : null } } ")
        #expect(
            text(JSONWriter.compact(document.root)) == #"{"a b":[1.0,{},[],"x  \u0041 y"],"c":{"d":null}}"#)
        let inner = try #require(document.root["c"])
        #expect(text(JSONWriter.compact(inner)) == #"{"d":null}"#)
        #expect(text(JSONWriter.compact(try JSONDocument.of(" 1.50 ").root)) == "1.50")
    }

    @Test("pretty is a member or element a line")
    func pretty() throws {
        let document = try JSONDocument.of(#"{"a":[1,{"b":[]},{}],"c":"x"}"#)
        #expect(
            text(JSONWriter.pretty(document.root)) == """
                {
                  "a": [
                    1,
                    {
                      "b": []
                    },
                    {}
                  ],
                  "c": "x"
                }
                """)
    }

    @Test("strings are written with the escapes that JSON needs")
    func strings() throws {
        var output: [UInt8] = []
        JSONWriter.appendString("a\"b\\c/\n\r\t\u{8}\u{c}\u{1f}é😀\u{0}\u{7f}", to: &output)
        #expect(text(output) == "\"a\\\"b\\\\c/\\n\\r\\t\\b\\f\\u001fé😀\u{FFFD}\u{7f}\"")
        #expect(try JSONDocument.parse(output).root.string == "a\"b\\c/\n\r\t\u{8}\u{c}\u{1f}é😀\u{FFFD}\u{7f}")
    }

    /// The tape index at the end of a way of names and positions.
    private func index(_ root: JSONNode, _ path: [String]) throws -> Int32 {
        try path.reduce(root) { node, step in
            try #require(Int(step).map { Array(node.elements)[$0] } ?? node[step])
        }.index
    }

    @Test(
        "members and elements are dropped with their commas, wherever they stand",
        arguments: [
            ([["a"]], #"{"b":[1,2,3],"c":{"d":4}}"#),
            ([["b"]], #"{"a":0,"c":{"d":4}}"#),
            ([["c"]], #"{"a":0,"b":[1,2,3]}"#),
            ([["a"], ["b"]], #"{"c":{"d":4}}"#),
            ([["b"], ["c"]], #"{"a":0}"#),
            ([["a"], ["b"], ["c"]], "{}"),
            ([["b", "0"]], #"{"a":0,"b":[2,3],"c":{"d":4}}"#),
            ([["b", "1"]], #"{"a":0,"b":[1,3],"c":{"d":4}}"#),
            ([["b", "2"]], #"{"a":0,"b":[1,2],"c":{"d":4}}"#),
            ([["b", "0"], ["b", "1"], ["b", "2"]], #"{"a":0,"b":[],"c":{"d":4}}"#),
            ([["c", "d"]], #"{"a":0,"b":[1,2,3],"c":{}}"#),
            ([["c", "d"], ["c"]], #"{"a":0,"b":[1,2,3]}"#),
        ])
    func drops(_ paths: [[String]], _ expected: String) throws {
        for source in [
            #"{"a":0,"b":[1,2,3],"c":{"d":4}}"#, "{ \"a\" : 0 ,\n\"b\" : [ 1 , 2 , 3 ] , \"c\" : { \"d\" : 4 } }",
        ] {
            let document = try JSONDocument.of(source)
            for order in [paths, paths.reversed()] {
                var edits = JSONEdits()
                for path in order { edits.drop(try index(document.root, path)) }
                #expect(text(JSONWriter.compact(document.root, edits: edits)) == expected)
            }
        }
    }

    @Test("replacements may be longer or shorter and stand beside drops")
    func replacements() throws {
        let document = try JSONDocument.of(#"{"ref":"urn:uuid:1","list":[ "x", {"ref":"urn:uuid:2"}, 5 ],"z":{"y":1}}"#)
        var edits = JSONEdits()
        edits.replace(try index(document.root, ["list", "1", "ref"]), withString: "Patient/\"2\"")
        edits.replace(try index(document.root, ["ref"]), withString: "P")
        edits.drop(try index(document.root, ["list", "0"]))
        edits.replace(try index(document.root, ["z"]), with: [UInt8]("[true]".utf8))
        edits.replace(try index(document.root, ["z", "y"]), with: [UInt8]("ignored".utf8))
        #expect(
            text(JSONWriter.compact(document.root, edits: edits))
                == #"{"ref":"P","list":[{"ref":"Patient/\"2\""},5],"z":[true]}"#)
        edits.replace(try index(document.root, ["ref"]), withString: "Q")
        #expect(text(JSONWriter.compact(document.root, edits: edits)).hasPrefix(#"{"ref":"Q","#))
        let list = try #require(document.root["list"])
        #expect(text(JSONWriter.compact(list, edits: edits)) == #"[{"ref":"Patient/\"2\""},5]"#)
    }

    @Test("an edited root is what the edit says")
    func editedRoot() throws {
        let document = try JSONDocument.of("[1]")
        var edits = JSONEdits()
        edits.replace(0, withString: "x")
        #expect(text(JSONWriter.compact(document.root, edits: edits)) == "\"x\"")
        edits.drop(0)
        #expect(JSONWriter.compact(document.root, edits: edits).isEmpty)
    }

    @Test("a builder puts commas where they belong")
    func builder() throws {
        let node = try JSONDocument.of("{ \"k\" : [ 1 ] }").root
        var json = JSONBuilder()
        json.object {
            $0.member("resourceType", "OperationOutcome")
            $0.member("none", ifPresent: nil)
            $0.array("issue") {
                $0.object {
                    $0.member("severity", "error")
                    $0.member("count", 3)
                    $0.member("ok", false)
                }
                $0.object { _ in }
                $0.value("a\"b")
                $0.value(-1)
                $0.value(true)
                $0.null()
                $0.array { _ in }
                $0.value(node)
            }
            $0.member("raw", raw: "1.0".utf8)
            $0.object("o") { $0.member("node", node) }
            $0.key("dynamic" + "\n")
            $0.value { $0.append(contentsOf: "{}".utf8) }
        }
        #expect(
            text(json.bytes)
                == #"{"resourceType":"OperationOutcome","issue":[{"severity":"error","count":3,"ok":false},{},"a\"b",-1,true,"#
                + #"null,[],{"k":[1]}],"raw":1.0,"o":{"node":{"k":[1]}},"dynamic\n":{}}"#)
        #expect(try JSONDocument.parse(json.bytes).root.count == 5)
    }
}
