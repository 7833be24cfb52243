import Glibc

/// How far a validation of many files is, on standard error: drawn over on a terminal, now and then a line elsewhere.
struct ValidationProgress {
    private let files: Int
    private let isShown: Bool
    private let isTerminal: Bool
    private var finished = 0
    private var last = ContinuousClock.now

    /// Below so many files nobody waits.
    private static let fewFiles = 10

    init(files: Int, isQuiet: Bool) {
        self.files = files
        isShown = !isQuiet && files >= Self.fewFiles
        isTerminal = isatty(STDERR_FILENO) == 1
    }

    mutating func finishFile(_ figures: ValidationReport.Figures) {
        finished += 1
        show(figures)
    }

    mutating func show(_ figures: ValidationReport.Figures) {
        guard isShown else { return }
        let now = ContinuousClock.now
        guard last.duration(to: now) > (isTerminal ? .milliseconds(100) : .seconds(5)) else { return }
        last = now
        let line =
            "\(LoadFigures.number(finished)) of \(LoadFigures.count(files, "file")), "
            + "\(LoadFigures.count(figures.resources, "resource")), \(LoadFigures.number(figures.invalid)) not valid"
        ProgressReporter.write(isTerminal ? "\r\u{1B}[K\(line)" : line + "\n")
    }

    func end() {
        if isShown, isTerminal { ProgressReporter.write("\r\u{1B}[K") }
    }
}
