/// What is said at the end.
struct LoadSummary {
    let snapshot: LoadTally.Snapshot
    let files: Int
    let elapsed: Duration
    /// Files that were left out because of their names.
    var ignored = 0
    /// Why the loading ended before everything was sent.
    var stopped: String?

    /// The most failures that are shown.
    private static let shown = 20

    var succeeded: Bool {
        stopped == nil && snapshot.failures.isEmpty && snapshot.moreFailures == 0 && snapshot.unknown.isEmpty
    }

    var text: String {
        var lines = [headline]
        lines += types
        lines += failures
        lines += doubts
        if !snapshot.passedOver.isEmpty {
            lines.append("Passed over, no FHIR resource: " + Self.some(snapshot.passedOver))
        }
        if ignored > 0 {
            lines.append("Left out because of their names: \(LoadFigures.count(ignored, "file"))")
        }
        if let stopped {
            lines.append("Stopped: \(stopped)")
            if snapshot.resources > 0 || !snapshot.unknown.isEmpty {
                lines.append(
                    "Running it again sends all of it again: harmless for what has an id (PUT) or an ifNoneExist;")
                lines.append("whatever else has been loaded would be there twice.")
            }
        }
        return lines.joined(separator: "\n")
    }

    private var headline: String {
        let read = snapshot.files < files ? "\(LoadFigures.number(snapshot.files)) of " : ""
        let rate = LoadFigures.perSecond(snapshot.resources, in: elapsed)
        return "Loaded \(LoadFigures.count(snapshot.resources, "resource")) from \(read)"
            + "\(LoadFigures.count(files, "file")) in \(LoadFigures.time(elapsed)) (\(rate) resources/s)"
    }

    private var types: [String] {
        let rows = snapshot.types.sorted { ($1.value.confirmed, $0.key) < ($0.value.confirmed, $1.key) }
        let nameWidth = rows.map(\.key.count).max() ?? 0
        let countWidth = rows.map { LoadFigures.number($0.value.confirmed).count }.max() ?? 0
        return rows.map { name, counts in
            let number = LoadFigures.number(counts.confirmed)
            let details = [
                (counts.updated, "updated"), (counts.existed, "there already"), (counts.deleted, "deleted"),
            ]
            .filter { $0.0 > 0 && $0.0 < counts.confirmed }
            .map { "\(LoadFigures.number($0.0)) \($0.1)" }
            let all = Self.whole(counts)
            let note = all ?? (details.isEmpty ? "" : "  " + details.joined(separator: ", "))
            return "  " + name + String(repeating: " ", count: nameWidth - name.count + 2)
                + String(repeating: " ", count: countWidth - number.count) + number + note
        }
    }

    /// Where all of a type went the same way, one word is enough.
    private static func whole(_ counts: LoadTally.Counts) -> String? {
        switch counts.confirmed {
        case counts.created: ""
        case counts.updated: "  updated"
        case counts.existed: "  there already"
        case counts.deleted: "  deleted"
        default: nil
        }
    }

    private var failures: [String] {
        let total = snapshot.failures.count + snapshot.moreFailures
        if total == 0 { return [] }
        let resources =
            snapshot.failedResources > 0 ? " (\(LoadFigures.count(snapshot.failedResources, "resource")))" : ""
        var lines = ["Failed: \(LoadFigures.number(total))\(resources)"]
        let ordered = snapshot.failures.sorted { ($0.label, $0.reason) < ($1.label, $1.reason) }
        lines += ordered.prefix(Self.shown).map { "  \($0.label): \($0.reason)" }
        if total > Self.shown { lines.append("  … and \(LoadFigures.number(total - Self.shown)) more") }
        return lines
    }

    private var doubts: [String] {
        if snapshot.unknown.isEmpty { return [] }
        var lines = [
            "Not known whether applied: \(LoadFigures.count(snapshot.unknown.count, "request")), sent without an answer."
                + " Repeating them may make resources twice; look before, or use --repeat-unanswered."
        ]
        lines += snapshot.unknown.sorted { $0.label < $1.label }.prefix(Self.shown).map {
            "  \($0.label) (\(LoadFigures.count($0.resources, "resource"))): \($0.reason)"
        }
        if snapshot.unknown.count > Self.shown {
            lines.append("  … and \(LoadFigures.number(snapshot.unknown.count - Self.shown)) more")
        }
        return lines
    }

    private static func some(_ labels: [String]) -> String {
        let sorted = labels.sorted()
        let more = sorted.count > 5 ? " … and \(sorted.count - 5) more" : ""
        return sorted.prefix(5).joined(separator: ", ") + more
    }
}
