import FHIR
import Testing

@Suite("R4's primitive types")
struct ValidationPrimitiveTests {
    static let good: [PrimitiveKind: [String]] = [
        .boolean: ["true", "false"],
        .integer: ["0", "-1", "2147483647", "-2147483648"],
        .unsignedInt: ["0", "2147483647"],
        .positiveInt: ["1", "2147483647"],
        .decimal: ["0", "-0", "0.0", "1.10", "-3.14159265358979323846264338327950288", "1e10", "1E-10", "0.5e+3"],
        .string: ["a", " a ", "a\r\n\tb", "ä€𝄞"],
        .markdown: ["# a\n\n* b"],
        .code: ["a", "a b", "a-b_c", "<="],
        .id: ["a", "A-1.b", String(repeating: "x", count: 64)],
        .uri: ["http://a/b?c#d", "urn:oid:1.2", "a", "ä"],
        .url: ["http://a/b", "mailto:a@b"],
        .canonical: ["http://a/b|1.0#c"],
        .oid: ["urn:oid:1.2.3", "urn:oid:2.16.840.1.113883", "urn:oid:0.0"],
        .uuid: ["urn:uuid:c757873d-ec9a-4326-a141-556f43239520"],
        .base64Binary: ["TQ==", "TWE=", "TWFu", " TW\r\nFu ", "+/+/"],
        .date: ["0001", "2023", "2023-12", "2024-02-29", "2000-02-29", "2023-04-30"],
        .dateTime: [
            "2023", "2023-12", "2023-12-31", "2023-12-31T23:59:59Z", "2023-12-31T23:59:60+14:00",
            "2023-01-01T00:00:00.123456789-05:30",
        ],
        .instant: ["2023-01-01T00:00:00Z", "2015-02-07T13:28:17.239+02:00"],
        .time: ["00:00:00", "23:59:60", "12:30:00.5"],
        .xhtml: ["<div>a</div>", "<div xmlns=\"http://www.w3.org/1999/xhtml\"/>", "<div/>", "\n<div>a</div>"],
    ]

