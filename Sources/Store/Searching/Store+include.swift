import FHIR
import Postgres

extension Store {
    /// Puts on the page what its includes ask for, as it was at the page's moment: set by set, with `:iterate` until
    /// nothing new comes.
    func include(_ request: SearchRequest, on page: inout SearchPage, at moment: Moment) async throws {
        guard !request.includes.isEmpty, !page.matches.isEmpty else { return }
        var collection = IncludeCollection(page.matches, limit: request.includedLimit)
        var sources = page.matches
        var includes = request.includes
        while !sources.isEmpty, !includes.isEmpty {
            var found: [StoredVersion] = []
            let forward = includes.filter { !$0.isReverse }
            if !forward.isEmpty {
                found += try await self.forward(forward, from: sources, at: moment, into: &collection)
            }
            let reverse = includes.filter(\.isReverse)
            if !reverse.isEmpty { found += try await backward(reverse, to: sources, at: moment, into: &collection) }
            found += try await canonicals(includes, sources, at: moment, into: &collection)
            sources = found
            includes = includes.filter(\.iterates)
        }
        page.included = collection.included
        page.omitted = collection.omissions
    }

    private static let current = Statement(
        """
        select r.version, r.method, r.updated, r.content, r.id, r.key, r.type
        from resource r join unnest($1, $2) as e(type, id) on r.type = e.type and r.id = e.id
        where r.method <> 2 order by r.key
        """, [.int2Array, .textArray])

    /// What the sources refer to: each is read once, and what all includes ask for is looked up together.
    private func forward(
        _ includes: [SearchInclude], from sources: [StoredVersion], at moment: Moment,
        into collection: inout IncludeCollection
    ) async throws -> [StoredVersion] {
        var targets = [[ResourceName]](repeating: [], count: includes.count)
        for source in sources {
            let asked = includes.indices.filter { includes[$0].source.map { $0 == source.type } ?? true }
            guard !asked.isEmpty else { continue }
            for (parameter, name) in try references(of: source) {
                for index in asked where includes[index].leads(by: parameter, to: name.type) {
                    targets[index].append(name)
                }
            }
        }
        let wanted = collection.unknown(targets.flatMap(\.self))
        guard !wanted.isEmpty else { return [] }
        let named = try await self.named(wanted, at: moment)
        var all: [StoredVersion] = []
        for (include, names) in zip(includes, targets) where !names.isEmpty {
            let meant = Set(names)
            let (taken, left) = collection.take(
                named.filter { meant.contains(ResourceName(type: $0.type, id: $0.id)) })
            collection.omit(include, left.map { ($0.type, $0.id) }, count: left.count)
            all += taken
        }
        return all
    }

    /// Resources by their names, in the order of creation.
    private func named(_ names: [ResourceName], at moment: Moment) async throws -> [StoredVersion] {
        guard moment.isNow else {
            let query = Self.named(names, at: moment)
            return try Self.matches(try await searches.withConnection { try await $0.query(query) })
        }
        let query = Query(Self.current, [.int2Array(names.map(\.type.code)), .textArray(names.map(\.id))])
        return try Self.matches(try await lookups.run(query))
    }

    /// The resources of this record that one refers to, as its text says, each with the parameter that finds it by.
    private func references(of source: StoredVersion) throws -> [(parameter: Int32, name: ResourceName)] {
        guard let content = source.content else { return [] }
        let document = try JSONDocument.parse(content, limits: JSONLimits(maximumBytes: .max))
        return extractor.entries(of: document, type: source.type).compactMap { entry in
            guard case .reference(let reference) = entry.value else { return nil }
            return indexer.local(reference).map { (entry.parameter, $0) }
        }
    }

    /// What refers to the targets.
    private func backward(
        _ includes: [SearchInclude], to targets: [StoredVersion], at moment: Moment,
        into collection: inout IncludeCollection
    ) async throws -> [StoredVersion] {
        let compiler = SearchCompiler(indexer: indexer, extractor: extractor, now: 0)
        var asked: [Reverse] = []
        for include in includes {
            let meant = targets.filter { include.target == nil || include.target == $0.type }
            guard let source = include.source, !meant.isEmpty else { continue }
            let numbers = compiler.numbers(of: include, source)
            let salts = numbers.map(indexer.salt)
            let terms = meant.flatMap { target in
                let own = indexer.own(target.type.name, target.id)
                return salts.map { own ^ $0 }
            }
            guard !terms.isEmpty else { continue }
            // Of those that are known already some may come again.
            let limit = collection.room + collection.known + 1
            asked.append(Reverse(include: include, source: source, targets: meant, terms: terms, limit: limit))
        }
        guard !asked.isEmpty else { return [] }
        var all: [StoredVersion] = []
        for (reverse, answer) in zip(asked, try await referring(asked, at: moment)) {
            let (taken, left) = collection.take(answer.found)
            all += taken
            guard !left.isEmpty else { continue }
            let total = try await countReferring(reverse, at: moment) + answer.changed
            let omitted = max(left.count, total - (answer.found.count - left.count))
            collection.omit(reverse.include, reverse.targets.map { ($0.type, $0.id) }, count: omitted)
        }
        return all
    }

