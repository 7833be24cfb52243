import XML

extension XMLPatch {
    /// Reads a patch document.
    init(_ bytes: [UInt8], limits: PatchLimits) throws(PatchError) {
        let document: XMLDocument
        do throws(XMLError) {
            document = try XMLDocument.parse(bytes, comments: true)
        } catch {
            throw .document(.structure, "The patch is no XML at \(error.position): \(error.message)")
        }
        try self.init(document.root, limits: limits)
    }

    /// Applies the patch to the XML form of a resource.
    ///
    /// - Returns: the resource as JSON.
    func apply(to resource: JSONDocument, limits: PatchLimits) throws(PatchError) -> [UInt8] {
        var draft = XMLDraft(try Self.document(of: resource))
        try apply(to: &draft, forgivesWhitespace: true, limits: limits)
        let xml: [UInt8]
        do throws(XMLWriteError) {
            xml = try draft.written()
        } catch {
            throw PatchError(
                .resource, Issue(.structure, "What the patch makes cannot be written as XML: \(error.message)"))
        }
        do throws(FHIRXMLError) {
            return try FHIRXML.json(from: xml)
        } catch {
            let first = error.issues.first
            let more = error.faults.count > 1 ? " There are \(error.faults.count + error.unlisted) such faults." : ""
            throw PatchError(
                .resource,
                Issue(
                    first?.code ?? .structure,
                    "What the patch makes is no FHIR resource: \(error.faults.first?.message ?? error.message)\(more)",
                    at: first?.expression))
        }
    }

    private static func document(of resource: JSONDocument) throws(PatchError) -> XMLDocument {
        let xml: [UInt8]
        do throws(FHIRXMLError) {
            xml = try FHIRXML.write(resource.root)
        } catch {
            throw PatchError(
                .resource,
                Issue(
                    .structure,
                    "The resource cannot be written as XML, so no XML Patch can be applied: \(error.message) Use JSON Patch "
                        + "or FHIRPath Patch.", at: error.faults.first?.expression))
        }
        do throws(XMLError) {
            return try XMLDocument.parse(xml)
        } catch {
            throw PatchError(
                .resource, Issue(.tooCostly, "The resource's XML is not accepted: \(error.message)"))
        }
    }
}
