import FHIR
import Testing

/// The table against R4's JSON Schema, which HL7 makes from the same sources by other means.
@Suite("Facts beside the JSON Schema")
struct FactsSchemaTests {
    @Test(
        "every type has the keys and the arrays of the schema",
        .enabled(if: ReferenceArchive.schema.exists, "needs ../shared/data"))
    func keys() throws {
        let file = try #require(try ReferenceArchive.schema.files().first { $0.name.hasSuffix("fhir.schema.json") })
        let schema = try JSONDocument.parse(file.bytes)
        let definitions = try #require(schema.root["definitions"])
        let types = R4.table.types.filter { $0.kind != .primitive && !$0.isAbstract }
        let names = Self.definitionNames(of: types)
        for (type, name) in zip(types, names) {
            let properties = try #require(definitions[name]?["properties"], "\(type) as \(name)")
            var keys: Set<String> = []
            var arrays: Set<String> = []
            for (key, value) in properties.members {
                let key = key.string
                // `_birthDate` is the companion of a primitive; only resources have a resourceType, but for one element
                // of that name.
                if key.hasPrefix("_") || (key == "resourceType" && type.kind == .resource) { continue }
                // The schema makes every anonymous type a BackboneElement; the structure definitions know better.
                if key == "modifierExtension" && type.kind == .backbone && type.base?.name == "Element" { continue }
                keys.insert(key)
                if value["items"] != nil { arrays.insert(key) }
            }
            #expect(Set(type.elements.flatMap(\.keys)) == keys, "\(type)")
            #expect(Set(type.elements.filter(\.isList).flatMap(\.keys)) == arrays, "\(type)")
        }
    }

    /// `Claim.item.detail` is `Claim_Detail` there, and a second one of that name `Claim_Detail1`.
    private static func definitionNames(of types: [TypeFact]) -> [String] {
        var uses: [String: Int] = [:]
        return types.map { type in
            let parts = type.name.split(separator: ".")
            guard parts.count > 1, let last = parts.last else { return type.name }
            let name = "\(parts[0])_\(last.prefix(1).uppercased())\(last.dropFirst())"
            let use = uses[name, default: 0]
            uses[name] = use + 1
            return use == 0 ? name : "\(name)\(use)"
        }
    }
}