    /// What a `_revinclude` asks of a page.
    struct Reverse: Sendable {
        let include: SearchInclude
        let source: ResourceType
        let targets: [StoredVersion]
        /// Of the references to the targets.
        let terms: [Int64]
        let limit: Int
    }

    /// What refers to the targets, as far as the limit; beside it how many of those have changed since the moment.
    private func referring(
        _ asked: [Reverse], at moment: Moment
    ) async throws -> [(found: [StoredVersion], changed: Int)] {
        if moment.isNow {
            let queries = asked.map {
                Query(Self.referring, [.int8Array($0.terms), .int4(Int32(clamping: $0.limit))])
            }
            let answers = try await lookups.run(queries)
            return try answers.map { (try Self.matches($0), 0) }
        }
        var answers: [(found: [StoredVersion], changed: Int)] = []
        for reverse in asked {
            let changed = try await changedReferring(reverse, at: moment)
            let query = Self.unchangedReferring(reverse, at: moment)
            let found = try Self.matches(try await searches.withConnection { try await $0.query(query) })
            answers.append((found + changed, changed.count))
        }
        return answers
    }

    private func countReferring(_ reverse: Reverse, at moment: Moment) async throws -> Int {
        let query =
            moment.isNow
            ? Query(Self.countReferring, [.int8Array(reverse.terms)]) : Self.countUnchanged(reverse, at: moment)
        let rows = try await searches.withConnection { try await $0.query(query) }
        return try rows.first.map { Int(try $0.int8(0)) } ?? 0
    }

    private static let referring = Statement(
        """
        with m as materialized (select s.key from search s where s.terms && $1),
             p as (select key from m order by key limit $2)
        select r.version, r.method, r.updated, r.content, r.id, r.key, r.type
        from p join resource r on r.key = p.key order by p.key
        """, [.int8Array, .int4])

    private static let countReferring = Statement(
        "select count(*) from search s where s.terms && $1", [.int8Array], reuse: .once)
}

extension SearchInclude {
    /// Whether a reference that a parameter finds is one to be followed.
    fileprivate func leads(by number: Int32, to type: ResourceType) -> Bool {
        (parameter.map { $0.id == number } ?? true) && (target.map { $0 == type } ?? true)
    }
}

/// A resource by its name.
struct ResourceName: Sendable, Hashable {
    let type: ResourceType
    let id: String
}

/// What comes along with the matches, each resource once.
struct IncludeCollection: Sendable {
    private(set) var included: [StoredVersion] = []
    private(set) var omissions: [SearchPage.Omission] = []
    private var seen: Set<ResourceName>
    private let limit: Int

    init(_ matches: [StoredVersion], limit: Int) {
        seen = Set(matches.map { ResourceName(type: $0.type, id: $0.id) })
        self.limit = limit
    }

    var room: Int { max(0, limit - included.count) }
    var known: Int { seen.count }

    /// Those that are not on the page yet, each once.
    func unknown(_ names: [ResourceName]) -> [ResourceName] {
        var met = seen
        return names.filter { met.insert($0).inserted }
    }

    /// Takes what is new as far as there is room; answers what was taken, and what is new and had no room.
    mutating func take(_ found: [StoredVersion]) -> (taken: [StoredVersion], left: [StoredVersion]) {
        let new = found.filter { !seen.contains(ResourceName(type: $0.type, id: $0.id)) }
        let taken = Array(new.prefix(room))
        included += taken
        seen.formUnion(taken.map { ResourceName(type: $0.type, id: $0.id) })
        return (taken, Array(new.dropFirst(taken.count)))
    }

    mutating func omit(_ include: SearchInclude, _ resources: [(type: ResourceType, id: String)], count: Int) {
        guard count > 0 else { return }
        omissions.append(.init(include: include, count: count, resources: resources))
    }
}

extension Indexer {
    /// The resource of this record that a reference is to.
    func local(_ reference: SearchReference) -> ResourceName? {
        switch reference {
        case .local(let type, let id, _): return ResourceName(type: type, id: id)
        case .absolute(let url):
            guard let base, url.hasPrefix(base), let (type, id) = Self.local(url.dropFirst(base.count)) else {
                return nil
            }
            return ResourceType(type).map { ResourceName(type: $0, id: id) }
        case .identifier: return nil
        }
    }
}

extension SearchCompiler {
    /// The numbers of an include's parameter, or of all references of its source.
    func numbers(of include: SearchInclude, _ source: ResourceType) -> [Int32] {
        if let parameter = include.parameter { return numbers(parameter, [source]) }
        // Those beside R4's are not meant by `*`.
        return R4.table.searchParameters(for: source).filter { $0.kind == .reference }
            .map { Indexer.parameter(source, $0.id) }
    }
}
