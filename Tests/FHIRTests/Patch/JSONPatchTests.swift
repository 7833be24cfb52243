import Testing

@testable import FHIR

@Suite("JSON Patch")
struct JSONPatchTests {
    private func body(_ patch: String, of resource: String = #"{"resourceType":"Patient","a":[1,2,3],"b":{"c":1.50}}"#)
        -> String
    {
        patched(resource, patch).replacing(#"{"resourceType":"Patient","#, with: "{")
    }

    @Test("add sets members, inserts elements and appends with -")
    func add() {
        #expect(body(#"[{"op":"add","path":"/d","value":1.0}]"#) == #"{"a":[1,2,3],"b":{"c":1.50},"d":1.0}"#)
        #expect(body(#"[{"op":"add","path":"/b","value":null}]"#) == #"{"a":[1,2,3],"b":null}"#)
        #expect(body(#"[{"op":"add","path":"/a/0","value":[]}]"#) == #"{"a":[[],1,2,3],"b":{"c":1.50}}"#)
        #expect(body(#"[{"op":"add","path":"/a/3","value":4}]"#) == #"{"a":[1,2,3,4],"b":{"c":1.50}}"#)
        #expect(body(#"[{"op":"add","path":"/a/-","value":4}]"#) == #"{"a":[1,2,3,4],"b":{"c":1.50}}"#)
    }

    @Test("remove and replace need what they name, and replace leaves it at its place")
    func removeAndReplace() {
        #expect(body(#"[{"op":"remove","path":"/a/1"}]"#) == #"{"a":[1,3],"b":{"c":1.50}}"#)
        #expect(body(#"[{"op":"remove","path":"/a"}]"#) == #"{"b":{"c":1.50}}"#)
        #expect(body(#"[{"op":"replace","path":"/a","value":"x"}]"#) == #"{"a":"x","b":{"c":1.50}}"#)
        #expect(body(#"[{"op":"replace","path":"/a/2","value":"x"}]"#) == #"{"a":[1,2,"x"],"b":{"c":1.50}}"#)
    }

    @Test("move and copy take values with all digits, before and after changes inside them")
    func moveAndCopy() {
        #expect(
            body(#"[{"op":"move","from":"/b/c","path":"/a/0"},{"op":"add","path":"/b/x","value":0}]"#)
                == #"{"a":[1.50,1,2,3],"b":{"x":0}}"#)
        #expect(
            body(#"[{"op":"copy","from":"/b","path":"/d"},{"op":"add","path":"/d/x","value":0}]"#)
                == #"{"a":[1,2,3],"b":{"c":1.50},"d":{"c":1.50,"x":0}}"#)
        #expect(
            body(
                #"[{"op":"add","path":"/b/x","value":0},{"op":"copy","from":"/b","path":"/a/0"},{"op":"remove","path":"/b/c"}]"#
            )
                == #"{"a":[{"c":1.50,"x":0},1,2,3],"b":{"x":0}}"#)
        #expect(body(#"[{"op":"move","from":"/a/0","path":"/a/2"}]"#) == #"{"a":[2,3,1],"b":{"c":1.50}}"#)
        #expect(body(#"[{"op":"move","from":"/a","path":"/a"}]"#) == #"{"a":[1,2,3],"b":{"c":1.50}}"#)
        #expect(
            body(#"[{"op":"copy","from":"/a","path":"/a/-"},{"op":"copy","from":"/a","path":"/a/-"}]"#)
                == #"{"a":[1,2,3,[1,2,3],[1,2,3,[1,2,3]]],"b":{"c":1.50}}"#)
    }

    @Test("a test compares numbers by value, strings by characters, arrays in order and objects in any")
    func test() {
        let resource =
            #"{"resourceType":"Patient","n":1.50,"s":"é\n","l":[1,{"a":1,"b":[]}],"big":123456789012345678901234567890}"#
        for holds in [
            #"{"path":"/n","value":1.5}"#, #"{"path":"/n","value":150e-2}"#, #"{"path":"/s","value":"é\u000a"}"#,
            #"{"path":"/l","value":[1.0,{"b":[],"a":1e0}]}"#, #"{"path":"/l/1/b","value":[]}"#,
            #"{"path":"/big","value":123456789012345678901234567890.0}"#,
        ] {
            #expect(patched(resource, #"[{"op":"test","# + holds.dropFirst() + "]") == resource)
        }
        for fails in [
            #"{"path":"/n","value":1.51}"#, #"{"path":"/n","value":"1.50"}"#, #"{"path":"/s","value":"e\u0301\n"}"#,
            #"{"path":"/l","value":[{"b":[],"a":1},1]}"#, #"{"path":"/l/1","value":{"a":1}}"#,
            #"{"path":"/l/1","value":{"a":1,"b":[],"c":1}}"#, #"{"path":"/l","value":{}}"#,
            #"{"path":"/big","value":123456789012345678901234567891}"#,
        ] {
            #expect(
                patched(resource, #"[{"op":"test","# + fails.dropFirst() + "]").hasPrefix("test conflict"), "\(fails)")
        }
    }

    @Test("escapes in pointers and names stand for each other")
    func escapes() {
        let resource = #"{"resourceType":"Patient","a/b":1,"m~n":2,"k\u0022l":3,"":4,"~1":5}"#
        #expect(
            patched(
                resource,
                #"[{"op":"remove","path":"/a~1b"},{"op":"remove","path":"/m~0n"},{"op":"remove","path":"/k\"l"},{"op":"remove","path":"/"},{"op":"remove","path":"/~01"}]"#
            )
                == #"{"resourceType":"Patient"}"#)
        #expect(
            patched(#"{"resourceType":"Patient"}"#, #"[{"op":"add","path":"/a~1\"\u0001","value":1}]"#)
                == #"{"resourceType":"Patient","a/\"\u0001":1}"#)
    }

    @Test("what is not touched keeps digits, escapes and order, without white space")
    func fidelity() {
        let resource =
            "{ \"resourceType\" : \"Observation\",\n \"z\":[ 1.10 , -0.0, 1E+2 ], \"a\":\"\\u00e9\\/\", \"m\":{\"y\":1,\"x\":2}, \"status\":\"final\" }"
        #expect(
            patched(
                resource,
                #"[{"op":"replace","path":"/status","value":"amended"}, {"op":"add","path":"/m/w","value":1.0}]"#)
                == #"{"resourceType":"Observation","z":[1.10,-0.0,1E+2],"a":"\u00e9\/","m":{"y":1,"x":2,"w":1.0},"status":"amended"}"#
        )
    }

    @Test("an empty patch changes nothing")
    func empty() {
        #expect(patched(patient, "[]") == patient)
    }

    @Test("a list or object that the patch empties is left out, since FHIR has no empty ones")
    func emptied() {
        let resource =
            #"{"resourceType":"Patient","name":[{"family":"A"}],"contact":[{"name":{"text":"x"}},{"gender":"male"}],"given":["a","b"],"_given":[{"id":"1"},{"id":"2"}],"e":[]}"#
        #expect(
            patched(resource, #"[{"op":"remove","path":"/name/0"},{"op":"remove","path":"/contact/0/name/text"}]"#)
                == #"{"resourceType":"Patient","contact":[{"gender":"male"}],"given":["a","b"],"_given":[{"id":"1"},{"id":"2"}],"e":[]}"#
        )
        #expect(patched(resource, #"[{"op":"remove","path":"/_given/0/id"}]"#).contains(#""_given":[null,{"id":"2"}]"#))
        #expect(
            !patched(resource, #"[{"op":"remove","path":"/_given/0/id"},{"op":"remove","path":"/_given/1/id"}]"#)
                .contains("_given"))
        #expect(
            patched(resource, #"[{"op":"remove","path":"/name/0"},{"op":"add","path":"/name/-","value":{"text":"B"}}]"#)
                .contains(#""name":[{"text":"B"}]"#))
    }
}
