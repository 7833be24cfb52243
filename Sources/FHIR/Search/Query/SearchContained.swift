/// `_contained` and `_containedType` (R4 §3.1.1.5.6): resources within others are searched.
public struct SearchContained: Sendable, Hashable {
    /// `_contained=both`: resources of their own are found, too.
    public let isBeside: Bool
    /// `_containedType=contained`: the contained resource is told, not its container.
    public let isItself: Bool

    public init(isBeside: Bool, isItself: Bool) {
        self.isBeside = isBeside
        self.isItself = isItself
    }
}

extension SearchParse {
    /// `_contained` and `_containedType` together, and what cannot be had beside them.
    ///
    /// - Parameter conditions: what the search asks.
    mutating func takeContained(asking conditions: [SearchExpression]) {
        guard let value = once["_contained"], value != "false", errors.isEmpty else {
            if let value = once["_containedType"], once["_contained"] == nil {
                warn(
                    "It has an effect beside _contained=true and _contained=both alone.",
                    .init(name: "_containedType", value: value))
            }
            return
        }
        search.contained = SearchContained(isBeside: value == "both", isItself: once["_containedType"] == "contained")
        if !search.sort.isEmpty { refuseBesideContained("_sort") }
        if !search.includes.isEmpty { refuseBesideContained("_include and _revinclude") }
        if search.explains { refuseBesideContained("_explain") }
        if conditions.contains(where: \.looksBeyond) {
            refuseBesideContained("A chain, _has, _list, _text or _content")
        }
    }

    private mutating func refuseBesideContained(_ what: String) {
        errors.append(
            Issue(
                .notSupported,
                "\(what) cannot be had beside _contained: contained resources are judged one by one, by their own "
                    + "elements. Leave it out, or search without _contained.", at: "http._contained"))
    }
}

extension SearchExpression {
    /// The same but for codes, which are looked up beforehand.
    fileprivate var looksBeyond: Bool {
        switch self {
        case .codes: false
        case .and(let parts), .or(let parts): parts.contains(where: \.looksBeyond)
        case .not(let inner): inner.looksBeyond
        default: looksElsewhere
        }
    }
}
