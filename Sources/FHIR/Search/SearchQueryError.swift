/// Why a searched value cannot be read; the search is refused with it (HTTP 400).
public struct SearchQueryError: Error, Sendable, Hashable {
    public enum Reason: Sendable, Hashable {
        case empty
        case invalidToken
        case invalidReference
        case invalidDate
        case invalidNumber
        case numberOutOfBounds
        case invalidQuantity
        case unsupportedKind(SearchParameterKind)
        case invalidName
    }

    /// What was written.
    public let value: String
    public let reason: Reason

    public init(value: String, reason: Reason) {
        self.value = value
        self.reason = reason
    }

    /// What is wrong and what is expected, in one sentence.
    public var message: String {
        "'\(value.prefix(200))' \(complaint)"
    }

    private var complaint: String {
        switch reason {
        case .empty: "holds an empty alternative; expected a value on either side of each comma"
        case .invalidToken: "is no token; expected code, system|code, |code or system|"
        case .invalidReference:
            "is no reference; expected an id, Type/id, Type/id/_history/version or an absolute url"
        case .invalidDate:
            "is no date; expected YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm[:ss[.fff]] with an optional zone "
                + "(Z, +hh:mm, -hh:mm), after an optional prefix (\(Self.prefixes))"
        case .invalidNumber: "is no number; expected a decimal after an optional prefix (\(Self.prefixes))"
        case .numberOutOfBounds:
            "is beyond what is compared: at most \(FHIRDecimal.maximumDigits) digits within "
                + "\(FHIRDecimal.maximumPlace) places of the decimal point"
        case .invalidQuantity:
            "is no quantity; expected number, number|system|code or number||code after an optional prefix "
                + "(\(Self.prefixes))"
        case .unsupportedKind(let kind): "cannot be searched: parameters of type \(kind) are not supported"
        case .invalidName: "is no parameter; expected name, name:modifier or name.chained"
        }
    }

    private static let prefixes = SearchPrefix.allCases.map(\.rawValue).joined(separator: ", ")
}
