import FHIR
import Postgres
import Synchronization

/// A unit that quantities of the record are coded with.
struct SearchUnit: Sendable, Hashable {
    let system: String
    let code: String

    private static let separator: Character = "|"

    /// As it stands in the table of texts.
    var text: String { "\(code)\(Self.separator)\(system)" }

    init(system: String, code: String) {
        self.system = system
        self.code = code
    }

    init?(text: String) {
        guard let mark = text.firstIndex(of: Self.separator) else { return nil }
        self.init(system: String(text[text.index(after: mark)...]), code: String(text[..<mark]))
    }
}

extension Indexer {
    func term(_ unit: SearchUnit) -> Int64 { hash(.quantityUnit, 0, unit.system, unit.code) }

    func text(of unit: SearchUnit) -> IndexRows.TextRow {
        IndexRows.TextRow(parameter: 0, kind: .unit, text: unit.text, term: term(unit))
    }
}

extension Store {
    private static let units = Statement("select text from search_text where param = 0 and kind = 5")

    /// The units that the record knows, if an expression asks for a quantity in one: those of the same kind are asked
    /// for too.
    func units(for expression: SearchExpression) async throws -> [SearchUnit] {
        guard expression.namesUnits else { return [] }
        return try await knownUnits.value(0) {
            let rows = try await reads.run([Query(Self.units)])
            return try rows[0].compactMap { SearchUnit(text: try $0.text(0)) }
        }
    }
}

extension SearchExpression {
    fileprivate var namesUnits: Bool {
        switch self {
        case .and(let parts), .or(let parts): parts.contains(where: \.namesUnits)
        case .not(let inner), .chain(_, _, let inner), .has(_, _, let inner): inner.namesUnits
        case .value(_, let test): test.namesUnits
        case .id, .type, .lastUpdated, .missing, .codes, .text, .content: false
        }
    }
}

extension SearchTest {
    fileprivate var namesUnits: Bool {
        switch self {
        case .quantity(let query): query.system != nil
        case .composite(let parts): parts.contains(where: \.namesUnits)
        default: false
        }
    }
}

/// What units are of base units, kept: to read one costs more than to compare numbers of it, and a search compares with
/// all units of the record.
private final class UnitMeanings: Sendable {
    static let shared = UnitMeanings()
    /// Of more, which a record hardly has, those are forgotten that were kept before.
    private static let limit = 4096

    private let known = Mutex<[SearchUnit: UCUMUnit?]>([:])

    /// nil for what is none of UCUM's.
    func meaning(of unit: SearchUnit) -> UCUMUnit? {
        if let known = known.withLock({ $0[unit] }) { return known }
        let meaning = UCUMUnit(system: unit.system, code: unit.code)
        known.withLock { known in
            if known.count >= Self.limit { known.removeAll() }
            known[unit] = .some(meaning)
        }
        return meaning
    }
}

extension SearchCompiler {
    /// What a quantity asks of rows: in its own unit, and with the number that it is in each other unit of the kind.
    func values(_ quantity: SearchQueryValue.QuantityQuery) -> [SearchPredicate.Value] {
        let condition = NumberCondition(quantity.prefix, quantity.value)
        guard let system = quantity.system else {
            let code = quantity.code.map { indexer.hash(.quantityCode, 0, $0) }
            return [.number(condition, unit: nil, code: code)]
        }
        guard let code = quantity.code else {
            return units.filter { $0.system == system }.map { .number(condition, unit: indexer.term($0), code: nil) }
        }
        let own = SearchUnit(system: system, code: code)
        var values = [SearchPredicate.Value.number(condition, unit: indexer.term(own), code: nil)]
        guard let asked = UnitMeanings.shared.meaning(of: own) else { return values }
        for unit in units where unit != own {
            guard let other = UnitMeanings.shared.meaning(of: unit),
                let converted = asked.condition(condition, in: other)
            else { continue }
            values.append(.number(converted, unit: indexer.term(unit), code: nil))
        }
        return values
    }
}
