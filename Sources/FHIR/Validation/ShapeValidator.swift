/// Whether a document has the shape that R4 gives its type: known elements with values of their types, in the numbers
/// that are allowed, with codes where R4 requires them. It judges every write; invariants and profiles come after it.
///
/// A well-formed document costs one walk over its tape, and memory only for the walk itself.
public struct ShapeValidator: Sendable {
    /// How many findings are listed; the rest are counted.
    public static let limit = 100

    /// - Parameters:
    ///   - document: the resource.
    ///   - expected: the type that it must be of, where the request says so.
    /// - Returns: the type that the resource says it has, if R4 knows it, and all findings in the order of the document.
    ///   Beyond a hundred, the last issue says how many more there are.
    public static func validate(
        _ document: JSONDocument, as expected: ResourceType? = nil
    ) -> (type: ResourceType?, issues: [Issue]) {
        document.bytes.withUnsafeBufferPointer { text in
            var walk = ShapeWalk(document: document, text: text, visitor: NoVisitor())
            let type = walk.checkResource(0, place: .outermost, expected: expected)
            return (type, walk.findings.issues)
        }
    }
}

/// Sees every object of a document with the type that it turned out to have, parents first. What judges resources by
/// more than their shape (invariants, profiles) travels along with the walk by this.
protocol ShapeVisitor {
    /// - Parameters:
    ///   - object: tape index of the object.
    ///   - type: its type, of `Resource` the concrete one.
    ///   - element: the element that holds it; nil for the outermost resource.
    mutating func visit(object: Int32, type: TypeFact, element: ElementFact?)
}

struct NoVisitor: ShapeVisitor {
    @inline(__always)
    mutating func visit(object: Int32, type: TypeFact, element: ElementFact?) {}
}
