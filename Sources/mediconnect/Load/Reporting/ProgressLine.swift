/// One line that says how far the loading is.
struct ProgressLine {
    let snapshot: LoadTally.Snapshot
    let files: Int
    /// Bytes of the files on disk; how far they have been read is the measure of progress.
    let bytes: Int
    let elapsed: Duration

    /// Between 0 and 1.
    var fraction: Double {
        bytes > 0 ? min(1, Double(snapshot.bytesRead) / Double(bytes)) : 1
    }

    /// What is left, judging by what has been read; nil while that says little.
    var left: Duration? {
        guard (0.02..<1).contains(fraction), elapsed > .seconds(1) else { return nil }
        return elapsed * ((1 - fraction) / fraction)
    }

    /// Without a bar, for logs.
    var plain: String {
        var parts = [
            "\(LoadFigures.number(snapshot.files)) of \(LoadFigures.count(files, "file"))",
            LoadFigures.count(snapshot.resources, "resource"),
            "\(LoadFigures.perSecond(snapshot.resources, in: elapsed))/s",
        ]
        if snapshot.waiting > 0 { parts.append("\(LoadFigures.number(snapshot.waiting)) waiting for a reference") }
        let failures = snapshot.failures.count + snapshot.moreFailures
        if failures > 0 { parts.append("\(LoadFigures.number(failures)) failed") }
        if let left { parts.append("\(LoadFigures.time(left)) left") }
        return parts.joined(separator: ", ")
    }

    /// With a bar, not wider than the terminal's columns.
    func bar(columns: Int) -> String {
        let text = plain
        let percent = "\(Int(fraction * 100))%"
        let room = min(30, columns - text.count - 9)
        guard room >= 5 else { return String(text.prefix(max(0, columns - 1))) }
        let full = Int((fraction * Double(room)).rounded())
        let padding = String(repeating: " ", count: 4 - percent.count)
        let bar = String(repeating: "█", count: full) + String(repeating: "░", count: room - full)
        return "\(bar) \(padding)\(percent)  \(text)"
    }
}
