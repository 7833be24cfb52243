/// Whether upper and lower case of codes are told apart (R4 search.html §3.1.1.4.10: not, unless the code system is known
/// to).
///
/// Of the code systems that R4 publishes, all say that case matters but those of HL7 v2's tables; UCUM's tables have a
/// case-sensitive form, which FHIR uses.
public enum CodeCase {
    public static func isSensitive(_ system: String) -> Bool {
        if system.hasPrefix(published) { return !system.utf8.dropFirst(published.utf8.count).starts(with: "v2-".utf8) }
        return system.hasPrefix(specification) ? !system.hasPrefix(identifiers) : system == ucum
    }

    /// A code as it is compared with others of its system.
    public static func comparable(_ code: String, system: String?) -> String {
        if let system, isSensitive(system) { return code }
        return folded(code)
    }

    /// A code as it is compared with others where no system is named.
    public static func folded(_ code: String) -> String {
        code.utf8.allSatisfy { $0 < 0x80 && !(0x41...0x5a).contains($0) } ? code : code.lowercased()
    }

    private static let published = "http://terminology.hl7.org/CodeSystem/"
    private static let specification = "http://hl7.org/fhir/"
    /// Identifier systems and foreign code systems that FHIR gave a uri.
    private static let identifiers = "http://hl7.org/fhir/sid/"
    private static let ucum = "http://unitsofmeasure.org"
}
