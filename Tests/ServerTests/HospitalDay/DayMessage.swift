/// What happened, as somebody in the hospital wrote it down. Times are seconds after the day's midnight, below 0 before it.
struct DayEvent: Sendable {
    /// MSH-9.2: `A01`; `R01` for a result.
    var trigger: String
    /// EVN-6, else EVN-2, else MSH-7.
    var occurred: Int
    /// EVN-2: when it was written down.
    var recorded: Int
    /// None for A20, two for A17.
    var people: [Person] = []
    /// NPU-1 and NPU-2.
    var bedStatus: (bed: Place, status: String)?

    struct Person: Sendable {
        var mrn: String
        /// PID-5.1 as it was known then.
        var family: String
        /// PID-21, of a newborn.
        var mother: String?
        /// PV1-19; nil where no visit is spoken of.
        var visit: String?
        /// PV1-2
        var patientClass = "I"
        /// PV1-3 and PV1-6.
        var place: Place?
        var prior: Place?
    }
}

/// An event on its way: the same control id twice is a message that was repeated.
struct DayMessage: Sendable {
    let control: String
    let event: DayEvent
    /// MSH-7, which engines stamp anew.
    var stamped: Int
    /// When it comes in.
    var arrival: Int

    /// Whose order of messages must stand: the patient's, a newborn's with the mother's, or housekeeping's.
    var thread: String { event.people.first.map { $0.mother ?? $0.mrn } ?? "housekeeping" }
    /// The beds it speaks of.
    var beds: [Place] {
        (event.people.flatMap { [$0.place, $0.prior] } + [event.bedStatus?.bed]).compactMap { $0 }
    }

    var text: String {
        let event = self.event
        var segments = [header]
        if event.trigger != "R01" {
            let occurred = event.occurred == event.recorded ? "" : Self.time(event.occurred)
            segments.append("EVN|\(event.trigger)|\(Self.time(event.recorded))||||\(occurred)")
        }
        if let (bed, status) = event.bedStatus { segments.append("NPU|\(bed.pl)|\(status)") }
        for person in event.people {
            let mother = person.mother.map { "\($0)^^^\(Hospital.facility)^MR" } ?? ""
            segments.append(
                "PID|1||\(person.mrn)^^^\(Hospital.facility)^MR||\(person.family)^Kim||19700101|F"
                    + "|||||||||||||\(mother)")
            if let visit = person.visit {
                segments.append(
                    "PV1|1|\(person.patientClass)|\(person.place?.pl ?? "")|||\(person.prior?.pl ?? "")"
                        + "|||||||||||||\(visit)^^^\(Hospital.facility)^VN")
            }
        }
        if event.trigger == "R01" { segments += result }
        return segments.joined(separator: "\r") + "\r"
    }

    private var header: String {
        let (application, code) =
            switch event.trigger {
            case "R01": ("LAB", "ORU")
            case "A20": ("HOUSEKEEPING", "ADT")
            default: ("HIS", "ADT")
            }
        return "MSH|^~\\&|\(application)|\(Hospital.facility)|MC|\(Hospital.facility)|\(Self.time(stamped))||"
            + "\(code)^\(event.trigger)|\(control)|P|2.5.1"
    }

    private var result: [String] {
        let time = Self.time(event.occurred)
        return [
            "OBR|1|O\(control)^HIS|F\(control)^LAB|718-7^Hemoglobin^LN|||\(time)|||||||||||||||\(time)||HM|F",
            "OBX|1|NM|718-7^Hemoglobin^LN||12.\(event.occurred.magnitude % 10)|g/dL^g/dL^UCUM|12.0-16.0|N|||F|||\(time)",
        ]
    }

    /// YYYYMMDDHHMMSS; the day is the tenth of March 2026.
    private static func time(_ second: Int) -> String {
        let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
        let day = second >= 0 ? second / 86_400 : (second + 1) / 86_400 - 1
        let rest = second - day * 86_400
        return "202603\(two(10 + day))\(two(rest / 3600))\(two(rest / 60 % 60))\(two(rest % 60))"
    }
}
