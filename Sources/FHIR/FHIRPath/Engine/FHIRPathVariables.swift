/// `%` variables that are constants (FHIRPath N1 §9, R4 fhirpath.html §2.9.1.5).
enum FHIRPathVariables {
    static func url(_ name: String) -> String? {
        switch name {
        case "ucum": return "http://unitsofmeasure.org"
        case "sct": return "http://snomed.info/sct"
        case "loinc": return "http://loinc.org"
        default:
            if name.hasPrefix("vs-") { return "http://hl7.org/fhir/ValueSet/\(name.dropFirst(3))" }
            if name.hasPrefix("ext-") { return "http://hl7.org/fhir/StructureDefinition/\(name.dropFirst(4))" }
            return nil
        }
    }
}
