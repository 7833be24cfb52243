import Domain
import FHIR

/// BedConflict ↔ Task (R4 task.html): what a person has to resolve stands where people look for what there is to do.
extension Facade {
    /// The system of the identifiers by which conflicts are told apart.
    public static let conflictSystem = "urn:mediconnect:bed-conflict"
    /// The system of the code that says what such a Task is about.
    public static let taskSystem = "urn:mediconnect:task"

    /// The same for the same conflict, however often it is met.
    public static func name(of conflict: BedConflict) -> String {
        switch conflict {
        case .twoParties(let bed, let winner, let since, let loser, _):
            "two-parties|\(bed.rawValue)|\(winner.rawValue)|\(loser.rawValue)|\(since)"
        case .statusContradicts(let bed, let status, let occupant):
            "status-contradicts|\(bed.rawValue)|\(status.rawValue)|\(occupant.rawValue)"
        case .notInService(let bed, let status, let occupant):
            "not-in-service|\(bed.rawValue)|\(status.rawValue)|\(occupant.rawValue)"
        case .noLongerABed(let bed, let occupant): "no-longer-a-bed|\(bed.rawValue)|\(occupant.rawValue)"
        }
    }

    /// What to tell whoever resolves it, or sent the message that showed it.
    public static func sentence(about conflict: BedConflict) -> String {
        switch conflict {
        case .twoParties(let bed, let winner, _, let loser, _):
            "Location/\(bed.rawValue) was claimed by Encounter/\(winner.rawValue) while Encounter/\(loser.rawValue) "
                + "held it: the earlier stay was ended. Find out where that patient is."
        case .statusContradicts(let bed, let status, let occupant):
            "Location/\(bed.rawValue) was reported as \(status.display.lowercased()) although Encounter/"
                + "\(occupant.rawValue) is in it: the patient stays. Find out which is right."
        case .notInService(let bed, let status, let occupant):
            "Location/\(bed.rawValue) is \(status.rawValue) although Encounter/\(occupant.rawValue) is in it. Move the "
                + "patient or put the bed back into service."
        case .noLongerABed(let bed, let occupant):
            "Location/\(bed.rawValue) is no bed any more although Encounter/\(occupant.rawValue) is in it."
        }
    }

    /// An open Task for it.
    ///
    /// - Parameter now: microseconds since 1970 UTC.
    public static func task(for conflict: BedConflict, at now: Int64) -> [UInt8] {
        var json = JSONBuilder(capacity: 1024)
        json.object { json in
            json.member("resourceType", "Task")
            json.array("identifier") { json in
                json.object { json in
                    json.member("system", conflictSystem)
                    json.member("value", name(of: conflict))
                }
            }
            json.member("status", "requested")
            json.member("intent", "order")
            json.object("code") { json in
                json.array("coding") { json in
                    json.object { json in
                        json.member("system", taskSystem)
                        json.member("code", "bed-conflict")
                        json.member("display", "Bed conflict")
                    }
                }
            }
            json.member("description", sentence(about: conflict))
            json.object("focus") { $0.member("reference", "Location/\(conflict.bed.rawValue)") }
            json.object("encounter") { $0.member("reference", "Encounter/\(encounter(of: conflict).rawValue)") }
            json.member("authoredOn", Instant.format(microseconds: now))
        }
        return json.bytes
    }

    /// Whether a person has still to look at a Task.
    public static func isOpenTask(_ content: [UInt8]) -> Bool {
        let root = try? JSONDocument.parse(content, limits: JSONLimits(maximumBytes: .max)).root
        switch root?["status"]?.string {
        case "completed", "cancelled", "rejected", "failed", "entered-in-error", nil: return false
        default: return true
        }
    }

    /// The Task of a conflict that is none any more.
    public static func settled(_ task: JSONNode) -> [UInt8] {
        rewriting(
            task,
            [
                ("status", { $0.value("cancelled") }),
                (
                    "statusReason",
                    { $0.object { $0.member("text", "What came in since then has settled it.") } }
                ),
            ])
    }

    private static func encounter(of conflict: BedConflict) -> EncounterID {
        switch conflict {
        case .twoParties(_, _, _, let loser, _): loser
        case .statusContradicts(_, _, let occupant), .notInService(_, _, let occupant),
            .noLongerABed(_, let occupant):
            occupant
        }
    }
}
