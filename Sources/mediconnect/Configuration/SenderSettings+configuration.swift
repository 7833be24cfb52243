import HL7v2
import Translation

extension SenderSettings {
    /// A sender of the configuration file; nil where it does not say which one it is about.
    ///
    /// - zone: for times without an offset, unless the sender has one of its own.
    init?(_ section: inout ConfigurationSection, zone: TimeZoneSetting, maps: MapFiles) {
        let standard = SenderSettings()
        let pattern = section.required("pattern", .pattern)
        self.init(
            pattern: pattern ?? .any, defaults: SenderDefaults(&section),
            authorities: section.pairs("authorities", .uri),
            patientAuthorities: section.values("patient-authorities", .text) ?? [],
            visitAuthorities: section.values("visit-authorities", .text) ?? [],
            zone: section.value("zone", .zone) ?? zone,
            replacedIdentifierSystems: Set(section.values("replaced-identifier-systems", .uri) ?? []),
            sharedLocations: Set(section.values("shared-locations", .text) ?? []),
            refusals: Refusals(&section),
            controlIDWindow: section.value("control-id-window", .wholeNumber(0...31_536_000, "seconds"))
                ?? standard.controlIDWindow,
            maps: maps.maps(section.placedValues("maps", .text) ?? []) { [section] in section.fault($0, at: $1) })
        section.finish()
        if pattern == nil { return nil }
    }
}

extension SenderSettings.Refusals {
    fileprivate init(_ sender: inout ConfigurationSection) {
        var section = sender.section("refuse")
        self.init(
            reusedControlID: section.value("reused-control-id", .truth) ?? false,
            bedConflict: section.value("bed-conflict", .truth) ?? false)
        section.finish()
    }
}

extension SenderDefaults {
    fileprivate init(_ sender: inout ConfigurationSection) {
        let standard = SenderDefaults()
        var characters = sender.section("character-set")
        var limits = sender.section("limits")
        self.init(
            characters: CharacterSetPolicy(
                fallback: characters.value("default", .characterSet) ?? standard.characters.fallback,
                ignoresHeader: characters.value("ignores-header", .truth) ?? standard.characters.ignoresHeader),
            acknowledgementType: sender.value(
                "acknowledgement-type", .choice([("by-version", .byVersion), ("short", .short)]))
                ?? standard.acknowledgementType,
            limits: MessageLimits(
                maximumBytes: limits.value(
                    "maximum-bytes", .wholeNumber(1...MessageLimits.default.maximumBytes, "bytes"))
                    ?? standard.limits.maximumBytes,
                maximumSegments: limits.value("maximum-segments", .wholeNumber(1...Int(Int32.max)))
                    ?? standard.limits.maximumSegments))
        characters.finish()
        limits.finish()
    }
}