    static let bad: [PrimitiveKind: [(String, PrimitiveFault)]] = [
        .boolean: [("True", .notBoolean), ("1", .notBoolean), ("", .empty)],
        .integer: [
            ("1.0", .notInteger), ("1e3", .notInteger), ("01", .notInteger), ("-0", .notInteger), ("+1", .notInteger),
            ("-", .notInteger), ("2147483648", .integerRange), ("-2147483649", .integerRange),
            ("99999999999999999999999", .integerRange),
        ],
        .unsignedInt: [("-1", .unsignedRange), ("2147483648", .unsignedRange)],
        .positiveInt: [("0", .positiveRange), ("-1", .positiveRange)],
        .decimal: [
            ("1.", .notDecimal), (".5", .notDecimal), ("01", .notDecimal), ("1e", .notDecimal), ("NaN", .notDecimal),
        ],
        .string: [("a\u{1}b", .controlCharacter), ("\u{8}", .controlCharacter), ("", .empty)],
        .markdown: [("a\u{C}b", .controlCharacter)],
        .code: [
            (" a", .codeSpaces), ("a ", .codeSpaces), ("a  b", .codeSpaces), (" ", .codeSpaces),
            ("a\u{1}", .controlCharacter),
        ],
        .id: [
            ("a_b", .idCharacters), ("a b", .idCharacters), ("ä", .idCharacters),
            (String(repeating: "x", count: 65), .idLength),
        ],
        .uri: [("http://a b", .uriSpaces), ("a\n", .uriSpaces)],
        .url: [(" http://a", .uriSpaces)],
        .canonical: [("http://a| 1", .uriSpaces)],
        .oid: [
            ("1.2.3", .oidForm), ("urn:oid:3.1", .oidForm), ("urn:oid:1", .oidForm), ("urn:oid:1.02", .oidForm),
            ("urn:oid:1.2.", .oidForm),
        ],
        .uuid: [
            ("c757873d-ec9a-4326-a141-556f43239520", .uuidForm),
            ("urn:uuid:C757873D-EC9A-4326-A141-556F43239520", .uuidForm),
            ("urn:uuid:c757873d-ec9a-4326-a141-556f4323952", .uuidForm),
            ("urn:uuid:c757873dxec9a-4326-a141-556f43239520", .uuidForm),
        ],
        .base64Binary: [
            ("TQ", .base64Length), ("T===", .base64Padding), ("TQ==TQ==", .base64Padding), ("T-_u", .base64Characters),
            (" \n", .empty), ("TWF", .base64Length),
        ],
        .date: [
            ("23", .dateForm), ("2023-1", .dateForm), ("2023-13", .month), ("2023-00-01", .month), ("2023-02-29", .day),
            ("1900-02-29", .day), ("2023-04-31", .day), ("2023-01-00", .day), ("0000", .year),
            ("2023-01-01T00:00:00Z", .dateForm),
            ("2023/01/01", .dateForm), ("20230101", .dateForm), ("2023-01-01 ", .dateForm),
        ],
        .dateTime: [
            ("2023-01-01T00:00:00", .timeWithoutZone), ("2023-01-01T00:00Z", .timeForm),
            ("2023-01-01T24:00:00Z", .hour),
            ("2023-01-01T00:60:00Z", .minute), ("2023-01-01T00:00:61Z", .second), ("2023-01-01T00:00:00.Z", .timeForm),
            ("2023-01-01T00:00:00+14:01", .offset), ("2023-01-01T00:00:00+0100", .zoneForm),
            ("2023-01-01T00:00:00z", .zoneForm),
            ("2023-01-01 00:00:00Z", .dateForm), ("2023-01T00:00:00Z", .dateForm), ("2023-01-01T", .timeForm),
            ("2023-01-01T00:00:00Zx", .zoneForm),
        ],
        .instant: [
            ("2023-01-01", .instantIncomplete), ("2023", .instantIncomplete), ("2023-01-01T00:00:00", .timeWithoutZone),
            ("2023-02-30T00:00:00Z", .day),
        ],
        .time: [
            ("12:30", .timeForm), ("24:00:00", .hour), ("12:30:00Z", .timeWithZone), ("1:30:00", .timeForm),
            ("12:30:00.", .timeForm),
        ],
        .xhtml: [("a", .notDiv), ("<p>a</p>", .notDiv), ("<divx>", .notDiv), (" ", .notDiv)],
    ]

    @Test("every type accepts what is of it", arguments: PrimitiveKind.allCases)
    func acceptance(_ kind: PrimitiveKind) throws {
        for text in try #require(Self.good[kind]) {
            #expect(PrimitiveRules.fault(in: text, of: kind) == nil, "\(text)")
        }
    }

    @Test("every type refuses what is not of it and says why", arguments: PrimitiveKind.allCases)
    func refusal(_ kind: PrimitiveKind) throws {
        for (text, fault) in try #require(Self.bad[kind]) {
            #expect(PrimitiveRules.fault(in: text, of: kind) == fault, "\(text)")
        }
    }

    @Test("strings have 1,048,576 characters at most, however many bytes these take")
    func length() {
        let longest = String(repeating: "ä", count: 1 << 20)
        #expect(PrimitiveRules.fault(in: longest, of: .string) == nil)
        #expect(PrimitiveRules.fault(in: longest + "a", of: .string) == .tooLong)
        #expect(PrimitiveRules.fault(in: longest + "a", of: .markdown) == .tooLong)
    }

    @Test("the rules hold for values in resources, written with escapes or without")
    func inResources() throws {
        #expect(
            try findings(
                #"{"resourceType":"Patient","id":"a_b","name":[{"text":"a\u0001"},{"text":"a\bb"},{"text":"tab\t line\n"},{"text":"\u00e4"}],"birthDate":"2023\u002d02\u002d30","multipleBirthInteger":1.5,"photo":[{"data":"TWFu\r\nTWFu","url":"a b"},{"data":"T\/=="}]}"#
            ).map(\.brief) == [
                "value Patient.id", "value Patient.name[0].text", "value Patient.name[1].text",
                "value Patient.birthDate",
                "value Patient.multipleBirth", "value Patient.photo[0].url",
            ])
    }
}
