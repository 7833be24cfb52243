import FHIR
import HL7v2

extension Translation {
    /// What a message means: resources to find or make, movements, and a report of what was lost. Pure: the same message
    /// gives the same conversion.
    ///
    /// ```swift
    /// guard case .parsed(let message, let route, let report) = Translation.receive(bytes).outcome else { … }
    /// let conversion = try Translation.convert(message, route: route, recorded: now, report: report)
    /// for draft in conversion.drafts { … }
    /// ```
    ///
    /// - Parameters:
    ///   - route: what ``receive(_:from:routing:)`` found.
    ///   - recorded: the time that Provenance says, microseconds since 1970.
    ///   - report: what receiving the message had to assume already.
    /// - Throws: ``ConversionRefusal`` where the message does not say of whom or what it speaks.
    public static func convert(
        _ message: Message, route: MessageRoute, sender: SenderSettings = SenderSettings(),
        recorded: Int64, report: ConversionReport = ConversionReport()
    ) throws(ConversionRefusal) -> Conversion {
        var converter = Converter(
            message, route, sender: sender, recordedAt: Instant.format(microseconds: recorded),
            report: report)
        try converter.readTimes()
        switch route.messageCode {
        case "ORU": try converter.convertResults()
        case "ADT" where route.triggerEvent == "A20": try converter.convertBedStatus()
        default: try converter.convertAdmission()
        }
        converter.addProvenance()
        return converter.conversion()
    }
}

extension Converter {
    /// EVN-6 happened, EVN-2 written down, MSH-7 sent: each stands in for the one before.
    fileprivate mutating func readTimes() throws(ConversionRefusal) {
        fields.markAll(0)
        let event = (0..<fields.count).first { fields.name($0) == "EVN" }
        var happened: EventTime?
        var written: EventTime?
        if let event {
            fields.mark(event, 1)
            happened = eventTime(Piece(fields.read(event, 6).repetition(1)))
            written = eventTime(Piece(fields.read(event, 2).repetition(1)))
        }
        let sent = eventTime(Piece(fields.read(0, 7).repetition(1)))
        guard let recorded = written ?? sent ?? happened else {
            throw ConversionRefusal(
                .requiredField, at: Place(segment: "MSH", field: 7),
                "Neither EVN-6, EVN-2 nor MSH-7 says when the event happened; it cannot be put in order.")
        }
        self.recorded = recorded
        occurred = happened ?? recorded
    }

    /// The segments of each patient: a PID and what follows it. What stands before the first PID goes with it.
    func patientGroups() -> [SegmentGroup] {
        var groups: [SegmentGroup] = []
        var current = SegmentGroup()
        for row in 0..<fields.count {
            if fields.name(row) == "PID", current.first("PID") != nil {
                groups.append(current)
                current = SegmentGroup()
            }
            current.add(fields.name(row), row)
        }
        return groups + [current]
    }
}
