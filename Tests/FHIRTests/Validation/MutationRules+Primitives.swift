import FHIR

extension MutationRule {
    /// Values that their type does not allow, beside values that it does.
    static let primitives: [MutationRule] = [
        MutationRule("29 February of a common year", [.date], bad: #""2023-02-29""#, good: #""2024-02-29""#),
        MutationRule("30 February", [.date, .dateTime], bad: #""2024-02-30""#, good: #""2000-02-29""#),
        MutationRule("31 April", [.date, .dateTime], bad: #""2024-04-31""#, good: #""2024-04-30""#),
        MutationRule("month 13", [.date, .dateTime], bad: #""2024-13""#, good: #""2024-12""#),
        MutationRule("month 00", [.date, .dateTime], bad: #""2024-00-01""#, good: #""2024-01-01""#),
        MutationRule("year 0000", [.date, .dateTime], bad: #""0000""#, good: #""0001""#),
        MutationRule("a date without its zeros", [.date, .dateTime], bad: #""2024-1-2""#, good: #""2024-01-02""#),
        MutationRule("a date without dashes", [.date, .dateTime], bad: #""20240102""#),
        MutationRule("a date the other way round", [.date, .dateTime], bad: #""02.01.2024""#),
        MutationRule("a date with a time", [.date], bad: #""2024-01-02T10:00:00Z""#, good: #""2024-01-02""#),
        MutationRule("a date with a space before it", [.date, .dateTime], bad: #"" 2024""#, good: #""2024""#),
        MutationRule(
            "a zone is missing", [.dateTime, .instant], bad: #""2024-01-02T10:00:00""#, good: #""2024-01-02T10:00:00Z""#
        ),
        MutationRule(
            "seconds are missing", [.dateTime, .instant], bad: #""2024-01-02T10:00Z""#,
            good: #""2024-01-02T10:00:00.125Z""#),
        MutationRule(
            "hour 24", [.dateTime, .instant], bad: #""2024-01-02T24:00:00Z""#, good: #""2024-01-02T23:59:59Z""#),
        MutationRule("minute 60", [.dateTime, .instant], bad: #""2024-01-02T10:60:00Z""#),
        MutationRule(
            "a zone beyond the day line", [.dateTime, .instant], bad: #""2024-01-02T10:00:00+14:30""#,
            good: #""2024-01-02T10:00:00+14:00""#),
        MutationRule(
            "a zone without colon", [.dateTime, .instant], bad: #""2024-01-02T10:00:00+0200""#,
            good: #""2024-01-02T10:00:00+02:00""#),
        MutationRule("a space for the T", [.dateTime, .instant], bad: #""2024-01-02 10:00:00Z""#),
        MutationRule("a small t", [.dateTime, .instant], bad: #""2024-01-02t10:00:00Z""#),
        MutationRule(
            "an instant without time", [.instant], bad: #""2024-01-02""#, good: #""2024-02-29T00:00:00-05:00""#),
        MutationRule("a time with a zone", [.time], bad: #""10:00:00Z""#, good: #""10:00:00""#),
        MutationRule("a time without seconds", [.time], bad: #""10:00""#),
        MutationRule(
            "an integer too large", [.integer, .unsignedInt, .positiveInt], bad: "2147483648", good: "2147483647"),
        MutationRule("an integer with a fraction", [.integer, .unsignedInt, .positiveInt], bad: "1.0", good: "1"),
        MutationRule("an integer with an exponent", [.integer, .unsignedInt, .positiveInt], bad: "1e1", good: "10"),
        MutationRule("a negative unsigned integer", [.unsignedInt], bad: "-1", good: "0"),
        MutationRule("a positive integer of zero", [.positiveInt], bad: "0", good: "1"),
        MutationRule("an integer too small", [.integer], bad: "-2147483649", good: "-2147483648"),
        MutationRule("a decimal as a string", [.decimal], bad: #""1.50""#, good: "1.50"),
        MutationRule("a decimal with a comma", [.decimal], bad: #""1,5""#, good: "1.500000000000000000000001"),
        MutationRule("a boolean of one", [.boolean], bad: "1"),
        MutationRule("a boolean in capitals", [.boolean], bad: #""TRUE""#),
        MutationRule("an id with an underscore", [.id], bad: #""a_b""#),
        MutationRule(
            "an id of 65 characters", [.id], bad: "\"\(String(repeating: "a", count: 65))\""),
        MutationRule("an id with a space behind it", [.id], bad: #""a ""#),
        MutationRule("a uri with a space", [.uri, .url, .canonical], bad: #""http://example.org/a b""#),
        MutationRule("a uri with a space before it", [.uri, .url, .canonical], bad: #"" http://example.org""#),
        MutationRule(
            "a canonical with two versions", [.canonical], bad: #""http://example.org/a|1|2""#,
            good: #""http://example.org/a|1""#),
        MutationRule("a canonical without address", [.canonical], bad: #""|1""#),
        MutationRule("a code with a space behind it", [.code], bad: #""final ""#),
        MutationRule("a code with two spaces", [.code], bad: #""a  b""#),
        MutationRule("a code of white space", [.code], bad: #"" ""#),
        MutationRule("an OID without arcs", [.oid], bad: #""urn:oid:9""#, good: #""urn:oid:1.2.3""#),
        MutationRule(
            "a UUID cut short", [.uuid], bad: #""urn:uuid:1234""#,
            good: #""urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7""#),
        MutationRule("base64 with a dot", [.base64Binary], bad: #""TWF.""#, good: #""TWFu""#),
        MutationRule("base64 cut short", [.base64Binary], bad: #""TWFuT""#, good: #""TWFuTWE=""#),
        MutationRule("base64 with padding inside", [.base64Binary], bad: #""TQ==TWFu""#),
        MutationRule(
            "a control character", [.string, .markdown], bad: #""a\u0001b""#, good: #""a\u00a0\u202f\tb""#),
        MutationRule("a narrative that is no div", [.xhtml], bad: #""<p>text</p>""#),
        MutationRule("a narrative without tags", [.xhtml], bad: #""text""#),
    ]

    /// A narrative with something in it that a browser would run or load.
    private static func narrative(_ name: String, _ content: String, good: String? = nil) -> MutationRule {
        func text(_ content: String) -> String {
            let xhtml = "<div xmlns=\"http://www.w3.org/1999/xhtml\">\(content)</div>"
            return "\"\(xhtml.replacing("\"", with: "\\\""))\""
        }
        return MutationRule(name, [.xhtml], bad: text(content), good: good.map(text))
    }

    static let narratives: [MutationRule] = [
        narrative("a script in a narrative", "<p>a</p><script>alert(1)</script>", good: "<p>a</p>"),
        narrative("an event handler in a narrative", #"<p onclick="a()">a</p>"#, good: #"<p style="color:red">a</p>"#),
        narrative(
            "a link that runs something", #"<a href="javascript:a()">a</a>"#,
            good: #"<a href="http://example.org">a</a>"#),
        narrative("a frame in a narrative", #"<iframe src="http://example.org"/>a"#),
        narrative("an object in a narrative", #"<object data="http://example.org">a</object>"#),
        narrative("a form in a narrative", #"<form action="http://example.org"><input/></form>a"#),
        narrative("a linked stylesheet in a narrative", #"<link rel="stylesheet" href="http://example.org/a.css"/>a"#),
        narrative("txt-2: a narrative without text", "<p> </p>", good: ##"<img src="#a" alt="b"/>"##),
        narrative("a narrative that is not well formed", "<p>a<b></p></b>"),
    ]

    /// Codes that are not of the value set that R4 requires.
    static let codes: [MutationRule] = [
        MutationRule("a code outside the required value set") { site in
            guard site.type.primitive == .code, let binding = site.element?.binding, binding.strength == .required,
                binding.valueSet.isEnumerated
            else { return nil }
            return site.replaced(by: #""no-such-code""#)
        },
        MutationRule("a code in capitals") { site in
            guard site.type.primitive == .code, let binding = site.element?.binding, binding.strength == .required,
                binding.valueSet.isEnumerated, let code = site.node.string,
                !binding.valueSet.contains(code.uppercased())
            else { return nil }
            return site.replaced(by: "\"\(code.uppercased())\"")
        },
        MutationRule("a concept outside the required value set") { site in
            guard site.type.name == "CodeableConcept", let binding = site.element?.binding,
                binding.strength == .required, binding.valueSet.isEnumerated
            else { return nil }
            return site.replaced(
                by: #"{"coding":[{"system":"http://example.org","code":"a"}]}"#, at: site.expression + ".coding")
        },
        MutationRule("a concept without the system") { site in
            guard site.type.name == "CodeableConcept", let binding = site.element?.binding,
                binding.strength == .required, binding.valueSet.isEnumerated,
                let code = site.node["coding"]?.elements.first?["code"]?.string
            else { return nil }
            return site.replaced(by: "{\"coding\":[{\"code\":\"\(code)\"}]}", at: site.expression + ".coding")
        },
    ]
}
