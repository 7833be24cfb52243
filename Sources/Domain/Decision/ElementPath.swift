/// The place of an element within what was sent, `location[0].period`: names of the subject, positions from 0.
public struct ElementPath: Sendable, Hashable, CustomStringConvertible {
    public struct Step: Sendable, Hashable {
        public var name: String
        public var position: Int?
    }

    public var steps: [Step]

    public init(_ name: String, _ position: Int? = nil) {
        steps = [Step(name: name, position: position)]
    }

    /// An element within this one.
    public func appending(_ name: String, _ position: Int? = nil) -> ElementPath {
        var element = self
        element.steps.append(Step(name: name, position: position))
        return element
    }

    public var description: String {
        steps.map { step in step.position.map { "\(step.name)[\($0)]" } ?? step.name }.joined(separator: ".")
    }
}
