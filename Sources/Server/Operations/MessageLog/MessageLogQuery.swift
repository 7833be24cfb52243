import Exchange
import FHIR
import Store

/// The parameters of `GET /messages`, read strictly: a filter that was misspelt must not look like an empty log.
struct MessageLogQuery {
    static let known = [
        "status", "sender", "patient", "event", "control-id", "since", "until", "limit", "before",
    ]
    static let maximum = 1000

    private(set) var search = MessageSearch()
    /// The id of a Patient, or `system|value` of one of its identifiers.
    private(set) var patient: String?
    /// The parameters that a link to the next page repeats.
    private(set) var filters: [SearchQuery.Parameter] = []

    init(_ query: SearchQuery) throws(Problem) {
        var seen: Set<String> = []
        for parameter in query.parameters {
            guard Self.known.contains(parameter.name) else {
                throw Self.refusal(
                    parameter.name,
                    "There is no such parameter; known are \(Self.known.joined(separator: ", ")).")
            }
            guard seen.insert(parameter.name).inserted else {
                throw Self.refusal(parameter.name, "The parameter stands twice.")
            }
            guard !parameter.value.isEmpty else { throw Self.refusal(parameter.name, "The parameter has no value.") }
            try read(parameter)
            if parameter.name != "before" { filters.append(parameter) }
        }
    }

    private mutating func read(_ parameter: SearchQuery.Parameter) throws(Problem) {
        let value = parameter.value
        switch parameter.name {
        case "status":
            var outcomes: [MessageOutcome] = []
            for name in value.split(separator: ",", omittingEmptySubsequences: false) {
                guard let outcome = MessageOutcome(rawValue: String(name)) else {
                    let all = MessageOutcome.allCases.map(\.rawValue).joined(separator: ", ")
                    throw Self.refusal("status", "'\(name)' is no status; there are \(all).")
                }
                outcomes.append(outcome)
            }
            search.outcomes = outcomes
        case "sender": search.sender = value
        case "patient": patient = value.hasPrefix("Patient/") ? String(value.dropFirst(8)) : value
        case "event": search.event = value
        case "control-id": search.controlID = value
        case "since": search.since = try Self.time(parameter).lower
        case "until": search.until = try Self.time(parameter).upper
        case "limit": search.count = Int(try Self.number(parameter, upTo: Int64(Self.maximum)))
        default: search.before = try Self.number(parameter, upTo: .max)
        }
    }

    /// Only the messages of these patients.
    mutating func restrict(toPatients ids: [String]) {
        search.patients = ids
    }

    private static func time(_ parameter: SearchQuery.Parameter) throws(Problem) -> DateRange {
        guard let range = DateRange(fhir: parameter.value, defaultOffset: 0) else {
            throw refusal(
                parameter.name,
                "'\(parameter.value)' is no time; write 2026-03-03, or 2026-03-03T07:10:00Z with its zone (%2B for +).")
        }
        return range
    }

    private static func number(_ parameter: SearchQuery.Parameter, upTo maximum: Int64) throws(Problem) -> Int64 {
        guard let number = Int64(parameter.value), (1...maximum).contains(number) else {
            throw refusal(
                parameter.name,
                "'\(parameter.value)' is no whole number from 1" + (maximum < .max ? " to \(maximum)." : "."))
        }
        return number
    }

    private static func refusal(_ name: String, _ reason: String) -> Problem {
        Problem(.invalid, .value, "\(name): \(reason)", at: "http.\(name)")
    }
}
