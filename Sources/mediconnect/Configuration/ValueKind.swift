import FHIR
import Foundation
import HL7v2
import Store
import Translation

/// What a key takes: how its text is read, and what is said to be expected where it cannot be.
struct ValueKind<Value: Sendable>: Sendable {
    let expected: String
    /// Whether a text in quotes is one, too; not so for numbers and truth values.
    var takesQuotes = true
    /// What somebody may have meant who wrote something else.
    var candidates: [String] = []
    let read: @Sendable (String) -> Value?

    /// What is to be said of a text that is none.
    func complaint(_ key: String, found: String, text: String? = nil) -> String {
        "\(key): \(found) found, expected \(expected)." + (text.map { suggestion(for: $0, among: candidates) } ?? "")
    }
}

extension ValueKind where Value == String {
    static let text = ValueKind(expected: "a text") { $0.isEmpty ? nil : $0 }

    /// RFC 3986 §4.3, without looking deeper than the scheme.
    static let uri = ValueKind(expected: "a URI such as https://hospital.example/mrn or urn:oid:1.2.3") { text in
        guard let colon = text.firstIndex(of: ":"), text.first?.isLetter ?? false, colon != text.indices.last,
            text[..<colon].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }),
            !text.contains(where: \.isWhitespace)
        else { return nil }
        return text
    }
}

extension ValueKind where Value == Int {
    /// - unit: what is counted, behind the range.
    static func wholeNumber(_ range: ClosedRange<Int>, _ unit: String = "") -> ValueKind {
        ValueKind(
            expected:
                "a whole number from \(range.lowerBound) to \(range.upperBound)\(unit.isEmpty ? "" : " (\(unit))")",
            takesQuotes: false
        ) { text in
            // Int takes a plus sign, too.
            guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text), range.contains(number)
            else { return nil }
            return number
        }
    }
}

extension ValueKind where Value == Bool {
    static let truth = ValueKind(expected: "true or false", takesQuotes: false) { text in
        ["true": true, "false": false][text]
    }
}

extension ValueKind {
    /// One of some words.
    static func choice(_ words: [(String, Value)]) -> ValueKind {
        let names = words.map(\.0)
        let list = names.dropLast().joined(separator: ", ") + (names.count > 1 ? " or " : "") + (names.last ?? "")
        return ValueKind(expected: list, candidates: names) { text in words.first { $0.0 == text }?.1 }
    }
}

extension ValueKind where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    static var choice: ValueKind { choice(Value.allCases.map { ($0.rawValue, $0) }) }
}

extension ValueKind where Value == ReferenceRule {
    static let reference = ValueKind(
        expected: "a reference that a search parameter finds, such as Encounter.subject",
        read: { try? ReferenceRule($0) })
}

// MARK: - HL7 v2

extension ValueKind where Value == TimeZoneSetting {
    static let zone = ValueKind(
        expected: "UTC, an offset such as +01:00, or a zone's name such as Europe/Berlin",
        candidates: TimeZone.knownTimeZoneIdentifiers, read: { TimeZoneSetting($0) })
}

extension ValueKind where Value == SenderPattern {
    static let pattern = ValueKind(
        expected: "APPLICATION|FACILITY as in MSH-3 and MSH-4, with * for any text or at the end of a beginning",
        read: { SenderPattern($0) })
}

extension ValueKind where Value == HL7v2.CharacterSet {
    static let characterSet = ValueKind(
        expected: "a character set of table 0211: " + HL7v2.CharacterSet.allCases.map(\.name).joined(separator: ", "),
        candidates: HL7v2.CharacterSet.allCases.map(\.name), read: { HL7v2.CharacterSet(name: $0) })
}
