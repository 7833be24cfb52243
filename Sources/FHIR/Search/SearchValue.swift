/// What a resource says to a search parameter.
public enum SearchValue: Sendable, Hashable {
    /// Coding, each coding of a CodeableConcept, Identifier, code (with the system that its required binding implies),
    /// boolean (`true`, `false`), ContactPoint, string, id and uri. A Coding that has only a system has the code "".
    case token(system: String?, code: String)
    case reference(SearchReference)
    /// As written; ``SearchText/fold(_:)`` makes it comparable.
    case string(String)
    case date(DateRange)
    /// Both ends included and equal for a point; `nil` is an end that is open (a Range with one side).
    case number(low: FHIRDecimal?, high: FHIRDecimal?)
    /// The same with a unit: system and code as coded, `unit` as displayed. Money has its currency as code.
    case quantity(low: FHIRDecimal?, high: FHIRDecimal?, system: String?, code: String?, unit: String?)
    /// A uri as written. A canonical with a version gives two: with the version and without.
    case uri(String)
    /// What stands in words beside a token (`:text`): CodeableConcept.text, Coding.display, Identifier.type.text. As
    /// written.
    case tokenText(String)
    /// `:of-type`: an identifier's value with each coding of its type.
    case typedIdentifier(system: String?, code: String, value: String)
    /// One repetition of a composite: by component, in the order of ``SearchParameterFact/components``, all of its
    /// values there; none is empty.
    case composite([[SearchValue]])
    /// `near`: degrees.
    case position(latitude: Double, longitude: Double)
}

/// Where a reference points, as far as its text says.
public enum SearchReference: Sendable, Hashable {
    /// `Type/id`, and the version where one is named.
    case local(type: ResourceType, id: String, version: String?)
    /// With a scheme: `http://other.example/fhir/Patient/1`, `urn:uuid:…`. One that names a version gives two: with
    /// `/_history/version` and without.
    case absolute(url: String)
    /// `Reference.identifier`.
    case identifier(system: String?, value: String)
}

/// One row of the search index.
public struct SearchEntry: Sendable, Hashable {
    /// ``SearchParameterFact/id``
    public let parameter: Int32
    public let value: SearchValue

    public init(parameter: Int32, value: SearchValue) {
        self.parameter = parameter
        self.value = value
    }
}
