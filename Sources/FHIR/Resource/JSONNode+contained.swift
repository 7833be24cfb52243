extension JSONNode {
    /// The resources that a resource contains, each with its place among the elements of `contained`; what is of no type
    /// that R4 has is left out.
    public var contained: [(position: Int, type: ResourceType, node: JSONNode)] {
        guard let list = self["contained"] else { return [] }
        return list.elements.enumerated().compactMap { position, node in
            node["resourceType"]?.string.flatMap { ResourceType($0) }.map { (position, $0, node) }
        }
    }
}
