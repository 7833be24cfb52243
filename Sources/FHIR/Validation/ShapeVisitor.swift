/// Sees every object of a document with the type that it turned out to have, when all of its members have been walked.
/// What judges resources by more than their shape (invariants, profiles) travels along with the walk by this.
protocol ShapeVisitor {
    /// Whether the walk also judges what depends on other places than an element's own: references, contained
    /// resources, Bundles, and codes that are only recommended.
    static var judgesContent: Bool { get }

    /// Called for every object but companions of primitives, and for primitives on whose element a rule of its own
    /// stands.
    mutating func visit(_ object: VisitedObject)
}

/// An object, or a primitive with rules of its own, and where it stands.
struct VisitedObject {
    /// Tape index of the value.
    let index: Int32
    /// Its type, of `Resource` the concrete one.
    let type: TypeFact
    /// The element that holds it; nil for the outermost resource.
    let element: ElementFact?
    /// Bit n: the element at position n of its type is there, by a value or by a companion.
    let present: UInt64
    /// Tape indexes of the nearest resource around it (or itself), and of the one that contains that.
    let resource: Int32
    let container: Int32
}

struct NoVisitor: ShapeVisitor {
    static var judgesContent: Bool { false }

    @inline(__always)
    mutating func visit(_ object: VisitedObject) {}
}
