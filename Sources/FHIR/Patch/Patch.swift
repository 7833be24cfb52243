/// A change of a resource that a client sends with PATCH (R4 §3.1.0.5, http.html#patch), read once and applied any
/// number of times.
///
/// ```swift
/// let patch = try Patch.parse(body, as: .json)
/// let patched = try patch.apply(to: current)   // JSON, not validated yet
/// ```
///
/// Whatever the format, a patch is applied as a whole or not at all, and it changes neither `resourceType`, `id`,
/// `meta.versionId` nor `meta.lastUpdated`. What it does not touch keeps its digits, escapes and order of members with
/// JSON Patch and FHIRPath Patch.
public struct Patch: Sendable {
    public enum Format: Sendable, CaseIterable {
        /// JSON Patch, RFC 6902: `application/json-patch+json`.
        case json
        /// XML Patch, RFC 5261: `application/xml-patch+xml`. It is applied to the XML form of the resource.
        case xml
        /// FHIRPath Patch, a Parameters resource in JSON: `application/fhir+json`.
        case fhirPathJSON
        /// FHIRPath Patch, a Parameters resource in XML: `application/fhir+xml`.
        case fhirPathXML
    }

    enum Body: Sendable {
        case json(JSONPatch)
        case xml(XMLPatch)
        case fhirPath(FHIRPathPatch)
    }

    let body: Body
    let limits: PatchLimits

    /// Reads a patch document.
    ///
    /// - Throws: ``PatchError`` with the fault `document` if it is no patch of that format.
    public static func parse(
        _ bytes: [UInt8], as format: Format, limits: PatchLimits = .default
    ) throws(PatchError) -> Patch {
        switch format {
        case .json: return Patch(body: .json(try JSONPatch(try document(bytes), limits: limits)), limits: limits)
        case .xml: return Patch(body: .xml(try XMLPatch(bytes, limits: limits)), limits: limits)
        case .fhirPathXML: return try Patch(parameters: try document(try json(bytes)).root, limits: limits)
        case .fhirPathJSON: return try Patch(parameters: try document(bytes).root, limits: limits)
        }
    }

    /// A FHIRPath Patch that stands in a Parameters resource which was read already.
    public init(parameters: JSONNode, limits: PatchLimits = .default) throws(PatchError) {
        body = .fhirPath(try FHIRPathPatch(parameters, limits: limits))
        self.limits = limits
    }

    init(body: Body, limits: PatchLimits) {
        self.body = body
        self.limits = limits
    }

    /// The resource as the patch makes it, as compact JSON. Whether it is valid is for the caller to find out.
    ///
    /// - Throws: ``PatchError`` if the patch cannot be applied to this resource or a test in it fails.
    public func apply(to resource: JSONDocument) throws(PatchError) -> [UInt8] {
        try document(from: resource).bytes
    }

    /// The same, read again already.
    public func document(from resource: JSONDocument) throws(PatchError) -> JSONDocument {
        let bytes: [UInt8] =
            switch body {
            case .json(let patch): try patch.apply(to: resource, protecting: true, pruned: true, limits: limits)
            case .xml(let patch): try patch.apply(to: resource, limits: limits)
            case .fhirPath(let patch): try patch.apply(to: resource, limits: limits)
            }
        let result: JSONDocument
        do throws(JSONError) {
            result = try JSONDocument.parse(bytes)
        } catch {
            // Its parts were read before, so only what they add up to can be at fault.
            throw PatchError(
                .resource,
                Issue(.tooCostly, "The resource that the patch makes is not accepted: \(error.message)."))
        }
        if case .xml = body {
            var watch = ProtectedElements(of: resource.root)
            watch.look(at: result.root, after: nil)
            try watch.demandUnchanged()
        }
        return result
    }

    private static func json(_ xml: [UInt8]) throws(PatchError) -> [UInt8] {
        do throws(FHIRXMLError) {
            return try FHIRXML.json(from: xml)
        } catch {
            throw .document(error.issues.first?.code ?? .structure, "The patch is no FHIR XML: \(error.message)")
        }
    }

    private static func document(_ bytes: [UInt8]) throws(PatchError) -> JSONDocument {
        do throws(JSONError) {
            return try JSONDocument.parse(bytes)
        } catch {
            throw .document(.structure, "The patch is no JSON: \(error.message).")
        }
    }
}
