import FHIR

/// A piece of a resource while it is put together: JSON's shapes, with numbers kept as text so that no decimal loses a
/// digit, and members in order.
public enum FHIRValue: Sendable, Equatable {
    case string(String)
    /// As written: `98.00`
    case number(String)
    case boolean(Bool)
    case null
    case list([FHIRValue])
    case object([Member])

    public struct Member: Sendable, Equatable {
        public var name: String
        public var value: FHIRValue

        public init(_ name: String, _ value: FHIRValue) {
            self.name = name
            self.value = value
        }
    }

    /// An object of the members that have a value; nil if none has.
    static func object(of pairs: KeyValuePairs<String, FHIRValue?>) -> FHIRValue? {
        var members: [Member] = []
        members.reserveCapacity(pairs.count)
        for (name, value) in pairs {
            if let value { members.append(Member(name, value)) }
        }
        return members.isEmpty ? nil : .object(members)
    }

    /// A string, or nil where there is none or it is blank: FHIR has no empty strings (R4 §2.24.0.1).
    static func text(_ text: String?) -> FHIRValue? {
        guard let text, text.utf8.contains(where: { $0 > 0x20 }) else { return nil }
        return .string(text)
    }

    /// A list, or nil where it would be empty.
    static func list(ifAny values: [FHIRValue]) -> FHIRValue? { values.isEmpty ? nil : .list(values) }

    /// The member of that name, if this is an object that has one.
    public subscript(_ name: String) -> FHIRValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    public var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The elements of a list; anything else is its own only element.
    public var elements: [FHIRValue] {
        guard case .list(let elements) = self else { return [self] }
        return elements
    }

    /// Whether both say the same: the order of members does not count, that of elements does. A time is the same in any
    /// zone.
    public func isSame(as other: FHIRValue) -> Bool {
        switch (self, other) {
        case (.list(let a), .list(let b)):
            return a.count == b.count && zip(a, b).allSatisfy { $0.isSame(as: $1) }
        case (.object(let a), .object(let b)):
            return a.count == b.count
                && a.allSatisfy { member in
                    guard let twin = other[member.name] else { return false }
                    return member.value.isSame(as: twin)
                }
        case (.string(let a), .string(let b)): return a == b || Self.isSameTime(a, b)
        default: return self == other
        }
    }

    /// Whether two texts are one moment, said with the same precision in two zones.
    private static func isSameTime(_ a: String, _ b: String) -> Bool {
        guard isDateTime(a), isDateTime(b), let first = DateRange(fhir: a), let second = DateRange(fhir: b) else {
            return false
        }
        return first == second
    }

    /// `2026-03-01T12:00:00Z` and the like: what has a time, and so a zone.
    private static func isDateTime(_ text: String) -> Bool {
        let bytes = text.utf8
        guard bytes.count >= 20, bytes.count <= 40 else { return false }
        return bytes.dropFirst(4).first == UInt8(ascii: "-") && bytes.dropFirst(10).first == UInt8(ascii: "T")
    }

    /// Adds a member to an object, or puts a value in place of the one it has.
    mutating func set(_ name: String, _ value: FHIRValue) {
        guard case .object(var members) = self else { return self = .object([Member(name, value)]) }
        if let index = members.firstIndex(where: { $0.name == name }) {
            members[index].value = value
        } else {
            members.append(Member(name, value))
        }
        self = .object(members)
    }

    mutating func remove(_ name: String) {
        guard case .object(var members) = self else { return }
        members.removeAll { $0.name == name }
        self = .object(members)
    }
}

extension FHIRValue: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self = .string(value) }
}
