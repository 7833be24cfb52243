import Synchronization

/// Tells in whose compartments resources are, by what they hold: only the parameters that the compartment's definition
/// names are looked at.
///
/// Source: R4 compartmentdefinition.html.
public final class CompartmentMembership: Sendable {
    public let compartment: Compartment
    private let bases: [[UInt8]]
    /// `Patient/`
    private let mark: [UInt8]
    /// By resource type code − 1; made on demand.
    private let plans = Mutex<[Int16: SearchPlan]>([:])

    /// - Parameter bases: the server's own base urls: absolute references that begin with one are local ones.
    public init(_ compartment: Compartment, bases: [String] = []) {
        self.compartment = compartment
        self.bases = ReferenceTarget.bases(bases)
        mark = Array("\(compartment.resourceType.name)/".utf8)
    }

    /// The types of which some resources can be in such a compartment, in the order of their codes.
    public var types: [ResourceType] {
        ResourceType.all.filter {
            $0 == compartment.resourceType || R4.table.compartment(compartment, mayContain: $0)
        }
    }

    /// The ids of those in whose compartments a resource is.
    ///
    /// - Parameter content: JSON, with or without its id.
    /// - Throws: what is no JSON.
    public func owners(of content: [UInt8], type: ResourceType, id: String) throws(JSONError) -> Set<String> {
        var owners: Set<String> = type == compartment.resourceType ? [id] : []
        // Most that are in none do not name one either.
        guard R4.table.compartment(compartment, mayContain: type), content.holds(mark) else { return owners }
        var collector = SearchCollector(defaultOffset: 0, bases: bases)
        plan(for: type).collect(from: try JSONDocument.parse(content).root, into: &collector)
        for entry in collector.entries {
            if case .reference(.local(compartment.resourceType, let owner, _)) = entry.value { owners.insert(owner) }
        }
        return owners
    }

    private func plan(for type: ResourceType) -> SearchPlan {
        plans.withLock { plans in
            if let plan = plans[type.code] { return plan }
            var builder = SearchPlanBuilder(type: R4.table.type(type))
            for parameter in R4.table.compartmentParameters(compartment, for: type) {
                // What cannot be compiled finds nothing; no parameter of R4's compartments is such a one.
                try? builder.add(parameter)
            }
            let made = builder.finished()
            plans[type.code] = made
            return made
        }
    }
}

extension [UInt8] {
    /// Whether a text stands somewhere in it.
    fileprivate func holds(_ text: [UInt8]) -> Bool {
        guard let first = text.first, count >= text.count else { return false }
        return withUnsafeBufferPointer { bytes in
            let last = bytes.count - text.count
            var index = 0
            while index <= last {
                guard let found = bytes[index...last].firstIndex(of: first) else { return false }
                if bytes[found..<(found + text.count)].elementsEqual(text) { return true }
                index = found + 1
            }
            return false
        }
    }
}
