import FHIR
import Testing

@Suite("Refusing what is not JSON")
struct JSONRefusalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let reason: JSONError.Reason
        let offset: Int
        let expression: String

        init(_ text: String, _ reason: JSONError.Reason, _ offset: Int, _ expression: String = "") {
            self.text = text
            self.reason = reason
            self.offset = offset
            self.expression = expression
        }

        var testDescription: String { text }
    }

    static let cases: [Case] = [
        Case("", .empty, 0),
        Case(" \n\t", .empty, 3),
        Case("\u{FEFF}{}", .byteOrderMark, 0),
        Case("{", .unexpectedEnd, 1),
        Case("[1", .unexpectedEnd, 2, "[1]"),
        Case(#"{"a""#, .unexpectedEnd, 4, "a"),
        Case(#"{"a":"#, .unexpectedEnd, 5, "a"),
        Case("tru", .unexpectedEnd, 0),
        Case("{} x", .trailingContent, 3),
        Case("1 2", .trailingContent, 2),
        Case("[1,]", .trailingComma, 3, "[1]"),
        Case(#"{"a":1,}"#, .trailingComma, 7),
        Case("[,1]", .expectedValue(found: 0x2C), 1, "[0]"),
        Case("{,}", .expectedKey(found: 0x2C), 1),
        Case("{a:1}", .expectedKey(found: 0x61), 1),
        Case("{'a':1}", .expectedKey(found: 0x27), 1),
        Case(#"{"a" 1}"#, .expectedColon(found: 0x31), 5, "a"),
        Case(#"{"a":}"#, .expectedValue(found: 0x7D), 5, "a"),
        Case(#"{"a":1 "b":2}"#, .expectedCommaOrEnd(found: 0x22), 7),
        Case("[1}", .expectedCommaOrEnd(found: 0x7D), 2, "[1]"),
        Case("]", .expectedValue(found: 0x5D), 0),
        Case(#""abc"#, .unterminatedString, 0),
        Case("\"a\tb\"", .controlCharacter(9), 2),
        Case("[\"a\u{1f}b\"]", .controlCharacter(0x1F), 3, "[0]"),
        Case(#""\x""#, .invalidEscape, 1),
        Case(#""\u12g4""#, .invalidEscape, 1),
        Case(#""\uD800""#, .loneSurrogate, 1),
        Case(#""\uD800\n""#, .loneSurrogate, 1),
        Case(#""\uD800\u0041""#, .loneSurrogate, 1),
        Case(#""\uDC00\uD800""#, .loneSurrogate, 1),
        Case(#""a\u0000""#, .nullCharacter, 2),
        Case("01", .leadingZero, 0),
        Case("-01", .leadingZero, 0),
        Case("1.", .missingDigits, 0),
        Case("1.e3", .missingDigits, 0),
        Case("[1e]", .missingDigits, 1, "[0]"),
        Case("1e+", .missingDigits, 0),
        Case("-", .missingDigits, 0),
        Case(".5", .missingDigits, 0),
        Case("+1", .explicitPlus, 0),
        Case("NaN", .notANumber, 0),
        Case("[Infinity]", .notANumber, 1, "[0]"),
        Case("-Infinity", .notANumber, 0),
        Case("0x10", .trailingContent, 1),
        Case("True", .unknownWord, 0),
        Case("nulls", .unknownWord, 0),
        Case("// note\n{}", .expectedValue(found: 0x2F), 0),
    ]

    @Test("each fault has its reason and its place", arguments: cases)
    func refuses(_ example: Case) throws {
        let error = try #require(refusal(of: example.text))
        #expect(error.reason == example.reason)
        #expect(error.offset == example.offset)
        #expect(error.expression == example.expression)
        #expect(!error.message.isEmpty)
    }

    @Test(
        "bytes that are not well-formed UTF-8 are refused where they stand",
        arguments: [
            [0x80], [0xC0, 0xAF], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
            [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFF], [0xFE],
        ] as [[UInt8]])
    func invalidUTF8(_ bytes: [UInt8]) throws {
        // Also behind a character, so that the scan comes from another side, and at the very end of the text.
        for before in ["", "abc", "é", "0123456789abcdef"] {
            let head = [UInt8](#"{"é":""#.utf8) + [UInt8](before.utf8)
            let error = try #require(refusal(of: head + bytes + [UInt8](#""}"#.utf8)))
            #expect(error.reason == .invalidUTF8)
            #expect(error.offset == head.count)
            #expect(error.line == 1)
            #expect(error.column == 7 + before.count)
            #expect(error.expression == "`é`")
            #expect(refusal(of: head + bytes) != nil)
        }
    }

    @Test(
        "the first and last characters of each length are accepted",
        arguments: [
            "\u{1}", " ", "\u{7F}", "\u{80}", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{FFFF}", "\u{10000}",
            "\u{10FFFF}",
        ])
    func validUTF8(_ character: String) throws {
        guard character != "\u{1}" else { return }
        #expect(try JSONDocument.of("[\"\(character)\"]").root.elements.first?.string == character)
    }

    @Test(
        "other encodings are called by name", arguments: [[0xFF, 0xFE, 0x7B, 0], [0xFE, 0xFF, 0, 0x7B], [0x7B, 0]])
    func otherEncodings(_ bytes: [UInt8]) {
        #expect(refusal(of: bytes)?.reason == .otherEncoding)
    }

    @Test("a name that occurs twice in one object is refused with its place")
    func duplicates() throws {
        let twice = try #require(
            refusal(
                of: """
                    {"resourceType":"Patient","name":[{"family":"A"},
                      {"given":["x"],"family":"B","given":["y"]}]}
                    """))
        #expect(twice.reason == .duplicateKey)
        #expect(twice.line == 2)
        #expect(twice.column == 31)
        #expect(twice.expression == "Patient.name[1].given")
        #expect(refusal(of: #"{"name":1,"n\u0061me":2}"#)?.expression == "name")
        #expect(refusal(of: #"{"n\u0061me":1,"x":0,"na\u006de":2}"#)?.reason == .duplicateKey)
        #expect(refusal(of: #"{"":1,"":2}"#)?.expression == "``")
        #expect(refusal(of: #"{"a":{"a":1},"b":{"a":1}}"#) == nil)
    }

    @Test("names are compared in full, in objects of any size", arguments: [2, 3, 12, 13, 64, 5_000])
    func duplicatesBySize(_ count: Int) throws {
        for repeated in [0, count / 2, count - 1] {
            let names = (0..<count).map { "abatementName\($0)Value" } + ["abatementName\(repeated)Value"]
            let members = names.map { "\"\($0)\":0" }
            #expect(refusal(of: "{\(members.joined(separator: ","))}")?.expression == names.last)
            #expect(refusal(of: "{\(members.dropLast().joined(separator: ","))}") == nil)
        }
    }

    @Test("the place in a bundle is told down to the element")
    func places() throws {
        let bundle = """
            {
              "resourceType": "Bundle",
              "entry": [
                {"resource": {"resourceType": "Patient"}},
                {"resource": {"resourceType": "Observation", "value Ü": 1, "code": {"coding": [{"code": 01}]}}}
              ]
            }
            """
        let error = try #require(refusal(of: bundle))
        #expect(error.expression == "Bundle.entry[1].resource.code.coding[0].code")
        #expect(error.line == 5)
        #expect(error.column == 93)
        #expect(error.message.contains("line 5, column 93, at Bundle.entry[1].resource.code.coding[0].code"))
    }

    @Test("depth is limited, and a million brackets are no more than one refusal")
    func depth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(refusal(of: nested(100)) == nil)
        #expect(refusal(of: nested(101))?.reason == .tooDeep(limit: 100))
        #expect(refusal(of: nested(101))?.offset == 100)
        #expect(refusal(of: String(repeating: "[", count: 1_000_000))?.reason == .tooDeep(limit: 100))
        #expect(refusal(of: String(repeating: #"{"a":"#, count: 1_000_000))?.reason == .tooDeep(limit: 100))
        #expect(refusal(of: nested(1_000_000), limits: JSONLimits(maximumDepth: 1_000_000)) == nil)
        #expect(refusal(of: "[[]]", limits: JSONLimits(maximumDepth: 1))?.reason == .tooDeep(limit: 1))
        #expect(refusal(of: "1", limits: JSONLimits(maximumDepth: 0)) == nil)
    }

    @Test("size and number of values are limited")
    func sizes() {
        #expect(refusal(of: "[10]", limits: JSONLimits(maximumBytes: 4)) == nil)
        #expect(refusal(of: "[100]", limits: JSONLimits(maximumBytes: 4))?.reason == .tooLarge(limit: 4))
        #expect(refusal(of: "[1,2]", limits: JSONLimits(maximumNodes: 3)) == nil)
        #expect(refusal(of: "[1,2,3]", limits: JSONLimits(maximumNodes: 3))?.reason == .tooManyNodes(limit: 3))
    }
}
