import HL7v2

/// What is known about a sender beside what it says. A value of the configuration; everything has a default.
public struct SenderSettings: Sendable, Equatable {
    public var pattern: SenderPattern
    /// Character set, form of the acknowledgement, limits: what is needed before a message is understood.
    public var defaults: SenderDefaults
    /// Assigning authorities by the namespace (CX-4.1) or universal id (CX-4.2) that the sender writes → system URI.
    public var authorities: [String: String]
    /// The authorities, as the sender writes them or as URIs, whose numbers find patients, in any PID-3 repetition. Empty:
    /// the first repetition of type MR or MRN, else the first one, with a line in the report.
    public var patientAuthorities: [String]
    /// The authorities whose numbers find visits where PV1-19 has several. Empty: whatever PV1-19 says.
    public var visitAuthorities: [String]
    /// How times without an offset are read.
    public var zone: TimeZoneSetting
    /// Systems of which a patient has one number only: a new one takes the place of the old.
    public var replacedIdentifierSystems: Set<String>
    /// Point of care, room or bed names that are placeholders and hold any number: `WAIT`, `HALL`. Compared without
    /// regard to case.
    public var sharedLocations: Set<String>
    public var refusals: Refusals
    /// How long a control id is not used again for another message, in seconds.
    public var controlIDWindow: Int
    /// The standard maps with what the sender needs laid over them. Whoever loads the configuration reads the files; senders
    /// with the same files share one set.
    public var maps: MapSet

    /// What is refused that would otherwise be applied with a warning.
    public struct Refusals: Sendable, Equatable {
        /// A control id that comes again with another body within the window: AR 205.
        public var reusedControlID = false
        /// A bed that somebody else claims: AE.
        public var bedConflict = false

        public init(reusedControlID: Bool = false, bedConflict: Bool = false) {
            self.reusedControlID = reusedControlID
            self.bedConflict = bedConflict
        }
    }

    public init(
        pattern: SenderPattern = .any, defaults: SenderDefaults = SenderDefaults(), authorities: [String: String] = [:],
        patientAuthorities: [String] = [], visitAuthorities: [String] = [], zone: TimeZoneSetting = .utc,
        replacedIdentifierSystems: Set<String> = [], sharedLocations: Set<String> = [],
        refusals: Refusals = Refusals(), controlIDWindow: Int = 86_400, maps: MapSet = .standard
    ) {
        self.pattern = pattern
        self.defaults = defaults
        self.authorities = authorities
        self.patientAuthorities = patientAuthorities
        self.visitAuthorities = visitAuthorities
        self.zone = zone
        self.replacedIdentifierSystems = replacedIdentifierSystems
        self.sharedLocations = Set(sharedLocations.map { $0.uppercased() })
        self.refusals = refusals
        self.controlIDWindow = controlIDWindow
        self.maps = maps
    }

    /// Whether a name of a bed, room or point of care is a placeholder.
    func isShared(_ name: String) -> Bool {
        !sharedLocations.isEmpty && sharedLocations.contains(name.uppercased())
    }
}

extension Array<SenderSettings> {
    /// The settings for a message: those whose pattern says most about its sender; the last of equals.
    public func settings(for header: Header) -> SenderSettings? {
        var best: SenderSettings?
        for settings in self where settings.pattern.matches(header) {
            if let found = best, found.pattern.weight > settings.pattern.weight { continue }
            best = settings
        }
        return best
    }
}
