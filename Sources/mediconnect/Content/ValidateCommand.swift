import ArgumentParser
import FHIR

/// `mediconnect validate`
struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Say what is wrong with FHIR resources in files.",
        discussion: """
            Takes JSON, NDJSON and FHIR XML, plain or packed (.gz, .bz2), tar archives of them, and folders, which are \
            searched. Resources are judged by R4 itself and by the profiles that they claim to satisfy (meta.profile) or \
            that --profile names, where --package brings them; profiles that are not there are named.

            Ends with code 1 when a resource has an error, or something could not be read.
            """)

    enum Output: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    @Argument(help: ArgumentHelp("Files and folders.", valueName: "path"))
    var paths: [String]

    @Option(
        name: .customLong("profile"),
        help: ArgumentHelp("A profile that all of them must satisfy; may be repeated.", valueName: "url"))
    var profiles: [String] = []

    @Option(
        name: .customLong("package"),
        help: ArgumentHelp(
            "A FHIR package (.tgz), or a file or folder of StructureDefinitions, ValueSets and CodeSystems; may be repeated.",
            valueName: "file"))
    var packages: [String] = []

    @Option(help: "How to report: text or json.")
    var output = Output.text

    @Flag(name: .shortAndLong, help: "Only errors, no warnings, no progress.")
    var quiet = false

    @Flag(help: "Remarks, too, which are no faults; in JSON they always stand.")
    var remarks = false

    func run() throws {
        let figures = try report { print($0, terminator: "") }
        if figures.invalid > 0 { throw ExitCode.failure }
    }

    /// Says everything to `write`, and counts.
    func report(to write: @escaping (String) -> Void) throws -> ValidationReport.Figures {
        let definitions = ProfileFiles(packages)
        guard definitions.failures.isEmpty else {
            throw CommandFailure(definitions.failures.joined(separator: "\n"))
        }
        let set = ProfileSet(files: definitions.files)
        if !quiet {
            for problem in set.problems { ProgressReporter.write("\(problem.diagnostics)\n") }
        }
        let found = FileFinder.find(paths, matching: LoadableName.matchesContent)
        var report = ValidationReport(output: output, least: least, write: write)
        report.begin()
        for (name, error) in found.failures {
            report.add(name, type: nil, [Issue(.notFound, error.description, severity: .fatal)])
        }
        var progress = ValidationProgress(files: found.files.count, isQuiet: quiet)
        let reader = ContentReader()
        for file in found.files {
            reader.read(path: file.path, name: file.name, isNamed: file.isNamed) { item in
                let (type, issues) = judge(item, set)
                report.add(item.label, type: type, issues)
                progress.show(report.figures)
            }
            progress.finishFile(report.figures)
        }
        progress.end()
        report.end()
        return report.figures
    }

    /// The mildest that is shown.
    private var least: Issue.Severity {
        quiet ? .error : remarks || output == .json ? .information : .warning
    }

    private func judge(_ item: ContentItem, _ set: ProfileSet) -> (String?, [Issue]) {
        switch item.document {
        case .failure(.unreadable(let reason)): return (nil, [Issue(.structure, reason, severity: .fatal)])
        case .failure(.malformed(let issues)): return (nil, issues)
        case .success(let document):
            var policy = ProfilePolicy()
            policy.now = Clock.now()
            policy.reportsMustSupport = least == .information
            let judge = ProfileJudge(set, against: profiles, policy: policy)
            return (
                document.root["resourceType"]?.string,
                ResourceValidator(judge: judge).validate(document).issues
            )
        }
    }
}
