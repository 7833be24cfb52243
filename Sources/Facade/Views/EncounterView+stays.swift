import Domain
import FHIR

// Domain → FHIR: what the domain decided about an encounter's way and a bed's status, written into the resource that is
// there. All that the domain does not own stays as it was.

extension Facade {
    /// The encounter with status, period and locations as its movements tell.
    public static func following(_ journey: Journey, in encounter: JSONNode) -> [UInt8] {
        rewriting(
            encounter,
            [
                ("status", { $0.value(journey.status.rawValue) }),
                ("period", journey.period.isEmpty ? nil : { write(journey.period, to: &$0) }),
                (
                    "location",
                    journey.stays.isEmpty
                        ? nil : { json in json.array { json in for stay in journey.stays { write(stay, to: &json) } } }
                ),
            ])
    }

    /// The encounter with one of its stays ended by another party's claim, or open again where that was withdrawn.
    ///
    /// - Parameters:
    ///   - start: when the stay began, microseconds since 1970; nil where nobody said.
    ///   - end: when it ended; nil opens it again.
    public static func stay(
        in bed: LocationID, since start: Int64?, endingAt end: Int64?, in encounter: JSONNode
    ) -> [UInt8] {
        let references = References { _ in nil }
        let entries = Array(encounter.elements("location"))
        let there = entries.indices.filter {
            references.id(entries[$0]["location"], of: .location) == bed.rawValue
        }
        let exact = there.last { entries[$0]["period"]?.period.start?.earliest == start }
        guard let position = exact ?? there.last else { return rewriting(encounter, []) }
        return rewriting(
            encounter,
            [
                (
                    "location",
                    { json in
                        json.array { json in
                            for (index, entry) in entries.enumerated() {
                                if index == position {
                                    json.value(raw: ended(entry, at: end))
                                } else {
                                    json.value(entry)
                                }
                            }
                        }
                    }
                )
            ])
    }

    /// The bed with another operational status.
    public static func status(_ status: BedStatus, in location: JSONNode) -> [UInt8] {
        rewriting(
            location,
            [
                (
                    "operationalStatus",
                    { json in
                        json.object { json in
                            json.member("system", BedStatus.system)
                            json.member("code", status.rawValue)
                            json.member("display", status.display)
                        }
                    }
                )
            ])
    }

    typealias Writing = (inout JSONBuilder) -> Void

    /// An object with some members written anew, in their places or at its end; nil leaves them out.
    static func rewriting(_ object: JSONNode, _ changes: [(String, Writing?)]) -> [UInt8] {
        var json = JSONBuilder(capacity: 1024)
        json.object { json in
            var open = changes
            for (key, value) in object.members {
                let name = key.string
                guard let position = open.firstIndex(where: { $0.0 == name || "_" + $0.0 == name }) else {
                    json.key(name)
                    json.value(value)
                    continue
                }
                guard open[position].0 == name else { continue }
                let (_, writing) = open.remove(at: position)
                guard let writing else { continue }
                json.key(name)
                writing(&json)
            }
            for case (let name, let writing?) in open {
                json.key(name)
                writing(&json)
            }
        }
        return json.bytes
    }

    private static func ended(_ entry: JSONNode, at end: Int64?) -> [UInt8] {
        let start = entry["period"]?["start"]
        return rewriting(
            entry,
            [
                ("status", { $0.value(end == nil ? "active" : "completed") }),
                (
                    "period",
                    start == nil && end == nil
                        ? nil
                        : { json in
                            json.object { json in
                                if let start { json.member("start", start) }
                                if let end { json.member("end", time(Moment(earliest: end, latest: end + 1))) }
                            }
                        }
                ),
            ])
    }

    private static func write(_ stay: LocationStay, to json: inout JSONBuilder) {
        json.object { json in
            json.object("location") { json in
                json.member("reference", stay.location.map { "Location/\($0.rawValue)" } ?? "")
            }
            if let status = stay.status { json.member("status", status.rawValue) }
            if !stay.period.isEmpty {
                json.key("period")
                write(stay.period, to: &json)
            }
        }
    }

    private static func write(_ period: Period, to json: inout JSONBuilder) {
        json.object { json in
            if let start = period.start { json.member("start", time(start)) }
            if let end = period.end { json.member("end", time(end)) }
        }
    }

    /// A dateTime in UTC, to the second where no fraction was told; a day where no more is known.
    private static func time(_ moment: Moment) -> String {
        let text = Instant.format(microseconds: moment.earliest)
        let day: Int64 = 86_400_000_000
        if moment.latest - moment.earliest >= day, moment.earliest % day == 0 { return String(text.prefix(10)) }
        return moment.earliest % 1_000_000 == 0 ? String(text.prefix(19)) + "Z" : text
    }
}

extension Period {
    fileprivate var isEmpty: Bool { start == nil && end == nil }
}
