import FHIR
import Testing

/// The JSON of an XML resource that is written in a test; `inside` goes into its root element.
func json(_ inside: String) throws -> String { try json("Patient", inside) }

func json(_ type: String, _ inside: String) throws -> String {
    text(try FHIRXML.json(from: Array("<\(type) xmlns=\"http://hl7.org/fhir\">\(inside)</\(type)>".utf8)))
}

/// The XML of a JSON resource, without its declaration.
func xml(_ json: String, pretty: Bool = false) throws -> String {
    let written = text(try FHIRXML.write(try JSONDocument.of(json).root, pretty: pretty))
    let declaration = #"<?xml version="1.0" encoding="UTF-8"?>"#
    #expect(written.hasPrefix(declaration))
    return String(written.dropFirst(declaration.count))
}

/// What reading says against an XML text: place and message of each fault.
func xmlFaults(_ source: String) -> [FHIRXMLError.Fault] {
    do throws(FHIRXMLError) {
        _ = try FHIRXML.json(from: Array(source.utf8))
        return []
    } catch {
        return error.faults
    }
}

/// What writing says against a JSON resource.
func xmlRefusal(_ json: String) throws -> FHIRXMLError.Fault? {
    let document = try JSONDocument.of(json)
    do throws(FHIRXMLError) {
        _ = try FHIRXML.write(document.root)
        return nil
    } catch {
        return error.faults.first
    }
}
