/// Tests of the official suite that do not come out as it demands, with what the specification says instead.
enum OfficialSuiteDifferences {
    static let paragraphs: [String: String] = [:]
}
