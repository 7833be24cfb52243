/// Whether a document has the shape that R4 gives its type: known elements with values of their types, in the numbers
/// that are allowed, with codes where R4 requires them. ``ResourceValidator`` judges all the rest too.
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
