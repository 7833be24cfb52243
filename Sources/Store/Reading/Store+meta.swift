import FHIR
import Postgres

/// What resources are labelled with; each a JSON value: urls as strings, labels as Codings.
public struct MetaInUse: Sendable {
    public var profiles: [String] = []
    public var security: [String] = []
    public var tags: [String] = []
}

extension Store {
    /// Up to so many profiles and labels are looked for one by one.
    private static let labelLimit = 2000
    /// How many of them in one round trip.
    private static let labelsAtOnce = 100

    private static let labels = Statement(
        """
        select param, kind, text, term from search_text where param = any($1) and kind in (2, 4, 6)
        order by kind, text limit \(labelLimit * 4 + 1)
        """, [.int4Array])

    private static let holder = Statement(
        """
        select r.content from (
            select s.key from search s where s.terms && $1 and not s.terms && $2 limit 1
        ) s join resource r on r.key = s.key
        """, [.int8Array, .int8Array], reuse: .once)

    /// The profiles, tags and security labels of the current resources of a type, or of all.
    ///
    /// Which there are is told by the table of texts; one resource that has each shows how it is written, and that it is
    /// in use. Of a type with more labels than that table keeps, all metas are read: in proportion to the record, within
    /// the statement timeout.
    public func metaInUse(_ type: ResourceType?) async throws(StoreError) -> MetaInUse {
        try await StoreError.mapping {
            let numbers = (type.map { [$0] } ?? ResourceType.all).flatMap { type in
                [Indexer.tag, Indexer.security, Self.profile].compactMap(\.self).map { Indexer.parameter(type, $0) }
            }
            let rows = try await self.reads.run([Query(Self.labels, [.int4Array(numbers)])])[0]
            guard let labels = try Self.labels(rows), labels.count <= Self.labelLimit else {
                return try await self.metaOfAll(type)
            }
            return try await self.meta(of: labels)
        }
    }

    private static let profile = R4.table.searchParameter(.patient, "_profile")?.id

    /// A profile or label, of all types by which it was asked for.
    private struct Label {
        var terms: [Int64] = []
        /// Of a profile without a version: the terms of the same with one.
        var except: [Int64] = []
    }

    /// nil where the table does not have them all.
    private static func labels(_ rows: Rows) throws -> [Label]? {
        guard rows.count <= labelLimit * 4 else { return nil }
        var labels: [String: Label] = [:]
        for row in rows {
            guard let kind = IndexRows.TextRow.Kind(rawValue: try row.int2(1)), kind != .manyCodes else { return nil }
            let text = try row.text(2)
            let parameter = kind == .uri ? "profile" : "\(try row.int4(0) & 0xffff)"
            labels["\(parameter) \(text)", default: Label()].terms.append(try row.int8(3))
            if kind == .uri, let bar = text.firstIndex(of: "|") {
                labels["profile \(text[..<bar])", default: Label()].except.append(try row.int8(3))
            }
        }
        return labels.values.filter { !$0.terms.isEmpty }
    }

    private func meta(of labels: [Label]) async throws -> MetaInUse {
        var found = LabelCollection()
        for start in stride(from: 0, to: labels.count, by: Self.labelsAtOnce) {
            let queries = labels[start..<min(start + Self.labelsAtOnce, labels.count)].map {
                Query(Self.holder, [.int8Array($0.terms), .int8Array($0.except)])
            }
            for rows in try await searches.withConnection({ try await $0.run(queries) }) {
                if let row = rows.first { found.add(try JSONDocument.parse(try row.bytes(0)).root) }
            }
        }
        return found.used
    }

    private static let all = Statement(
        """
        with metas as (
            select distinct convert_from(r.content, 'UTF8')::json #>> '{meta,profile}' as profile,
                convert_from(r.content, 'UTF8')::json #>> '{meta,security}' as security,
                convert_from(r.content, 'UTF8')::json #>> '{meta,tag}' as tag
            from resource r where r.method <> 2 and ($1::int2 is null or r.type = $1)
        )
        select 0::int4, v::text from metas, jsonb_array_elements(case when profile like '[%' then profile::jsonb else '[]' end) v group by v
        union all
        select 1::int4, min(v::text) from metas, jsonb_array_elements(case when security like '[%' then security::jsonb else '[]' end) v
            group by v ->> 'system', v ->> 'code'
        union all
        select 2::int4, min(v::text) from metas, jsonb_array_elements(case when tag like '[%' then tag::jsonb else '[]' end) v
            group by v ->> 'system', v ->> 'code'
        order by 1, 2
        """, [.int2])

    private func metaOfAll(_ type: ResourceType?) async throws -> MetaInUse {
        let code: Parameter = type.map { .int2($0.code) } ?? .null(.int2)
        var used = MetaInUse()
        for row in try await searches.withConnection({ try await $0.query(Query(Self.all, [code])) }) {
            let value = try row.text(1)
            switch try row.int4(0) {
            case 0: used.profiles.append(value)
            case 1: used.security.append(value)
            default: used.tags.append(value)
            }
        }
        return used
    }
}

/// The labels of some resources, each once.
private struct LabelCollection {
    private var profiles: Set<String> = []
    private var security: [String: String] = [:]
    private var tags: [String: String] = [:]

    mutating func add(_ resource: JSONNode) {
        guard let meta = resource["meta"] else { return }
        for profile in meta.elements("profile") where profile.kind == .string { profiles.insert(Self.text(profile)) }
        Self.add(meta["security"], to: &security)
        Self.add(meta["tag"], to: &tags)
    }

    /// Of the same system and code the text that comes first.
    private static func add(_ list: JSONNode?, to labels: inout [String: String]) {
        guard let list else { return }
        for coding in list.elements where coding.kind == .object {
            let key = "\(coding["system"]?.string ?? "")|\(coding["code"]?.string ?? "")"
            let text = text(coding)
            labels[key] = labels[key].map { min($0, text) } ?? text
        }
    }

    private static func text(_ node: JSONNode) -> String { String(decoding: JSONWriter.compact(node), as: UTF8.self) }

    var used: MetaInUse {
        MetaInUse(profiles: profiles.sorted(), security: security.values.sorted(), tags: tags.values.sorted())
    }
}
