/// Numbers that the walk compares with at every object, looked up once.
struct ShapeTypes: Sendable {
    let resource = number("Resource")
    let domainResource = number("DomainResource")
    let reference = number("Reference")
    let coding = number("Coding")
    let quantity = number("Quantity")
    let codeableConcept = number("CodeableConcept")
    let `extension` = number("Extension")
    /// The bits of Extension.value and Extension.extension.
    let extensionValue = bit("Extension", "value")
    let extensionExtension = bit("Extension", "extension")
    /// The list of rules of an element on which `ele-1` alone stands, as most.
    let plainInvariants: UInt32

    static let known = ShapeTypes()

    private init() {
        plainInvariants = R4.table.type("HumanName")?.element("family")?.record.invariants ?? 0
    }

    private static func bit(_ type: String, _ element: String) -> UInt64 {
        R4.table.type(type)?.element(element).map { 1 << UInt64($0.position) } ?? 0
    }

    private static func number(_ name: String) -> UInt16 { R4.table.type(name)?.number ?? FactTable.none }
}
