/// One alternative of a search parameter's value, read for the parameter's kind; ``parse(_:as:defaultOffset:)`` gives
/// all of them.
///
/// Source: R4 search.html §3.1.1.4.
public enum SearchQueryValue: Sendable, Hashable {
    case token(TokenQuery)
    case reference(ReferenceQuery)
    /// Unescaped, otherwise as written.
    case string(String)
    case date(SearchPrefix, DateRange)
    case number(SearchPrefix, WrittenDecimal)
    case quantity(QuantityQuery)
    case uri(String)

    /// `code`, `system|code`, `|code`, `system|`
    public struct TokenQuery: Sendable, Hashable {
        public enum System: Sendable, Hashable {
            /// No `|` was written: whatever the system.
            case any
            /// `|code`: the value has no system.
            case none
            case uri(String)
        }

        public let system: System
        /// `nil` for `system|`: whatever the code.
        public let code: String?

        public init(system: System, code: String?) {
            self.system = system
            self.code = code
        }
    }

    /// What a reference search names.
    public enum ReferenceQuery: Sendable, Hashable {
        /// `id`: of any of the parameter's target types, or of the type that a modifier names.
        case id(String)
        /// `Type/id`, and with `/_history/version` that version of it.
        case local(type: ResourceType, id: String, version: String?)
        /// Anything with a scheme: a url elsewhere (or of this server, which the caller knows), an urn, a canonical.
        case absolute(url: String)
    }

    /// `number`, `number|system|code`, `number||code`
    public struct QuantityQuery: Sendable, Hashable {
        public let prefix: SearchPrefix
        public let value: WrittenDecimal
        /// `nil`: whatever the system.
        public let system: String?
        /// `nil`: whatever the unit. Without a system it is a code or a displayed unit.
        public let code: String?

        public init(prefix: SearchPrefix, value: WrittenDecimal, system: String?, code: String?) {
            self.prefix = prefix
            self.value = value
            self.system = system
            self.code = code
        }
    }

    /// Reads all alternatives (`a,b`) of a value whose percent-encoding has been undone.
    ///
    /// - Parameters:
    ///   - kind: any but `composite` and `special`, which are refused.
    ///   - defaultOffset: seconds east of UTC, for dates that name no zone.
    /// - Throws: ``SearchQueryError`` with the alternative that is wrong.
    public static func parse(
        _ text: String, as kind: SearchParameterKind, defaultOffset: Int = 0
    ) throws(SearchQueryError) -> [SearchQueryValue] {
        var values: [SearchQueryValue] = []
        for alternative in SearchEscape.split(text[...], at: ",") {
            guard !alternative.isEmpty else {
                throw SearchQueryError(value: text, reason: .empty)
            }
            values.append(try single(alternative, as: kind, defaultOffset: defaultOffset))
        }
        return values
    }

    /// Reads one alternative, which may hold escapes.
    public static func single(
        _ text: Substring, as kind: SearchParameterKind, defaultOffset: Int = 0
    ) throws(SearchQueryError) -> SearchQueryValue {
        switch kind {
        case .token: .token(try TokenQuery(parsing: text))
        case .reference: .reference(try ReferenceQuery(parsing: text))
        case .string: .string(SearchEscape.unescaped(text))
        case .uri: .uri(SearchEscape.unescaped(text))
        case .date: try date(text, defaultOffset)
        case .number: try number(text)
        case .quantity: .quantity(try QuantityQuery(parsing: text))
        case .composite, .special: throw SearchQueryError(value: String(text), reason: .unsupportedKind(kind))
        }
    }
}
