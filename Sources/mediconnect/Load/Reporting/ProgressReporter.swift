import Glibc

/// Shows progress on standard error: a bar that is drawn over on a terminal, now and then a line elsewhere.
struct ProgressReporter: Sendable {
    let tally: LoadTally
    let files: Int
    let bytes: Int
    let start: ContinuousClock.Instant

    /// Reports until cancelled.
    func run() async {
        let isTerminal = isatty(STDERR_FILENO) == 1
        var last = ""
        while true {
            do {
                try await Task.sleep(for: isTerminal ? .milliseconds(100) : .seconds(5))
            } catch {
                if isTerminal { Self.write("\r\u{1B}[K") }
                return
            }
            let line = ProgressLine(
                snapshot: tally.snapshot, files: files, bytes: bytes, elapsed: start.duration(to: .now))
            if isTerminal {
                Self.write("\r\u{1B}[K" + line.bar(columns: Self.columns))
            } else if line.plain != last {
                Self.write(line.plain + "\n")
                last = line.plain
            }
        }
    }

    /// Writes to standard error as it is.
    static func write(_ text: String) {
        var text = text
        text.withUTF8 { _ = Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    private static var columns: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
