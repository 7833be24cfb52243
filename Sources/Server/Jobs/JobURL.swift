/// The addresses of background jobs below the FHIR base.
enum JobURL {
    static let folder = "_jobs"

    static func status(_ id: String, base: String) -> String { "\(base)/\(folder)/\(id)" }

    static func file(_ number: Int32, of id: String, base: String) -> String {
        "\(status(id, base: base))/\(number).ndjson"
    }

    /// The number in a file's name; nil where it is none of this server's.
    static func number(_ name: String) -> Int32? {
        guard name.hasSuffix(".ndjson"), let number = Int32(name.dropLast(7)), number > 0,
            name == "\(number).ndjson"
        else { return nil }
        return number
    }
}
