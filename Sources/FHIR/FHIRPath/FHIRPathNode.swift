/// An element of a JSON document with its R4 type: cheap to copy.
public struct FHIRPathNode: Sendable {
    let document: JSONDocument
    /// Tape indices of the value and of its companion; -1 where there is none.
    let index: Int32
    let companionIndex: Int32
    let typeNumber: UInt16
    let elementNumber: UInt16

    /// A resource; its type is that of its `resourceType`, or `Resource` if R4 does not know it.
    public init(resource: JSONNode) {
        let type = resource["resourceType"]?.withUTF8 { R4.table.type(utf8: $0) }
        self.init(resource, companion: nil, type: type.flatMap { $0 } ?? FHIRPathTypes.resource, element: nil)
    }

    /// An element. Where a primitive has only its companion, give that as both.
    public init(_ node: JSONNode, companion: JSONNode?, type: TypeFact, element: ElementFact?) {
        document = node.document
        companionIndex = companion?.index ?? -1
        index = node.index == companionIndex ? -1 : node.index
        typeNumber = type.number
        elementNumber = element?.number ?? FactTable.none
    }

    init(document: JSONDocument, index: Int32, companion: Int32, type: UInt16, element: UInt16) {
        self.document = document
        self.index = index
        companionIndex = companion
        typeNumber = type
        elementNumber = element
    }

    /// The value; nil for a primitive that has only its companion.
    public var json: JSONNode? { index < 0 ? nil : document.node(at: index) }
    /// What `_birthDate` is to `birthDate`: the id and extensions of a primitive.
    public var companion: JSONNode? { companionIndex < 0 ? nil : document.node(at: companionIndex) }
    public var type: TypeFact { TypeFact(number: typeNumber) }
    /// The element that it is, nil for the outermost resource.
    public var element: ElementFact? {
        elementNumber == FactTable.none ? nil : ElementFact(number: elementNumber)
    }

    /// Where it stands, as OperationOutcome.expression has it: `Patient.name[0].given[1]`.
    public var path: String {
        ShapePath(document: document).expression(of: Int(index < 0 ? companionIndex : index))
    }
}
