import FHIR

/// What `validate` says: resource by resource as they come, and a summary at the end.
struct ValidationReport {
    struct Figures: Equatable {
        var resources = 0
        /// Resources with an error, and things that could not be read.
        var invalid = 0
        var errors = 0
        var warnings = 0
    }

    private(set) var figures = Figures()
    private let output: ValidateCommand.Output
    private let least: Issue.Severity
    private let write: (String) -> Void
    private var isFirst = true

    init(output: ValidateCommand.Output, least: Issue.Severity, write: @escaping (String) -> Void) {
        self.output = output
        self.least = least
        self.write = write
    }

    mutating func begin() {
        if output == .json { write(#"{"results":["#) }
    }

    mutating func add(_ label: String, type: String?, _ issues: [Issue]) {
        let errors = issues.count { $0.isError }
        let warnings = issues.count { $0.severity == .warning }
        figures.resources += 1
        figures.errors += errors
        figures.warnings += warnings
        if errors > 0 { figures.invalid += 1 }
        let shown = issues.filter { $0.severity <= least }
        switch output {
        case .text: if !shown.isEmpty { writeText(label, type, shown, errors: errors, warnings: warnings) }
        case .json: writeJSON(label, type, shown, isValid: errors == 0)
        }
    }

    private func writeText(_ label: String, _ type: String?, _ issues: [Issue], errors: Int, warnings: Int) {
        var text = "\(label)\(type.map { " (\($0))" } ?? ""): "
        text += errors > 0 ? LoadFigures.count(errors, "error") : "valid"
        if warnings > 0 { text += ", \(LoadFigures.count(warnings, "warning"))" }
        text += "\n"
        for issue in issues {
            let severity = issue.severity.rawValue
            text += "  " + severity + String(repeating: " ", count: 12 - severity.count)
            if let expression = issue.expression { text += expression + ": " }
            text += issue.diagnostics + " [\(issue.code.rawValue)]\n"
        }
        write(text)
    }

    private mutating func writeJSON(_ label: String, _ type: String?, _ issues: [Issue], isValid: Bool) {
        var json = JSONBuilder()
        json.object { json in
            json.member("file", label)
            json.member("resourceType", ifPresent: type)
            json.member("valid", isValid)
            json.member("outcome", raw: OperationOutcome(issues).json())
        }
        write((isFirst ? "\n" : ",\n") + String(decoding: json.bytes, as: UTF8.self))
        isFirst = false
    }

    func end() {
        switch output {
        case .text: write(summary + "\n")
        case .json:
            write(
                "\n],\"summary\":{\"resources\":\(figures.resources),\"invalid\":\(figures.invalid),"
                    + "\"errors\":\(figures.errors),\"warnings\":\(figures.warnings)}}\n")
        }
    }

    private var summary: String {
        let valid = figures.resources - figures.invalid
        return "\(LoadFigures.count(figures.resources, "resource")): \(LoadFigures.number(valid)) valid, "
            + "\(LoadFigures.number(figures.invalid)) not; \(LoadFigures.count(figures.errors, "error")), "
            + LoadFigures.count(figures.warnings, "warning")
    }
}
