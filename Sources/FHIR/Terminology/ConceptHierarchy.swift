/// Which concepts stand below which: a concept may have several above it, and a definition's circles do no harm.
struct ConceptHierarchy: Sendable {
    typealias Place = CodeSystem.Place

    /// For each concept those right above it; empty where no concept has any.
    private let parents: [[Place]]
    private let children: [[Place]]

    init(_ edges: [(child: Place, parent: Place)], count: Int) {
        guard !edges.isEmpty else {
            parents = []
            children = []
            return
        }
        var parents = [[Place]](repeating: [], count: count)
        var children = parents
        for (child, parent) in edges where !parents[Int(child)].contains(parent) {
            parents[Int(child)].append(parent)
            children[Int(parent)].append(child)
        }
        self.parents = parents
        self.children = children
    }

    var isFlat: Bool { parents.isEmpty }

    func parents(of place: Place) -> [Place] { parents.isEmpty ? [] : parents[Int(place)] }

    func children(of place: Place) -> [Place] { children.isEmpty ? [] : children[Int(place)] }

    /// Whether a concept stands somewhere below another, which it is not itself.
    func isBelow(_ place: Place, _ ancestor: Place) -> Bool {
        place != ancestor && above(place).contains(ancestor)
    }

    /// A concept and all above it.
    func above(_ place: Place) -> Set<Place> { closure(place, parents) }

    /// A concept and all below it.
    func below(_ place: Place) -> Set<Place> { closure(place, children) }

    private func closure(_ start: Place, _ next: [[Place]]) -> Set<Place> {
        var found: Set<Place> = [start]
        guard !next.isEmpty else { return found }
        var pending = [start]
        while let place = pending.popLast() {
            for other in next[Int(place)] where found.insert(other).inserted { pending.append(other) }
        }
        return found
    }
}
