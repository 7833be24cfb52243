import FHIR

/// A value that stands in a document at an element of a StructureDefinition.
struct PlacedValue {
    /// The object whose member it is, or in whose list it stands.
    let parent: JSONNode
    /// The member, a list where the element is one.
    let member: JSONNode
    let value: JSONNode
    /// `Patient.name[0].given`, without the value's own position.
    let list: String
    /// `Patient.name[0].given[1]`
    let expression: String
}

extension PlacedValue {
    /// All values at a path of a StructureDefinition, `Observation.component.value[x]`.
    static func all(at path: String, in root: JSONNode) -> [PlacedValue] {
        let names = path.split(separator: ".").map(String.init)
        var current: [(node: JSONNode, expression: String)] = [(root, names[0])]
        var found: [PlacedValue] = []
        for name in names.dropFirst() {
            found = current.flatMap { place in
                member(name, of: place.node).map { values(of: $0, name, in: place.node, place.expression) } ?? []
            }
            current = found.map { ($0.value, $0.expression) }
        }
        return found
    }

    private static func member(_ name: String, of object: JSONNode) -> JSONNode? {
        guard name.hasSuffix("[x]") else { return object[name] }
        let base = String(name.dropLast(3))
        for (key, value) in object.members {
            let key = key.string
            if key.hasPrefix(base), key.dropFirst(base.count).first?.isUppercase == true { return value }
        }
        return nil
    }

    private static func values(
        of member: JSONNode, _ name: String, in parent: JSONNode, _ expression: String
    ) -> [PlacedValue] {
        let list = "\(expression).\(name.hasSuffix("[x]") ? String(name.dropLast(3)) : name)"
        return member.elements.enumerated().map { position, value in
            PlacedValue(
                parent: parent, member: member, value: value, list: list,
                expression: member.kind == .array ? "\(list)[\(position)]" : list)
        }
    }
}

/// A document in which one thing was broken, and where that must be told.
struct ProfileMutant {
    let what: String
    let document: JSONDocument
    /// The places of which one must be named by an error.
    let places: Set<String>

    init(_ what: String, _ edits: JSONEdits, of root: JSONNode, at places: Set<String>) throws {
        self.what = what
        self.places = places
        document = try JSONDocument.parse(JSONWriter.compact(root, edits: edits))
    }
}

/// Breaks what a StructureDefinition asks for, one thing at a time.
struct ProfileMutator {
    let elements: [JSONNode]
    let root: JSONNode

    init(_ definition: JSONNode, _ root: JSONNode) {
        elements = definition["snapshot"]?["element"].map { Array($0.elements) } ?? []
        self.root = root
    }

    /// Leaves out each element that must be there.
    func withoutRequired() throws -> [ProfileMutant] {
        try plainElements { ($0["min"]?.numberText).map { $0 != "0" } ?? false }.flatMap { element, path in
            try places(path).map { place in
                var edits = JSONEdits()
                edits.drop(place.member.index)
                // Its extensions alone would do.
                let name = place.list.split(separator: ".").last.map { "_\($0)" } ?? ""
                if let companion = place.parent[name] { edits.drop(companion.index) }
                // Where nothing is left, that is what R4's own rules complain about.
                var places: Set = [place.list]
                if place.parent.count == 1 {
                    places.insert(place.list.split(separator: ".").dropLast().joined(separator: "."))
                }
                return try ProfileMutant("\(path) is left out", edits, of: root, at: places)
            }
        }
    }

    /// Gives each element that allows fewer values than R4 one more.
    func withTooMany() throws -> [ProfileMutant] {
        try plainElements { $0["max"]?.equals("1") == true && $0["base"]?["max"]?.equals("*") == true }
            .flatMap { element, path in
                try places(path).filter { $0.member.kind == .array }.map { place in
                    let value = String(decoding: JSONWriter.compact(place.value), as: UTF8.self)
                    var edits = JSONEdits()
                    edits.replace(place.member.index, with: Array("[\(value),\(value)]".utf8))
                    return try ProfileMutant("\(path) is doubled", edits, of: root, at: [place.list])
                }
            }
    }

    /// Puts a code that no value set has where a required binding is.
    func withWrongCodes() throws -> [ProfileMutant] {
        try plainElements { $0["binding"]?["strength"]?.equals("required") == true }.flatMap { element, path in
            try PlacedValue.all(at: path, in: root).compactMap { place in
                let codes = place.value.kind == .string ? [place.value] : Self.codes(of: place.value)
                guard !codes.isEmpty else { return nil }
                var edits = JSONEdits()
                for code in codes { edits.replace(code.index, withString: "no-such-code") }
                return try ProfileMutant("\(path) has a wrong code", edits, of: root, at: [place.expression])
            }
        }
    }

    private static func codes(of value: JSONNode) -> [JSONNode] {
        value["coding"]?.elements.compactMap { $0["code"] } ?? value["code"].map { [$0] } ?? []
    }

    /// Changes what is fixed or follows a pattern, also in slices: there the value is of the slice no more.
    func withOtherValues() throws -> [ProfileMutant] {
        var mutants: [ProfileMutant] = []
        for element in elements {
            guard let path = element["path"]?.string, let id = element["id"]?.string,
                element.members.contains(where: {
                    $0.key.string.hasPrefix("fixed") || $0.key.string.hasPrefix("pattern")
                })
            else { continue }
            let isSliced = id.contains(":")
            for place in PlacedValue.all(at: path, in: root) {
                let texts = place.value.kind == .string ? [place.value] : Self.codes(of: place.value)
                guard !texts.isEmpty, !isSliced else { continue }
                var edits = JSONEdits()
                for text in texts { edits.replace(text.index, withString: "no-such-value") }
                mutants.append(
                    try ProfileMutant("\(id) has another value", edits, of: root, at: [place.expression]))
            }
        }
        return mutants
    }

    /// Takes all values of a slice that must be there out of the slice, by changing every code in them.
    func withoutSlices() throws -> [ProfileMutant] {
        var mutants: [ProfileMutant] = []
        for element in elements {
            guard let path = element["path"]?.string, let id = element["id"]?.string, element["sliceName"] != nil,
                element["min"]?.numberText != "0",
                !id.dropLast(element["sliceName"]?.string?.count ?? 0).dropLast().contains(":"),
                !path.hasSuffix("xtension"), !path.hasSuffix("[x]")
            else { continue }
            for (_, places) in Dictionary(grouping: PlacedValue.all(at: path, in: root), by: \.list) {
                var edits = JSONEdits()
                var count = 0
                for place in places {
                    let concept = Self.codes(of: place.value) + (place.value["code"].map(Self.codes) ?? [])
                    for code in concept {
                        edits.replace(code.index, withString: "no-such-value")
                        count += 1
                    }
                }
                guard count > 0 else { continue }
                mutants.append(
                    try ProfileMutant("\(id) is of the slice no more", edits, of: root, at: [places[0].list]))
            }
        }
        return mutants
    }

    // MARK: Elements

    /// The elements outside of slices and extensions that satisfy a condition.
    private func plainElements(_ condition: (JSONNode) -> Bool) -> [(element: JSONNode, path: String)] {
        elements.compactMap { element in
            guard let path = element["path"]?.string, path.contains("."), element["id"]?.string?.contains(":") == false,
                !path.contains("xtension"), condition(element)
            else { return nil }
            return (element, path)
        }
    }

    /// One place for each object that has the element.
    private func places(_ path: String) -> [PlacedValue] {
        var seen: Set<Int32> = []
        return PlacedValue.all(at: path, in: root).filter { seen.insert($0.member.index).inserted }
    }
}
