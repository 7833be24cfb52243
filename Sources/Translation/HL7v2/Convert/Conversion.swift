import FHIR

/// What a message means: the resources that it speaks of, the movements that it tells, and what was lost on the way.
public struct Conversion: Sendable, Equatable {
    /// In order of dependency: a draft refers only to drafts before it, but for ``Draft/Use/findOnly`` ones, which also
    /// stand before.
    public var drafts: [Draft]
    /// One for a movement event, two for a swap, none for all else.
    public var movements: [Movement]
    public var report: ConversionReport

    public init(drafts: [Draft] = [], movements: [Movement] = [], report: ConversionReport = ConversionReport()) {
        self.drafts = drafts
        self.movements = movements
        self.report = report
    }

    public func draft(_ name: DraftName) -> Draft? { drafts.first { $0.name == name } }

    public func drafts(of type: ResourceType) -> [Draft] { drafts.filter { $0.type == type } }
}
