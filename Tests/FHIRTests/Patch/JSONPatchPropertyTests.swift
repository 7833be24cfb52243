import TestSupport
import Testing

@testable import FHIR

/// A JSON value that a test makes up.
private indirect enum Value: Equatable {
    case object([Member])
    case array([Value])
    case scalar(String)

    struct Member: Equatable {
        var name: String
        var value: Value
    }

    static let names = ["a", "b", "name", "a/b", "m~n", "~1", "", "é", "0", "-", "k\"l", "\\"]
    static let scalars = [
        "null", "true", "false", "0", "-0", "1.50", "1.5", "1e3", "\"\"", "\"x\"", "\"é\\n\"", "\"0\"",
    ]

    static func random(depth: Int, _ random: inout SeededRandom) -> Value {
        switch depth == 0 ? 9 : Int.random(in: 0..<10, using: &random) {
        case 0..<4:
            var members: [Member] = []
            for name in names.shuffled(using: &random).prefix(Int.random(in: 0..<5, using: &random)) {
                members.append(Member(name: name, value: .random(depth: depth - 1, &random)))
            }
            return .object(members)
        case 4..<7:
            return .array((0..<Int.random(in: 0..<5, using: &random)).map { _ in .random(depth: depth - 1, &random) })
        default: return .scalar(random.pick(scalars))
        }
    }

    /// Changes something somewhere inside.
    mutating func edit(_ random: inout SeededRandom) {
        switch self {
        case .object(var members):
            let position = members.isEmpty ? nil : Int.random(in: 0..<members.count, using: &random)
            switch (Int.random(in: 0..<5, using: &random), position) {
            case (0, let position?): members.remove(at: position)
            case (1...3, let position?): members[position].value.edit(&random)
            default:
                let name = random.pick(Self.names)
                members.removeAll { $0.name == name }
                members.append(Member(name: name, value: .random(depth: 2, &random)))
            }
            self = .object(members)
        case .array(var elements):
            let position = elements.isEmpty ? nil : Int.random(in: 0..<elements.count, using: &random)
            switch (Int.random(in: 0..<6, using: &random), position) {
            case (0, let position?): elements.remove(at: position)
            case (1...2, let position?): elements[position].edit(&random)
            case (3, let position?): elements.swapAt(position, 0)
            case (4, let position?): elements.append(elements[position])
            default:
                elements.insert(
                    .random(depth: 2, &random), at: Int.random(in: 0...elements.count, using: &random))
            }
            self = .array(elements)
        case .scalar: self = .random(depth: 2, &random)
        }
    }

    var text: String {
        switch self {
        case .object(let members):
            "{" + members.map { Self.quoted($0.name) + ":" + $0.value.text }.joined(separator: ",") + "}"
        case .array(let elements): "[" + elements.map(\.text).joined(separator: ",") + "]"
        case .scalar(let text): text
        }
    }

    static func quoted(_ text: String) -> String {
        var bytes: [UInt8] = []
        JSONWriter.appendString(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Operations that make `target` of this.
    func difference(to target: Value, at path: String = "") -> [String] {
        if self == target { return [] }
        switch (self, target) {
        case (.object(let mine), .object(let theirs)):
            var operations: [String] = []
            for member in mine {
                let place = path + "/" + Self.escaped(member.name)
                if let other = theirs.first(where: { $0.name == member.name }) {
                    operations += member.value.difference(to: other.value, at: place)
                } else {
                    operations.append(#"{"op":"remove","path":\#(Self.quoted(place))}"#)
                }
            }
            for member in theirs where !mine.contains(where: { $0.name == member.name }) {
                let place = Self.quoted(path + "/" + Self.escaped(member.name))
                operations.append(#"{"op":"add","path":\#(place),"value":\#(member.value.text)}"#)
            }
            return operations
        case (.array(let mine), .array(let theirs)):
            var operations: [String] = []
            let common = min(mine.count, theirs.count)
            for position in 0..<common {
                operations += mine[position].difference(to: theirs[position], at: path + "/\(position)")
            }
            for position in (common..<mine.count).reversed() {
                operations.append(#"{"op":"remove","path":\#(Self.quoted(path + "/\(position)"))}"#)
            }
            for element in theirs.dropFirst(common) {
                operations.append(#"{"op":"add","path":\#(Self.quoted(path + "/-")),"value":\#(element.text)}"#)
            }
            return operations
        default: return [#"{"op":"replace","path":\#(Self.quoted(path)),"value":\#(target.text)}"#]
        }
    }

    private static func escaped(_ name: String) -> String {
        name.replacing("~", with: "~0").replacing("/", with: "~1")
    }
}

@Suite("JSON Patches made from the difference of two documents")
struct JSONPatchPropertyTests {
    @Test("turn one into the other, digit for digit, and a test finds the two equal")
    func differences() throws {
        var random = SeededRandom(state: 6_902)
        for round in 0..<2_000 {
            let before = Value.random(depth: 4, &random)
            var after = before
            for _ in 0..<Int.random(in: 0..<8, using: &random) { after.edit(&random) }
            var operations = before.difference(to: after)
            operations.append(#"{"op":"test","path":"","value":\#(after.text)}"#)
            let patch = try JSONPatch(JSONDocument.of("[\(operations.joined(separator: ","))]"))
            let result = try patch.apply(to: JSONDocument.of(before.text), protecting: false, pruned: false)
            let same = JSONDocument.semanticallyEqual(try .parse(result), try .of(after.text))
            #expect(same, "round \(round): \(before.text) to \(after.text) gave \(text(result))")
            if !same { return }
        }
    }
}
