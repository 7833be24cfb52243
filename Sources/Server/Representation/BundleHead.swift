import FHIR

extension JSONBuilder {
    /// What every Bundle of several pages begins with (R4 bundle.html).
    ///
    /// - Parameters:
    ///   - total: of all pages; nil where it is not told.
    ///   - links: relation and url.
    mutating func bundle(_ type: String, total: Int?, links: [(relation: String, url: String)]) {
        member("resourceType", "Bundle")
        member("type", type)
        if let total { member("total", total) }
        array("link") { json in
            for link in links {
                json.object { json in
                    json.member("relation", link.relation)
                    json.member("url", link.url)
                }
            }
        }
    }
}
