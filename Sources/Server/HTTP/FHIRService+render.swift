import FHIR
import HTTPTypes

extension FHIRService {
    /// An answer is made as JSON; whoever asked for XML gets it as XML. Where the wish itself is refused, the refusal
    /// stays JSON.
    func render(_ answer: inout Answer, _ call: HTTPCall) {
        guard answer.format == .xml || Self.mayWantXML(call), !answer.body.isEmpty,
            answer.headers[.contentType] == ResponseFormat.contentType
        else { return }
        let request = FHIRRequest(call, base: "")
        guard (answer.format ?? (try? request.format)) == .xml else { return }
        do {
            let document = try JSONDocument.parse(answer.body, limits: JSONLimits(maximumBytes: .max))
            answer.body = try FHIRXML.write(document.root, pretty: request.isPretty)
            answer.headers[.contentType] = ResponseFormat.xml.contentType
        } catch {
            // What is stored without having been validated may not be expressible.
            logger.warning("an answer cannot be written as XML", metadata: ["reason": "\(error)"])
            answer.status = .notAcceptable
            answer.body = OperationOutcome(
                Issue(.notSupported, "The content cannot be written as XML: \(error). Ask for application/fhir+json.")
            ).json()
        }
    }

    /// A cheap look, because most want JSON: only with one of these can the format be another.
    private static func mayWantXML(_ call: HTTPCall) -> Bool {
        if call.query.contains("_format") { return true }
        guard let accept = call.headers[.accept] else { return false }
        return accept.contains("xml") || accept.contains("q=0")
    }
}
