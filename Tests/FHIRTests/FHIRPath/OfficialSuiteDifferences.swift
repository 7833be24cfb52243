/// Tests of the official suite that do not come out as it demands, with what the specification says instead.
enum OfficialSuiteDifferences {
    static let paragraphs: [String: String] = [
        "testPlus/testPlusDate19":
            "N1 §6.6.7: the decimal portion of a quantity is ignored above seconds; 0.1 s is a tenth of a second",
        "testType/testType22": "N1 §6.3.1: a type that cannot be resolved is an error, and System has no Patient",
        "LowBoundary/LowBoundaryDecimal15":
            "2.1 §5.7 lowBoundary: the least value of -0.0034 is -0.00345, and -0.0 is not below it; so LowBoundaryNegDecimal4",
        "HighBoundary/HighBoundaryDecimal15":
            "2.1 §5.7 highBoundary: the greatest value of 0.0034 is 0.00345, and 0.0 is not above it; so HighBoundaryDecimal1",
        "HighBoundary/HighBoundaryDecimal16": "the same, with a sign before it",
        "HighBoundary/HighBoundaryDateTimeMillisecond1":
            "2.1 §5.7 highBoundary: what begins at 08 and has no minutes ends at 08:59:59.999, not at 08:00:59.999",
        "HighBoundary/HighBoundaryDateTimeMillisecond3": "the same expression once more",
    ]
}
