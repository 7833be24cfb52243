import FHIR
import Testing

@testable import Store

/// Random states of patients and observations, and what a reader of the specification would say of them.
struct WalkState: Sendable, Equatable {
    var family: String?
    var gender: String?
    var birth: Int?
    var active: Bool?
    /// The id of the patient of an observation.
    var subject: String?
    var value: Int?

    static func random(_ type: ResourceType, patients: [String], using random: inout SplitMix) -> WalkState {
        var state = WalkState()
        func maybe<Value>(_ value: Value) -> Value? { Int.random(in: 0..<6, using: &random) == 0 ? nil : value }
        if type == .patient {
            state.family = maybe(["Abel", "Ãbt", "Berg", "Cohn", "abend"].randomElement(using: &random) ?? "")
            state.gender = maybe(["male", "female", "other"].randomElement(using: &random) ?? "")
            state.birth = maybe(Int.random(in: 1980..<1990, using: &random))
            state.active = maybe(Bool.random(using: &random))
        } else {
            state.subject = maybe(patients.randomElement(using: &random) ?? "")
            state.value = maybe(Int.random(in: 0..<9, using: &random))
        }
        return state
    }

    /// - Parameter number: makes every version another text.
    func json(_ type: ResourceType, _ id: String, _ number: Int) -> String {
        var members = [#""resourceType":"\#(type)","id":"\#(id)","language":"x-\#(number)""#]
        if let family { members.append(#""name":[{"family":"\#(family)"}]"#) }
        if let gender { members.append(#""gender":"\#(gender)""#) }
        if let birth { members.append(#""birthDate":"\#(birth)""#) }
        if let active { members.append(#""active":\#(active)"#) }
        if type == .observation {
            members.append(#""status":"final","code":{"text":"x"}"#)
            if let subject { members.append(#""subject":{"reference":"Patient/\#(subject)"}"#) }
            if let value { members.append(#""valueQuantity":{"value":\#(value)}"#) }
        }
        return "{\(members.joined(separator: ","))}"
    }

    var folded: String? { family.map { $0.lowercased().replacing("ã", with: "a") } }
}

/// A search, and what it means.
struct WalkQuery: Sendable {
    let type: ResourceType
    let query: String
    /// Whether a state matches; other resources are asked by type and id.
    let matches:
        @Sendable (String, WalkState, _ other: (String) -> WalkState?, _ referring: (String) -> [WalkState]) -> Bool
    /// What one state comes before another by; nil comes last.
    let key: (@Sendable (String, WalkState) -> Double?)?
    var isDescending = false

    /// The order of texts as numbers, for as much as the model has of them.
    private static func rank(_ text: String?) -> Double? {
        text.map { text in
            var rank = 0.0
            for byte in text.utf8.prefix(6) { rank = rank * 256 + Double(byte) }
            for _ in 0..<max(0, 6 - text.utf8.count) { rank *= 256 }
            return rank
        }
    }

    static let all: [WalkQuery] = [
        WalkQuery(type: .patient, query: "", matches: { _, _, _, _ in true }, key: nil),
        WalkQuery(
            type: .patient, query: "active=true&_sort=birthdate", matches: { _, s, _, _ in s.active == true },
            key: { $1.birth.map(Double.init) }),
        WalkQuery(
            type: .patient, query: "name=ab&_sort=-family",
            matches: { _, s, _, _ in s.folded?.hasPrefix("ab") == true }, key: { rank($1.folded) }, isDescending: true),
        WalkQuery(
            type: .patient, query: "birthdate=ge1985&_sort=gender,-birthdate",
            matches: { _, s, _, _ in s.birth ?? 0 >= 1985 }, key: { rank($1.gender) }),
        WalkQuery(
            type: .patient, query: "gender:missing=true&_sort=-_id", matches: { _, s, _, _ in s.gender == nil },
            key: { id, _ in rank(id) }, isDescending: true),
        WalkQuery(
            type: .patient, query: "gender:not=male&_sort=family", matches: { _, s, _, _ in s.gender != "male" },
            key: { rank($1.folded) }),
        WalkQuery(
            type: .observation, query: "subject:Patient.active=true&_sort=value-quantity",
            matches: { _, s, other, _ in s.subject.flatMap(other)?.active == true }, key: { $1.value.map(Double.init) }),
        WalkQuery(
            type: .observation, query: "value-quantity=gt3&_sort=-value-quantity",
            matches: { _, s, _, _ in s.value ?? 0 > 3 }, key: { $1.value.map(Double.init) }, isDescending: true),
        WalkQuery(
            type: .patient, query: "_has:Observation:patient:value-quantity=gt5&_sort=birthdate",
            matches: { id, _, _, referring in referring(id).contains { $0.value ?? 0 > 5 } },
            key: { $1.birth.map(Double.init) }),
    ]

    func request(count: Int) throws -> SearchRequest { try .asked(query, type, count: count) }

    /// Whether one may stand before another.
    func allows(_ one: (String, WalkState), _ other: (String, WalkState)) -> Bool {
        guard let key else { return true }
        switch (key(one.0, one.1), key(other.0, other.1)) {
        case (nil, .some): return false
        case (_, nil): return true
        case (let a?, let b?): return isDescending ? a >= b : a <= b
        }
    }
}

extension SearchRequest {
    /// A search as it is written.
    static func asked(_ query: String, _ type: ResourceType, count: Int) throws -> SearchRequest {
        let parser = SearchParser(parameters: .r4, bases: [], defaultOffset: 0, ignored: [], isLenient: false)
        let parsed = try parser.parse(SearchQuery(query: query).parameters, types: [type])
        return SearchRequest(
            types: [type], expression: parsed.expression, sort: parsed.sort, includes: parsed.includes, count: count,
            asOf: parsed.asOf)
    }
}

/// What writers did: of each resource all its states in order, one writer each.
actor WalkLog {
    struct Entry: Sendable {
        let state: WalkState?
        /// When the version was made, microseconds since 1970; nil until it was acknowledged.
        var updated: Int64?
    }

    /// By `Type/id`; nil states are deletions.
    private(set) var entries: [String: [Entry]] = [:]

    func begin(_ name: String, _ state: WalkState?) { entries[name, default: []].append(Entry(state: state)) }

    func end(_ name: String, _ updated: Int64) {
        let last = (entries[name]?.count ?? 0) - 1
        entries[name]?[last].updated = updated
    }

    func last(_ name: String) -> Entry? { entries[name]?.last }
}

extension WalkLog.Entry {
    init(state: WalkState?) { self.init(state: state, updated: nil) }
}

extension Record {
    /// Walks all pages.
    func walk(_ request: SearchRequest, between: () async throws -> Void = {}) async throws -> [StoredVersion] {
        var request = request
        var found: [StoredVersion] = []
        repeat {
            let page = try await store.search(request)
            found += page.matches
            request.page = page.next
            if request.page != nil { try await between() }
        } while request.page != nil
        return found
    }

    /// A writer of resources that no other writes.
    func writeRandomly(_ ids: [String], patients: [String], times: Int, seed: UInt64, _ log: WalkLog) async throws {
        var random = SplitMix(seed: seed)
        for number in 0..<times {
            let id = ids.randomElement(using: &random) ?? ""
            let type: ResourceType = id.hasPrefix("o") ? .observation : .patient
            let name = "\(type)/\(id)"
            let isThere = await log.last(name)?.state != nil
            if isThere, Int.random(in: 0..<4, using: &random) == 0 {
                await log.begin(name, nil)
                await log.end(name, try await delete(type, id).updated)
            } else {
                let state = WalkState.random(type, patients: patients, using: &random)
                await log.begin(name, state)
                await log.end(name, try await put(state.json(type, id, number)).updated)
            }
        }
    }
}
