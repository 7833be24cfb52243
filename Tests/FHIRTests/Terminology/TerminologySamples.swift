import FHIR

/// Code systems and value sets of a small shop.
enum TerminologySample {
    static let animals = #"""
        {"resourceType":"CodeSystem","id":"animals","url":"http://example.org/animals","version":"2","name":"Animals",
        "status":"active","content":"complete","caseSensitive":true,"hierarchyMeaning":"is-a",
        "property":[{"code":"legs","type":"integer","description":"How many legs it walks on"},
        {"code":"kin","uri":"http://hl7.org/fhir/concept-properties#parent","type":"code"}],
        "concept":[
        {"code":"animal","display":"Animal","property":[{"code":"notSelectable","valueBoolean":true}],"concept":[
          {"code":"mammal","display":"Mammal","definition":"It gives milk","concept":[
            {"code":"cat","display":"Cat","property":[{"code":"legs","valueInteger":4}],
             "designation":[{"language":"de","value":"Katze"},
              {"language":"es-MX","use":{"system":"http://example.org/uses","code":"short"},"value":"gato"}]},
            {"code":"bat","display":"Bat","property":[{"code":"legs","valueInteger":2},{"code":"kin","valueCode":"flyer"}]}]},
          {"code":"flyer","display":"Flying thing","concept":[
            {"code":"owl","display":"Owl","property":[{"code":"legs","valueInteger":2}]},
            {"code":"dodo","display":"Dodo","property":[{"code":"status","valueCode":"retired"}]}]}]}]}
        """#

    static let colours = #"""
        {"resourceType":"CodeSystem","url":"http://example.org/colours","status":"active","content":"complete",
        "caseSensitive":false,"valueSet":"http://example.org/vs/colours","concept":[{"code":"Red"},{"code":"Blue"}]}
        """#

    static let fragment = #"""
        {"resourceType":"CodeSystem","url":"http://example.org/part","status":"active","content":"fragment",
        "concept":[{"code":"a","display":"A"}]}
        """#

    static func set(_ resources: String...) -> TerminologySet {
        set(resources)
    }

    static func set(_ resources: [String]) -> TerminologySet {
        ProfileSet(files: resources.enumerated().map { ("\($0.offset)", Array($0.element.utf8)) }).definitions
    }

    static func valueSet(_ compose: String, url: String = "http://example.org/vs/test") -> String {
        #"{"resourceType":"ValueSet","url":"\#(url)","status":"active","compose":\#(compose)}"#
    }

    static func node(_ json: String) throws -> JSONNode { try JSONDocument.parse(Array(json.utf8)).root }

    /// The codes of a composition over the sample's systems.
    static func codes(_ compose: String, with others: String...) throws -> [String] {
        var evaluation = ValueSetEvaluation(set([animals, colours, fragment] + others))
        return try evaluation.codes(of: ValueSet(try node(valueSet(compose)))).map(\.code)
    }
}
