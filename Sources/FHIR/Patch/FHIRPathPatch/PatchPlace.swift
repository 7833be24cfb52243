/// Where an element stands in a resource, by its tape index found anew from the root, with the types on the way.
struct PatchPlace: Sendable {
    /// The object that has the element as a member; nil for the resource itself.
    let owner: [[UInt8]]?
    /// The name without the underscore of companions; empty for the resource itself.
    let key: String
    /// The place in the list, if it is in one.
    let index: Int?
    /// The type of the object that has it, and which of its elements it is; nil where R4 knows none.
    let ownerType: TypeFact?
    let element: ElementKey?
    /// The type of what stands there.
    let type: TypeFact?

    init(of node: Int32, in document: JSONDocument) {
        var owner: [[UInt8]]?
        var path: [[UInt8]] = []
        var key = ""
        var index: Int?
        var ownerType: TypeFact?
        var element: ElementKey?
        var type = Self.resourceType(of: document.root)
        var current = document.root
        while current.index != node {
            if current.kind == .object {
                guard let (name, child) = current.members.first(where: { node < $0.value.endIndex }) else { break }
                owner = path
                ownerType = type
                let text = name.string
                key = text.hasPrefix("_") ? String(text.dropFirst()) : text
                index = nil
                path.append(Array(text.utf8))
                element = type?.key(key)
                type = element?.type
                current = child
            } else {
                var position = 0
                var found: JSONNode?
                for child in current.elements {
                    if node < child.endIndex {
                        found = child
                        break
                    }
                    position += 1
                }
                guard let found else { break }
                index = position
                path.append(Array(String(position).utf8))
                current = found
            }
            if type?.name == "Resource" { type = Self.resourceType(of: current) ?? type }
        }
        self.owner = owner
        self.key = key
        self.index = index
        self.ownerType = ownerType
        self.element = element
        self.type = type
    }

    private static func resourceType(of node: JSONNode) -> TypeFact? {
        node["resourceType"]?.string.flatMap { ResourceType($0) }.map { R4.table.type($0) }
    }

    var isRoot: Bool { owner == nil }

    /// The way to the values (`given`) or companions (`_given`) of the element, all of them where it is a list.
    func member(companion: Bool = false) -> [[UInt8]] {
        guard let owner else { return [] }
        return owner + [Array(((companion ? "_" : "") + key).utf8)]
    }

    /// The way to it.
    var path: [[UInt8]] { member() + (index.map { [Array(String($0).utf8)] } ?? []) }
}
