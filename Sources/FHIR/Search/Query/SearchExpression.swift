/// What a search asks of resources, its names resolved against the parameters that are known: what the record carries
/// out, and what a transaction asks of its own entries.
///
/// Source: R4 search.html.
public indirect enum SearchExpression: Sendable, Hashable {
    /// All must hold; empty: every resource.
    case and([SearchExpression])
    /// One must hold; empty: no resource.
    case or([SearchExpression])
    /// `:not`, `:not-in`, `not` in a filter: what does not fulfil the inner one, also for want of the element.
    case not(SearchExpression)
    /// `_id`: one of these logical ids.
    case id([String])
    /// One of these types: where a search of several types asks different things of them. Stands in an ``and(_:)`` beside
    /// a test of ids, values or references.
    case type([ResourceType])
    /// `_lastUpdated`
    case lastUpdated(SearchPrefix, DateRange)
    /// One value of a parameter; alternatives (`a,b`) are an ``or(_:)`` of them.
    case value(SearchParameterFact, SearchTest)
    /// `:missing=true`; `:missing=false` is its ``not(_:)``.
    case missing(SearchParameterFact)
    /// `subject:Patient.name=…`: the parameter refers to a current resource of that type which fulfils the inner one. A
    /// chain without a type is an ``or(_:)`` over the parameter's target types that know the inner parameter.
    case chain(SearchParameterFact, ResourceType, SearchExpression)
    /// `_has:Observation:patient:…`: a current resource of that type which fulfils the inner one refers to it by the
    /// parameter. `_list=42` is `_has:List:item:_id=42`.
    case has(ResourceType, SearchParameterFact, SearchExpression)
    /// Codes of a value set or code system that must be looked up before the record can be asked; the exchange replaces
    /// them by an ``or(_:)`` of tokens.
    case codes(SearchParameterFact, SearchCodes)
    /// `_text`: words of the narrative.
    case text(String)
    /// `_content`: words of the whole resource.
    case content(String)
}

/// `:in`, `:above`, `:below` of tokens (R4 §3.1.1.4.10).
public enum SearchCodes: Sendable, Hashable {
    /// `:in`: a value set's canonical url, or the reference of one that is stored (`ValueSet/42`).
    case inValueSet(String)
    /// `:below`: the code and those that it subsumes.
    case below(SearchQueryValue.TokenQuery)
    /// `:above`: the code and those that subsume it.
    case above(SearchQueryValue.TokenQuery)
}

/// What one alternative asks of a parameter's values.
public enum SearchTest: Sendable, Hashable {
    case token(SearchQueryValue.TokenQuery)
    /// `:text`: the display or text begins with it, compared as strings are.
    case tokenText(String)
    /// `:of-type`: an identifier by its type and value.
    case ofType(system: String, code: String, value: String)
    case reference(SearchQueryValue.ReferenceQuery)
    /// A canonical that leads to what has this url and version: it names both, or the url alone.
    case canonical(Canonical)
    /// `:identifier`
    case referenceIdentifier(SearchQueryValue.TokenQuery)
    /// Begins with it, case and accents folded.
    case string(String)
    /// `:exact`
    case stringExact(String)
    /// `:contains`, folded.
    case stringContains(String)
    /// `eq` of a filter: the whole of it, folded.
    case stringEquals(String)
    /// `ew` of a filter: ends with it, folded.
    case stringEnds(String)
    case date(SearchPrefix, DateRange)
    /// `po` of a filter: one of the stored ranges has an instant in common with it.
    case dateOverlaps(DateRange)
    case number(SearchPrefix, WrittenDecimal)
    case quantity(SearchQueryValue.QuantityQuery)
    case uri(String)
    /// `:below`: the uri itself and those beneath it (`http://acme.org/fhir` finds `http://acme.org/fhir/ValueSet/1`).
    case uriBelow(String)
    /// `:above`: the uri itself and those above it.
    case uriAbove(String)
    /// A composite's parts, in the order of ``SearchParameterFact/components``, all of the same repetition.
    case composite([SearchTest])
    /// `near`: degrees, and metres.
    case near(latitude: Double, longitude: Double, metres: Double)
}

/// One key of `_sort`.
public struct SearchSort: Sendable, Hashable {
    public enum Key: Sendable, Hashable {
        case id
        case lastUpdated
        /// A parameter of all the types that are searched.
        case parameter(SearchParameterFact)
    }

    public let key: Key
    public let isDescending: Bool

    public init(_ key: Key, isDescending: Bool = false) {
        self.key = key
        self.isDescending = isDescending
    }
}

/// `_include` or `_revinclude` (R4 §3.1.1.5.4).
public struct SearchInclude: Sendable, Hashable {
    /// The type that holds the reference: `_include=Observation:subject:Patient`, `_revinclude=Provenance:target`. nil
    /// for `_include=*`.
    public let source: ResourceType?
    /// nil for `*`: every reference parameter of the source.
    public let parameter: SearchParameterFact?
    /// Only targets of this type.
    public let target: ResourceType?
    /// `_revinclude`
    public let isReverse: Bool
    /// `:iterate` (`:recurse`): also applied to what was included.
    public let iterates: Bool

    public init(
        source: ResourceType?, parameter: SearchParameterFact?, target: ResourceType? = nil, isReverse: Bool = false,
        iterates: Bool = false
    ) {
        self.source = source
        self.parameter = parameter
        self.target = target
        self.isReverse = isReverse
        self.iterates = iterates
    }
}

/// `_summary` and `_elements`: what of each resource is told.
public enum SearchView: Sendable, Hashable {
    case whole
    /// `_summary=true`
    case summary
    /// `_summary=text`: narrative, id, meta and mandatory elements.
    case text
    /// `_summary=data`: all but the narrative.
    case data
    /// `_summary=count`, `_count=0`
    case count
    /// `_elements=…`: these, and what is mandatory. Names may be given as `Patient.name`.
    case elements([String])
}

/// `_total`
public enum SearchTotal: String, Sendable, Hashable {
    case none
    case estimate
    case accurate
}
