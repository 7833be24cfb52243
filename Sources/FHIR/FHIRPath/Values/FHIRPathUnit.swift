/// Units of quantities.
enum FHIRPathUnit {
    /// UCUM's unity.
    nonisolated(unsafe) static let one: UnsafeBufferPointer<UInt8> = {
        // Static strings lie in the binary and are never freed.
        let text: StaticString = "1"
        return UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }()
}
enum FHIRPathQuantity {
    static func areEqual(_ a: FHIRPathValue, _ b: FHIRPathValue) -> FHIRPathTruth { .unknown }
    static func areEquivalent(_ a: FHIRPathValue, _ b: FHIRPathValue) -> Bool { false }
    static func order(_ a: FHIRPathValue, _ b: FHIRPathValue) -> FHIRPathTemporal.Order { .unknown }
}
struct FHIRPathPattern {}
extension FHIRPathQuantity {
    static func sum(_ a: FHIRPathValue, _ b: FHIRPathValue, isNegated: Bool) -> FHIRPathValue? { nil }
    static func product(_ a: FHIRPathValue, _ b: FHIRPathValue, isInverse: Bool, _ e: FHIRPathEvaluator) throws(FHIRPathError) -> FHIRPathValue? { nil }
}
extension FHIRPathTemporal {
    func adding(_ quantity: FHIRPathValue, isNegated: Bool) throws(FHIRPathError) -> FHIRPathTemporal? { nil }
}
