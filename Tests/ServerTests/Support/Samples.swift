/// A text that no other test uses.
func unique(_ prefix: String = "t") -> String {
    "\(prefix)-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
}

/// Resources as clients send them.
enum Sample {
    static let system = "http://example.org/mrn"

    /// - Parameter more: further members, each with a comma before it.
    static func patient(id: String? = nil, mrn: String? = nil, family: String = "Muster", _ more: String = "") -> String
    {
        let id = id.map { #","id":"\#($0)""# } ?? ""
        let identifier = mrn.map { #","identifier":[{"system":"\#(system)","value":"\#($0)"}]"# } ?? ""
        return #"{"resourceType":"Patient"\#(id)\#(identifier),"name":[{"family":"\#(family)"}]\#(more)}"#
    }

    static func observation(
        id: String? = nil, subject: String? = nil, code: String = "718-7", value: String = "7.2", _ more: String = ""
    ) -> String {
        let id = id.map { #","id":"\#($0)""# } ?? ""
        let subject = subject.map { #","subject":{"reference":"\#($0)"}"# } ?? ""
        return #"{"resourceType":"Observation"\#(id)\#(subject),"status":"final","#
            + #""code":{"coding":[{"system":"http://loinc.org","code":"\#(code)"}]},"#
            + #""valueQuantity":{"value":\#(value),"unit":"g/dL","system":"http://unitsofmeasure.org","code":"g/dL"}"#
            + "\(more)}"
    }

    static func practitioner(npi: String) -> String {
        #"{"resourceType":"Practitioner","identifier":[{"system":"http://example.org/npi","value":"\#(npi)"}]}"#
    }

    static func bundle(_ type: String, _ entries: [String]) -> String {
        let entries = entries.isEmpty ? "" : #","entry":[\#(entries.joined(separator: ","))]"#
        return #"{"resourceType":"Bundle","type":"\#(type)"\#(entries)}"#
    }

    /// An entry of a transaction or batch.
    /// - Parameter more: further members of the request, each with a comma before it.
    static func entry(
        _ method: String, _ url: String, _ resource: String? = nil, fullURL: String? = nil, _ more: String = ""
    ) -> String {
        let fullURL = fullURL.map { #""fullUrl":"\#($0)","# } ?? ""
        let resource = resource.map { #""resource":\#($0),"# } ?? ""
        return #"{\#(fullURL)\#(resource)"request":{"method":"\#(method)","url":"\#(url)"\#(more)}}"#
    }
}
