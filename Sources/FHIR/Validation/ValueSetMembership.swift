/// Whether coded values are in R4's value sets, as memberOf() asks.
public enum ValueSetMembership {
    /// - Parameters:
    ///   - node: a code, string or uri; a Coding or Quantity; or a CodeableConcept, of which one coding will do.
    ///   - url: canonical url of the value set, with or without a version.
    /// - Returns: nil if the value set is not known as a whole, or the node is nothing coded.
    public static func isMember(_ node: FHIRPathNode, of url: String) -> Bool? {
        guard let set = R4.table.valueSet(url), set.isEnumerated, let json = node.json else { return nil }
        return isMember(json, of: set)
    }

    /// The same for a JSON value.
    public static func isMember(_ json: JSONNode, of set: ValueSetFact) -> Bool? {
        if let code = json.string { return set.contains(code) }
        guard json.kind == .object else { return nil }
        if let codings = json["coding"] { return codings.elements.contains { isMember(coding: $0, of: set) } }
        return json["code"]?.string != nil || json["system"] != nil ? isMember(coding: json, of: set) : false
    }

    private static func isMember(coding: JSONNode, of set: ValueSetFact) -> Bool {
        guard let code = coding["code"]?.string, let system = coding["system"]?.string else { return false }
        return set.contains(code, system: system)
    }
}
