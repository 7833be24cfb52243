import XML

/// R4's XML format (2.6.1) and the same resource as JSON (2.6.2).
///
/// ```swift
/// let json = try FHIRXML.json(from: body)          // the bytes of a JSON resource
/// let patient = try JSONDocument.parse(json)
/// let xml = try FHIRXML.write(patient.root, pretty: true)
/// ```
///
/// Both directions keep everything that a resource says: digits of decimals, ids and extensions of primitives, and the
/// narrative byte for byte. What one format cannot say of what the other holds is an error, never left out.
public enum FHIRXML {
    /// The namespace of FHIR's elements.
    public static let namespace = "http://hl7.org/fhir"
    /// The namespace of the narrative's `div` and what is in it.
    public static let narrativeNamespace = "http://www.w3.org/1999/xhtml"

    /// Reads a resource in XML and writes it as compact JSON: `resourceType`, then R4's order of elements.
    ///
    /// Comments and processing instructions outside of narratives are left out. The JSON has R4's shape, but its values
    /// are not judged: a boolean, integer or decimal whose text JSON has no literal for comes as a string, for
    /// validation to find.
    ///
    /// - Throws: ``FHIRXMLError`` where the text is not XML that is accepted, or not a resource in FHIR's XML format:
    ///   unknown, misplaced or repeated elements, attributes and text where R4 has none, a wrong namespace, empty
    ///   elements.
    public static func json(from bytes: [UInt8], limits: XMLLimits = .default) throws(FHIRXMLError) -> [UInt8] {
        let document: XMLDocument
        do throws(XMLError) {
            document = try XMLDocument.parse(bytes, limits: limits)
        } catch {
            throw FHIRXMLError(error)
        }
        return try document.withRows { rows throws(FHIRXMLError) in
            var reader = FHIRXMLReader(rows)
            return try reader.read()
        }
    }

    /// Writes a resource in XML, its elements in R4's order whatever that of the members is.
    ///
    /// - Parameters:
    ///   - resource: an object with a `resourceType`.
    ///   - pretty: an element a line, two spaces for each level; narratives stay as they are.
    /// - Throws: ``FHIRXMLError`` with the place of what XML cannot carry: unknown members, values of another JSON type
    ///   than R4's, narrative that is not well-formed, control characters.
    public static func write(_ resource: JSONNode, pretty: Bool = false) throws(FHIRXMLError) -> [UInt8] {
        try resource.document.bytes.withUnsafeBufferPointer { text throws(FHIRXMLError) in
            var writer = FHIRXMLWriter(resource.document, text: text, pretty: pretty)
            return try writer.write(Int(resource.index))
        }
    }
}
