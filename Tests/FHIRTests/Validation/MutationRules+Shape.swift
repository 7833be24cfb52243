import FHIR

extension MutationRule {
    /// Names, arrays, kinds of values.
    static let shape: [MutationRule] = [
        MutationRule("a required element is removed") { site in
            guard let element = site.element, element.minimum > 0, site.node.index == site.member.elements.first?.index
            else { return nil }
            // The companion of a primitive would stand for it.
            guard site.object?["_" + (site.key?.string ?? "")] == nil else { return nil }
            return site.dropped(at: site.memberExpression)
        },
        MutationRule("resourceType is removed") { site in
            site.isResource
                ? site.dropping("resourceType", at: site.object == nil ? "Resource" : site.expression) : nil
        },
        MutationRule("resourceType is misspelt") { site in
            guard site.isResource, let type = site.node["resourceType"]?.string else { return nil }
            let place = site.object == nil ? "Resource" : site.expression
            return site.setting("resourceType", "\"\(type)s\"", at: place + ".resourceType")
        },
        MutationRule("an element is misspelt") { site in
            guard let key = site.key?.string else { return nil }
            return site.renamed(to: key + "x", at: "\(site.parent).\(key)x")
        },
        MutationRule("an element of another case") { site in
            guard let key = site.key?.string else { return nil }
            let name = key.prefix(1).uppercased() + key.dropFirst()
            return site.renamed(to: name, at: "\(site.parent).\(name)")
        },
        MutationRule("an element of another type") { site in
            site.isResource ? site.adding(#""shoeSize":44"#, at: site.expression + ".shoeSize") : nil
        },
        MutationRule("a scalar is doubled") { site in
            guard site.element != nil, !site.isList else { return nil }
            let text = site.source(site.node)
            return site.replaced(by: "[\(text),\(text)]")
        },
        MutationRule("a scalar in brackets") { site in
            guard site.element != nil, !site.isList else { return nil }
            return site.replaced(by: "[\(site.source(site.node))]")
        },
        MutationRule("a list without brackets") { site in
            site.isList ? site.replacingMember(by: site.source(site.node)) : nil
        },
        MutationRule("a list in a list") { site in
            site.isList && site.type.primitive == nil ? site.replaced(by: "[\(site.source(site.node))]") : nil
        },
        MutationRule("an empty list") { site in
            site.isList && site.object?["_" + (site.key?.string ?? "")] == nil ? site.replacingMember(by: "[]") : nil
        },
        MutationRule("an empty object") { site in
            site.element != nil && site.type.primitive == nil && site.type.kind != .resource
                ? site.replaced(by: "{}") : nil
        },
        MutationRule("an id alone") { site in
            site.element != nil && site.type.primitive == nil && site.type.kind != .resource
                ? site.replaced(by: #"{"id":"a"}"#) : nil
        },
        MutationRule("an empty string") { site in
            site.node.kind == .string && site.element != nil ? site.replaced(by: #""""#) : nil
        },
        MutationRule("a stray null") { site in
            site.element != nil && !site.isList ? site.replaced(by: "null") : nil
        },
        MutationRule("null in a list") { site in
            guard site.isList, site.object?["_" + (site.key?.string ?? "")] == nil else { return nil }
            return site.replacingMember(
                by: "[\(site.member.elements.map { site.source($0) }.joined(separator: ",")),null]",
                at: "\(site.memberExpression)[\(site.member.count)]")
        },
        MutationRule("a primitive as an object") { site in
            site.type.primitive != nil ? site.replaced(by: "{\"value\":\(site.source(site.node))}") : nil
        },
        MutationRule("an object as a string") { site in
            site.element != nil && site.type.primitive == nil ? site.replaced(by: #""text""#) : nil
        },
        MutationRule("an object as a number") { site in
            site.element != nil && site.type.primitive == nil ? site.replaced(by: "7") : nil
        },
        MutationRule("a number as a string") { site in
            site.node.kind == .number ? site.replaced(by: "\"\(site.source(site.node))\"") : nil
        },
        MutationRule("a string as a number") { site in
            site.node.kind == .string && site.element != nil ? site.replaced(by: "1") : nil
        },
        MutationRule("a boolean as a string") { site in
            site.node.bool.flatMap { site.replaced(by: "\"\($0)\"") }
        },
        MutationRule("a string as a boolean") { site in
            site.node.kind == .string && site.element != nil ? site.replaced(by: "true") : nil
        },
        MutationRule("a second type of a choice") { site in
            guard let element = site.element, element.isChoice, let object = site.object else { return nil }
            let keys: [(String, String)] = [("Boolean", "true"), ("String", "\"a\""), ("DateTime", "\"2020\"")]
            let others = keys.filter {
                element.keys.contains(element.name + $0.0) && object[element.name + $0.0] == nil
            }
            guard let other = others.first, let text = site.key?.string else { return nil }
            return site.replacedMember(
                with: "\"\(text)\":\(site.source(site.member)),\"\(element.name)\(other.0)\":\(other.1)")
        },
        MutationRule("a choice without its type") { site in
            guard let element = site.element, element.isChoice else { return nil }
            return site.renamed(to: element.name, at: "\(site.parent).\(element.name)")
        },
        MutationRule("a companion of what is no primitive") { site in
            guard site.element != nil, site.type.primitive == nil, let key = site.key?.string else { return nil }
            return site.replacedMember(with: "\"\(key)\":\(site.source(site.member)),\"_\(key)\":{\"id\":\"a\"}")
        },
        MutationRule("a companion that is a list") { site in
            guard site.type.primitive != nil, !site.isList, let key = site.key?.string, site.object?["_" + key] == nil
            else { return nil }
            return site.replacedMember(
                with: "\"\(key)\":\(site.source(site.member)),\"_\(key)\":[{\"id\":\"a\"}]")
        },
        MutationRule("a companion with a value") { site in
            guard site.type.primitive != nil, !site.isList, let key = site.key?.string, site.object?["_" + key] == nil
            else { return nil }
            return site.replacedMember(
                with: "\"\(key)\":\(site.source(site.member)),\"_\(key)\":{\"value\":\"a\"}",
                at: site.expression + ".value")
        },
        MutationRule("a comparator in a simple quantity") { site in
            guard site.reference?.profile?.hasSuffix("SimpleQuantity") == true, site.node["comparator"] == nil else {
                return nil
            }
            return site.adding(#""comparator":"<""#, at: site.expression + ".comparator")
        },
        MutationRule("an element's id with a space") { site in
            guard site.element != nil, site.type.primitive == nil, site.type.kind != .resource, site.node["id"] == nil
            else { return nil }
            return site.adding(#""id":"a b""#, at: site.expression + ".id")
        },
    ]
}

extension MutationSite {
    /// The whole member, name included, replaced by another text.
    func replacedMember(with text: String, at place: String? = nil) -> Mutant? {
        guard let key else { return nil }
        var bytes = document.bytes
        bytes.replaceSubrange(key.sourceRange.lowerBound..<member.sourceRange.upperBound, with: text.utf8)
        return Mutant(bytes: bytes, expression: place ?? memberExpression)
    }
}
