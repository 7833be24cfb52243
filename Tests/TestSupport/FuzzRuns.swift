import Foundation

/// How many inputs a fuzz test tries: few in the suite, more by hand (`MEDICONNECT_FUZZ_RUNS=100000`).
public enum FuzzRuns {
    public static func count(_ few: Int) -> Int {
        ProcessInfo.processInfo.environment["MEDICONNECT_FUZZ_RUNS"].flatMap { Int($0) } ?? few
    }
}
