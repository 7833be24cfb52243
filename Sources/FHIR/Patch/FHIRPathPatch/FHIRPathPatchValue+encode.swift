extension FHIRPathPatchValue {
    /// A value as it stands under a key of FHIR JSON: the value, the companion of a primitive (`_key`), or both.
    struct Encoded: Sendable {
        var key: String
        var value: JSONNode?
        var companion: JSONNode?
    }

    /// The value under the key of an element that may have it.
    ///
    /// - Parameters:
    ///   - element: the element that takes it.
    ///   - type: for a choice, the one of its types that is decided already (`valueQuantity`), if it is.
    func encoded(for element: ElementFact, as type: TypeFact? = nil) throws(Fault) -> Encoded {
        switch self {
        case .typed(let own, let value, let companion):
            let target = try target(of: own, element, type)
            let key = Self.key(element, target)
            guard let kind = target.primitive else {
                guard own.primitive == nil, own.isKind(of: target) || target.isKind(of: own) else {
                    throw mismatch(own.name, element, target)
                }
                guard let value, companion == nil, value.kind == .object else { throw Fault("is no \(own.name)") }
                return Encoded(key: key, value: value)
            }
            if let value {
                let fits: Bool =
                    switch value.kind {
                    case .number: kind.isNumber
                    case .true, .false: kind == .boolean
                    case .string: !kind.isNumber && kind != .boolean
                    case .object, .array, .null: false
                    }
                guard fits else { throw mismatch(own.name, element, target) }
            }
            return Encoded(key: key, value: value, companion: companion)
        case .resource(let resource):
            guard let target = type ?? element.types.first?.type, target.name == "Resource" else {
                throw Fault("is a resource, which \(element.path) cannot hold")
            }
            return Encoded(key: element.name, value: resource)
        case .parts(let parts):
            guard let target = type ?? (element.types.count == 1 ? element.types.first?.type : nil) else {
                throw Fault(
                    "consists of parts, but \(element.path) may have several types; send a value[x] of one of them")
            }
            guard target.primitive == nil, target.kind != .resource else {
                throw Fault("consists of parts, but \(element.path) is a \(target.name)")
            }
            var bytes: [UInt8] = []
            try Self.append(parts, of: target, to: &bytes)
            guard let document = try? JSONDocument.parse(bytes) else { throw Fault("cannot be written as JSON") }
            return Encoded(key: Self.key(element, target), value: document.root)
        }
    }

    /// Which type a value has in an element.
    private func target(of own: TypeFact, _ element: ElementFact, _ chosen: TypeFact?) throws(Fault) -> TypeFact {
        if let chosen { return chosen }
        guard element.isChoice else { return element.types.first?.type ?? own }
        if let exact = element.types.first(where: { $0.type == own }) { return exact.type }
        let names = element.types.map { $0.type.name }.joined(separator: ", ")
        throw Fault("is a \(own.name), but \(element.path) is one of \(names)")
    }

    private func mismatch(_ own: String, _ element: ElementFact, _ target: TypeFact) -> Fault {
        Fault("is a \(own), but \(element.path) is a \(target.name)")
    }

    private static func key(_ element: ElementFact, _ type: TypeFact) -> String {
        element.types.first { $0.type == type }.map { element.key(for: $0) } ?? element.name
    }

    // MARK: Parts

    /// Parts of one element, in the order in which it was first named.
    private struct Member {
        let element: ElementFact
        var values: [Encoded]
    }

    /// Writes parts as an object of a type. Recursion goes as deep as the patch document, at most a hundred levels.
    private static func append(_ parts: [Part], of type: TypeFact, to bytes: inout [UInt8]) throws(Fault) {
        var members: [Member] = []
        for part in parts {
            guard let (element, chosen) = type.element(patched: part.name) else {
                let names = type.elements.map(\.name)
                let hint = NearestName.of(part.name, among: names).map { "; did you mean \($0)?" } ?? ""
                throw Fault("has a part \(part.name.quotedStart), but \(type.name) has no such element\(hint)")
            }
            let value: Encoded
            do throws(Fault) {
                value = try part.value.encoded(for: element, as: chosen)
            } catch {
                throw Fault("has a part \(part.name.quotedStart) that \(error.sentence)")
            }
            if let position = members.firstIndex(where: { $0.element == element }) {
                guard element.isList else {
                    throw Fault("has two parts \(part.name.quotedStart), but \(element.path) occurs once at most")
                }
                members[position].values.append(value)
            } else {
                members.append(Member(element: element, values: [value]))
            }
        }
        guard !members.isEmpty else { throw Fault("has no parts") }
        bytes.append(UInt8(ascii: "{"))
        for member in members { append(member, to: &bytes) }
        bytes.append(UInt8(ascii: "}"))
    }

    private static func append(_ member: Member, to bytes: inout [UInt8]) {
        let key = member.values[0].key
        for (name, nodes) in [(key, member.values.map(\.value)), ("_" + key, member.values.map(\.companion))]
        where nodes.contains(where: { $0 != nil }) {
            if bytes.last != UInt8(ascii: "{") { bytes.append(UInt8(ascii: ",")) }
            JSONWriter.appendString(name, to: &bytes)
            bytes.append(contentsOf: member.element.isList ? ":[".utf8 : ":".utf8)
            for (position, node) in nodes.enumerated() {
                if position > 0 { bytes.append(UInt8(ascii: ",")) }
                if let node { JSONWriter.append(node, to: &bytes) } else { bytes.append(contentsOf: "null".utf8) }
            }
            if member.element.isList { bytes.append(UInt8(ascii: "]")) }
        }
    }
}

extension TypeFact {
    /// The element that a patch names: by its name, for a choice also by that of one type (`valueQuantity`), which then
    /// is decided.
    func element(patched name: String) -> (element: ElementFact, chosen: TypeFact?)? {
        let plain = name.hasSuffix("[x]") ? String(name.dropLast(3)) : name
        if let element = element(plain) { return (element, nil) }
        guard let key = key(plain) else { return nil }
        return (key.element, key.element.isChoice ? key.type : nil)
    }
}
