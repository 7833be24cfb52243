import Testing

@testable import FHIR

@Suite("FHIRPath grammar")
struct FHIRPathParserTests {
    private func parse(_ text: String) throws -> FHIRPathExpression {
        try FHIRPathExpression(parsing: text)
    }

    @Test("operators bind as the specification's table has it")
    func precedence() throws {
        let same: [(String, String)] = [
            ("1 + 2 * 3", "1 + (2 * 3)"), ("a or b and c", "a or (b and c)"), ("a | b = c", "(a | b) = c"),
            ("a implies b or c", "a implies (b or c)"), ("a - b - c", "(a - b) - c"), ("-a.b + c", "(-(a.b)) + c"),
            ("a = b and c != d", "(a = b) and (c != d)"), ("a as B | c", "(a as B) | c"),
            ("a + b is C", "(a + b) is C"),
            ("a in b and c contains d", "(a in b) and (c contains d)"), ("a < b = c > d", "(a < b) = (c > d)"),
            ("a & b | c", "(a & b) | c"), ("a xor b or c", "(a xor b) or c"), ("a div b mod c", "(a div b) mod c"),
        ]
        for (short, explicit) in same {
            #expect(try parse(short) == parse(explicit), "\(short)")
        }
    }

    @Test("literals keep what was written")
    func literals() throws {
        let literals: [(String, FHIRPathLiteral)] = [
            ("{}", .empty), ("true", .boolean(true)), (#"'a\'b\n\u0041\\'"#, .string("a'b\nA\\")),
            ("5.40", .number("5.40")), ("@2015-02", .date("2015-02")), ("@2015T", .dateTime("2015T")),
            ("@2015-02-04T14:34:28.1Z", .dateTime("2015-02-04T14:34:28.1Z")),
            ("@2015-02-04T14:34:28+10:00", .dateTime("2015-02-04T14:34:28+10:00")), ("@T14:34", .time("14:34")),
            ("4 days", .quantity("4", unit: "days", isCalendar: true)),
            ("4.5 'mg'", .quantity("4.5", unit: "mg", isCalendar: false)),
        ]
        for (text, literal) in literals {
            #expect(try parse(text) == .literal(literal), "\(text)")
        }
    }

    @Test("names, calls, indexers, variables and comments")
    func terms() throws {
        let name = FHIRPathExpression.member(of: .member(of: nil, name: "Patient"), name: "name")
        #expect(
            try parse("Patient.name[0].first() // the first")
                == .call(of: .indexer(name, .literal(.number("0"))), name: "first", arguments: []))
        #expect(try parse("%`ext-x`.where($this /* here */ > $index)").hashValue != 0)
        #expect(try parse("%resource") == .variable("resource"))
        #expect(try parse("`div`") == .member(of: nil, name: "div"))
        #expect(try parse("a.as(B).is(C)") == parse("a . as ( B ) . is(C)"))
        #expect(try parse("contains.in") == .member(of: .member(of: nil, name: "contains"), name: "in"))
        #expect(
            try parse("x is System.String")
                == .isType(.member(of: nil, name: "x"), FHIRPathTypeName(namespace: "System", name: "String")))
    }

    @Test(
        "what is no FHIRPath is refused with the place",
        arguments: [
            "", "a.", "a b", "(a", "a)", "a[1", "1 +", "'open", "`open", "@20", "a..b", "a and", "$that", "where(",
            "f(a,)", "a ! b", "/* open", #"'\q'"#, "#", "a as 1", "{1}", "%", "é",
        ])
    func refused(text: String) {
        #expect(throws: FHIRPathError.self) { try FHIRPathExpression(parsing: text) }
    }

    @Test("nesting from outside cannot exhaust the stack")
    func depth() {
        for deep in ["(", "-", "a[", "f(", "a.", "1+"] {
            #expect(throws: FHIRPathError.self) {
                try FHIRPathExpression(parsing: String(repeating: deep, count: 100_000) + "a")
            }
        }
    }

    @Test("every expression of R4's search parameters and invariants is read")
    func allOfR4() throws {
        for parameter in R4.table.searchParameters where !parameter.expression.isEmpty {
            #expect(throws: Never.self) { try FHIRPathExpression(parsing: parameter.expression) }
        }
        let invariants = R4.table.types.flatMap { $0.invariants + $0.elements.flatMap(\.invariants) }
        for invariant in Set(invariants) where !invariant.expression.isEmpty {
            #expect(throws: Never.self, "\(invariant.key): \(invariant.expression)") {
                try FHIRPathExpression(parsing: invariant.expression)
            }
        }
    }

    @Test(
        "the published FHIRPath test expressions are read, but for those that are wrong on purpose",
        .enabled(if: SearchTestData.isPresent, "needs ../shared/data"))
    func publishedTests() throws {
        let text = String(decoding: try SearchTestData.bytes("fhirpath/tests-fhir-r4.xml"), as: UTF8.self)
        let pattern = #/<expression(?<attributes>[^>]*)>(?<text>[^<]*)<\/expression>/#
        var (read, wrong) = (0, [String]())
        for match in text.matches(of: pattern) where !match.output.attributes.contains("invalid") {
            let expression = Self.unescaped(String(match.output.text))
            do {
                _ = try FHIRPathExpression(parsing: expression)
                read += 1
            } catch {
                wrong.append("\(expression): \(error)")
            }
        }
        print("FHIRPath expressions read: \(read), refused: \(wrong)")
        #expect(read > 500)
        #expect(wrong.isEmpty)
    }

    private static func unescaped(_ text: String) -> String {
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
            .reduce(text) { $0.replacing($1.0, with: $1.1) }
    }
}
