/// How the resource that a draft is about is found.
public enum Identity: Sendable, Equatable {
    /// The resource of the draft's type that has any of these. One found: that one. Several found: the message speaks of
    /// more than one resource, which only a person can settle.
    case identifiers([Identifier])
    /// The encounter, going on now, of the patient that another draft names: a mother's, who is known by her number only.
    case currentEncounter(ofPatient: DraftName)
    /// Always made anew.
    case none

    /// A value in a system, to be searched as `identifier=system|value`.
    public struct Identifier: Sendable, Hashable, CustomStringConvertible {
        public var system: String
        public var value: String

        public init(system: String, value: String) {
            self.system = system
            self.value = value
        }

        public var description: String { "\(system)|\(value)" }
    }

    public var identifiers: [Identifier] {
        guard case .identifiers(let list) = self else { return [] }
        return list
    }
}
