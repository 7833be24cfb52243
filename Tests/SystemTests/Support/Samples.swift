/// Resources as the server would write them, so that what comes back can be compared as text.
enum Samples {
    static let system = "urn:mediconnect:system-test"

    /// - Parameter id: nil where the server gives one.
    static func patient(_ id: String?, identifier: String, number: Int, padding: Int = 100) -> String {
        // A narrative without a word is none (txt-2).
        let name = "p" + String(repeating: "x", count: padding)
        return #"{"resourceType":"Patient",\#(id.map { #""id":"\#($0)","# } ?? "")"#
            + #""text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">\#(name)</div>"},"#
            + #""identifier":[{"system":"\#(system)","value":"\#(identifier)"}],"name":[{"family":"F\#(number)"}]}"#
    }

    static func observation(_ id: String, of patient: String, value: Int) -> String {
        #"{"resourceType":"Observation","id":"\#(id)","status":"final","code":{"text":"o"},"#
            + #""subject":{"reference":"Patient/\#(patient)"},"effectiveDateTime":"2020-01-01","#
            + #""valueQuantity":{"value":\#(value).50,"unit":"mg"}}"#
    }

    static func transaction(_ entries: [String]) -> String {
        #"{"resourceType":"Bundle","type":"transaction","entry":[\#(entries.joined(separator: ","))]}"#
    }

    static func entry(_ resource: String, _ method: String, _ url: String, _ condition: String = "") -> String {
        #"{"resource":\#(resource),"request":{"method":"\#(method)","url":"\#(url)"\#(condition)}}"#
    }

    /// A search for an identifier that was made here.
    static func query(_ identifier: String) -> String { "identifier=\(system)%7C\(identifier)" }
}
