/// What `$translate` answers: the concepts that a concept becomes (R4 conceptmap-operation-translate).
public struct ConceptTranslation {
    /// What is to be translated, and where to.
    public struct Wish: Sendable {
        public var codings: [CodeValidation.Coding] = []
        /// Value sets: the one that the code was chosen from, and the one that is wanted.
        public var source: String?
        public var target: String?
        public var targetSystem: String?
        /// From the map's target to its source.
        public var isReverse = false
        public var dependencies: [Dependency] = []

        public init() {}
    }

    /// Another element that decides between mappings.
    public struct Dependency: Sendable {
        public let element: String
        public let codings: [CodeValidation.Coding]
        public let text: String?

        public init(element: String, codings: [CodeValidation.Coding], text: String?) {
            self.element = element
            self.codings = codings
            self.text = text
        }
    }

    struct Match {
        let equivalence: String
        let system: String?
        let code: String?
        let display: String?
        let products: [JSONNode]
        let map: String?
    }

    private let known: TerminologySet
    private let wish: Wish
    private(set) var matches: [Match] = []
    /// Mappings that need an element that was not given.
    private var undecided: Set<String> = []
    private var problems: [String] = []

    /// - Parameter maps: the one that is asked for, or all that are known.
    public init(_ wish: Wish, maps: [ConceptMap], known: TerminologySet) {
        self.wish = wish
        self.known = known
        let fitting = maps.filter(fits)
        for map in fitting {
            for coding in wish.codings { translate(coding, map, depth: 0) }
        }
        if fitting.isEmpty { problems.append("No concept map that is known here goes from that source to that target") }
    }

    private func fits(_ map: ConceptMap) -> Bool {
        let (from, to) = wish.isReverse ? (wish.target, wish.source) : (wish.source, wish.target)
        return Self.isSame(map.source, from) && Self.isSame(map.target, to)
    }

    /// What is not asked for, or not said by the map, is right.
    private static func isSame(_ own: String?, _ asked: String?) -> Bool {
        guard let asked else { return true }
        guard let own else { return false }
        let (one, other) = (Canonical(own), Canonical(asked))
        return one.url == other.url && (one.version == nil || other.version == nil || one.version == other.version)
    }

    private mutating func translate(_ coding: CodeValidation.Coding, _ map: ConceptMap, depth: Int) {
        for group in map.groups {
            let (from, to) = wish.isReverse ? (group.target, group.source) : (group.source, group.target)
            guard coding.system == nil || from == nil || coding.system == from else { continue }
            if let wanted = wish.targetSystem, let to, to != wanted { continue }
            if wish.isReverse {
                reverse(coding.code, group, map)
            } else if let element = group.elements[coding.code] {
                for target in element.elements("target") { take(target, group, map) }
            } else if let unmapped = group.unmapped {
                take(unmapped: unmapped, coding, group, map, depth: depth)
            }
        }
    }

    private mutating func take(_ target: JSONNode, _ group: ConceptMap.Group, _ map: ConceptMap) {
        guard isMet(target) else { return }
        let code = target["code"]?.string
        matches.append(
            Match(
                equivalence: target["equivalence"]?.string ?? "equivalent", system: group.target, code: code,
                display: target["display"]?.string ?? code.flatMap { display($0, group.target) },
                products: target.elements("product").map { $0 }, map: map.url))
    }

    private mutating func reverse(_ code: String, _ group: ConceptMap.Group, _ map: ConceptMap) {
        for (own, element) in group.elements.sorted(by: { $0.value.index < $1.value.index }) {
            for target in element.elements("target") where target["code"]?.equals(code) == true {
                guard isMet(target) else { continue }
                matches.append(
                    Match(
                        equivalence: Self.inverted(target["equivalence"]?.string ?? "equivalent"),
                        system: group.source, code: own,
                        display: element["display"]?.string ?? display(own, group.source), products: [], map: map.url))
            }
        }
    }

    private mutating func take(
        unmapped: JSONNode, _ coding: CodeValidation.Coding, _ group: ConceptMap.Group, _ map: ConceptMap, depth: Int
    ) {
        switch unmapped["mode"]?.string {
        case "provided":
            matches.append(
                Match(
                    equivalence: "equal", system: group.target, code: coding.code,
                    display: coding.display ?? display(coding.code, group.target), products: [], map: map.url))
        case "fixed":
            let code = unmapped["code"]?.string
            matches.append(
                Match(
                    equivalence: "inexact", system: group.target, code: code,
                    display: unmapped["display"]?.string ?? code.flatMap { display($0, group.target) }, products: [],
                    map: map.url))
        case "other-map":
            let url = unmapped["url"]?.string ?? ""
            guard depth < 8, let other = known.conceptMap(url) else {
                problems.append(
                    "The concept map \(url), which \(map.url ?? "the map") leaves other codes to, is not known")
                return
            }
            translate(coding, other, depth: depth + 1)
        default: return
        }
    }

    /// Whether all that a mapping depends on is given and right.
    private mutating func isMet(_ target: JSONNode) -> Bool {
        for need in target.elements("dependsOn") {
            guard let element = need["property"]?.string, let value = need["value"]?.string else { continue }
            let given = wish.dependencies.filter { $0.element == element }
            if given.isEmpty { undecided.insert(element) }
            let isRight = given.contains { dependency in
                dependency.text == value
                    || dependency.codings.contains { coding in
                        coding.code == value && (need["system"]?.string).map { $0 == coding.system } ?? true
                    }
            }
            guard isRight else { return false }
        }
        return true
    }

    private func display(_ code: String, _ system: String?) -> String? {
        system.flatMap { known.codeSystem($0)?.display(of: code) }
    }

    /// http://hl7.org/fhir/concept-map-equivalence, read from the other end.
    private static func inverted(_ equivalence: String) -> String {
        switch equivalence {
        case "wider": "narrower"
        case "narrower": "wider"
        case "subsumes": "specializes"
        case "specializes": "subsumes"
        default: equivalence
        }
    }

    /// At least one concept that is neither unmatched nor disjoint.
    public var isTranslated: Bool {
        matches.contains { $0.equivalence != "unmatched" && $0.equivalence != "disjoint" }
    }

    var message: String? {
        var said = problems
        if !undecided.isEmpty {
            said.append(
                "Mappings were left out because they depend on \(undecided.sorted().joined(separator: ", ")); give it as dependency"
            )
        }
        if !isTranslated, said.isEmpty {
            let codes = wish.codings.map { "\($0.system ?? "")|\($0.code)" }.joined(separator: ", ")
            said.append("No mapping was found for \(codes)")
        }
        return said.isEmpty ? nil : said.joined(separator: ". ") + "."
    }

    public func json() -> [UInt8] {
        var answer = ParametersBuilder()
        answer.add("result", isTranslated)
        answer.add("message", ifPresent: message)
        for match in matches {
            answer.add("match") { part in
                part.add("equivalence", "valueCode", match.equivalence)
                if let code = match.code {
                    part.add("concept", system: match.system, code: code, display: match.display)
                }
                for product in match.products {
                    part.add("product") { inner in
                        if let element = product["property"]?.string { inner.add("element", "valueUri", element) }
                        inner.add(
                            "concept", system: product["system"]?.string, code: product["value"]?.string ?? "",
                            display: product["display"]?.string)
                    }
                }
                if let map = match.map { part.add("source", "valueUri", map) }
            }
        }
        return answer.json()
    }
}
