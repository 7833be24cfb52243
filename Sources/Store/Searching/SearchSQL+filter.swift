import FHIR
import Postgres

extension SearchSQL {
    /// What a row of `search` in hand must fulfil. `offset 0` keeps each part a question of its own, which no planner
    /// turns into a join that reads a table.
    ///
    /// - Parameter types: whose resources the row may be of; empty: all.
    mutating func filter(_ predicate: SearchPredicate, _ types: [ResourceType], on row: String) -> String {
        switch predicate {
        case .and(let parts):
            return parts.isEmpty ? "true" : "(\(parts.map { filter($0, types, on: row) }.joined(separator: " and ")))"
        case .or(let parts):
            return parts.isEmpty ? "false" : "(\(parts.map { filter($0, types, on: row) }.joined(separator: " or ")))"
        case .not(let inner): return "not \(filter(inner, types, on: row))"
        case .terms(let terms): return isOfRows ? member(terms, of: row) : any(terms, on: row)
        case .text(let test): return "\(row).terms && \(terms(test))"
        case .own(let own): return "\(row).self = any(\(binder.bind(.int8Array(own), .int8Array)))"
        case .types(let types): return self.types(types, on: row)[0]
        case .updated(let condition):
            let u = alias("u")
            let moment = binder.moment(condition, column: "\(u).updated")
            return "exists (select from \(tables.resource) \(u) where \(u).key = \(row).key and \(moment) offset 0)"
        case .row(let test): return exists(test, on: row, alone: true)
        case .presence(let parameter, let isPresent, _):
            // In brackets it is no join but a set that is looked into.
            let shapes = shapes(parameter, present: isPresent, types, aggregated: false)
            return "(\(row).terms[1] in \(shapes)) is true"
        case .chain(let salts, let type, let inner):
            let (u, t) = (alias("u"), alias("t"))
            let (salt, from) = self.salts(salts)
            let kind = binder.bind(.int2(type.code), .int2)
            let (rest, search) = elsewhere { ($0.filter(inner, [type], on: t), $0.tables.search) }
            return """
                exists (select from \(Self.references(row)) \(u)\(from) cross join lateral (
                    select \(t).* from \(search) \(t) where \(t).self = \(u) # \(salt) offset 0) \(t)
                    where \(t).type = \(kind) and \(rest) offset 0)
                """
        case .has(let salts, let type, let inner):
            let x = alias("x")
            let terms =
                "array[\(salts.map { "\(row).self # \(binder.bind(.int8($0), .int8))" }.joined(separator: ", "))]"
            let isSeldom = refersSeldom(type, to: types)
            let (rest, search) = elsewhere { sql in
                (
                    isSeldom ? sql.filter(inner, [type], on: x) : sql.indexed { $0.filter(inner, [type], on: x) },
                    sql.tables.search
                )
            }
            let source =
                isSeldom
                ? "(select \(x).* from \(search) \(x) where \(x).terms && \(terms) offset 0) \(x) where"
                : "\(search) \(x) where \(x).terms && \(terms) and"
            return "exists (select from \(source) \(rest) offset 0)"
        case .words(let words, let narrative): return contains(words, narrative: narrative, on: row)
        }
    }

    /// Whether a resource of the types has few of another type that refer to it: then reading them all costs less than
    /// looking up in the index those that are so. Measured: 3.8 µs instead of 7.5 for each with seven.
    private func refersSeldom(_ type: ResourceType, to types: [ResourceType]) -> Bool {
        guard let frequencies, !types.isEmpty, frequencies.knows(types) else { return false }
        return frequencies.rows(of: [type]) < 20 * frequencies.rows(of: types)
    }

    private mutating func contains(_ words: String, narrative: Bool, on row: String) -> String {
        let r = alias("r")
        let content = "convert_from(\(r).content, 'UTF8')::jsonb"
        let text =
            narrative
            ? "to_tsvector('simple', regexp_replace(coalesce(\(content) #>> '{text,div}', ''), '<[^>]*>', ' ', 'g'))"
            : "jsonb_to_tsvector('simple', \(content), '[\"string\", \"numeric\"]')"
        let query = "websearch_to_tsquery('simple', \(binder.bind(.text(words), .text)))"
        return """
            exists (select from \(tables.resource) \(r) where \(r).key = \(row).key and \(text) @@ \(query) offset 0)
            """
    }

    /// - Parameter alone: as a question of its own, not for the planner to join.
    mutating func exists(_ test: SearchPredicate.RowTest, on row: String, alone: Bool) -> String {
        let x = alias("x")
        let parts = ["\(x).key = \(row).key"] + matching(test, x)
        return
            "exists (select from \(table(test.table)) \(x) where \(parts.joined(separator: " and "))\(alone ? " offset 0" : ""))"
    }

    func table(_ table: SearchPredicate.RowTest.Table) -> String {
        switch table {
        case .strings: tables.strings
        case .dates: tables.dates
        case .numbers: tables.numbers
        }
    }

    /// What a row of a narrow table must fulfil.
    mutating func matching(_ test: SearchPredicate.RowTest, _ x: String) -> [String] {
        var parts = [Self.numbers(test.parameters, of: x)]
        let tests = test.tests.map { value($0, of: x) }
        if !tests.isEmpty { parts.append(tests.count == 1 ? tests[0] : "(\(tests.joined(separator: " or ")))") }
        for terms in test.context {
            let bound = binder.bind(.int8Array(terms), .int8Array)
            parts.append(terms.count == 1 ? "\(x).context @> \(bound)" : "\(x).context && \(bound)")
        }
        for other in test.beside {
            let y = alias("y")
            let same = ["\(y).key = \(x).key", "\(y).context[1] = \(x).context[1]"] + matching(other, y)
            parts.append(
                "exists (select from \(table(other.table)) \(y) where \(same.joined(separator: " and ")) offset 0)")
        }
        return parts
    }

    private mutating func value(_ value: SearchPredicate.Value, of x: String) -> String {
        switch value {
        case .prefix(let text): return prefix(text, of: "\(x).value")
        case .contains(let text): return "strpos(\(x).value, \(binder.bind(.text(text), .text))) > 0"
        case .equals(let folded):
            let text = binder.bind(.text(folded), .text)
            return "(left(\(x).value, 200) = left(\(text), 200) and \(x).value = \(text))"
        case .ends(let text):
            let end = binder.bind(.text(text), .text)
            return "right(\(x).value, length(\(end))) = \(end)"
        case .exact(let folded, let hash):
            let text = binder.bind(.text(folded), .text)
            let exact = binder.bind(.int8(hash), .int8)
            return "(left(\(x).value, 200) = left(\(text), 200) and \(x).value = \(text) and \(x).exact = \(exact))"
        case .date(let condition):
            return reaching(into: condition, of: x)
                ?? binder.range(condition, low: "\(x).low", high: "\(x).high") { $0.bind(.int8($1), .int8) }
        case .number(let condition, let unit, let code):
            var parts = [
                binder.range(condition, low: "\(x).low", high: "\(x).high") {
                    $0.bind(.numeric($1.numeric), .numeric)
                }
            ]
            if let unit { parts.append("\(x).unit = \(binder.bind(.int8(unit), .int8))") }
            if let code {
                let code = binder.bind(.int8(code), .int8)
                parts.append("(\(x).code = \(code) or \(x).label = \(code))")
            }
            return "(\(parts.joined(separator: " and ")))"
        case .near(let latitude, let longitude, let metres):
            return near(latitude, longitude, metres, of: x)
        }
    }

    /// Latitude stands as the low and longitude as the high end. A band of latitudes first, which the index knows, then
    /// the great-circle distance (haversine) on a sphere of the Earth's mean radius.
    private mutating func near(_ latitude: Double, _ longitude: Double, _ metres: Double, of x: String) -> String {
        let (low, high) = latitudes(latitude, metres)
        let (a, b) = (binder.bind(.float8(latitude), .float8), binder.bind(.float8(longitude), .float8))
        let distance = binder.bind(.float8(metres / (2 * SearchNear.earthRadius)), .float8)
        return """
            (\(x).low between \(low) and \(high) and asin(least(1, sqrt(
                sin(radians(\(x).low::float8 - \(a)) / 2) ^ 2 + cos(radians(\(a))) * cos(radians(\(x).low::float8))
                * sin(radians(\(x).high::float8 - \(b)) / 2) ^ 2))) <= \(distance))
            """
    }

    /// The band of latitudes that lie near enough.
    mutating func latitudes(_ latitude: Double, _ metres: Double) -> (low: String, high: String) {
        let band = metres / SearchNear.earthRadius * 180 / .pi + 1e-9
        return (
            binder.bind(.numeric(String(max(latitude - band, -91))), .numeric),
            binder.bind(.numeric(String(min(latitude + band, 91))), .numeric)
        )
    }

    mutating func prefix(_ text: String, of column: String) -> String {
        let head = String(String.UnicodeScalarView(text.unicodeScalars.prefix(200)))
        var part = "left(\(column), 200) >= \(binder.bind(.text(head), .text))"
        if let after = Self.successor(head) {
            part += " and left(\(column), 200) < \(binder.bind(.text(after), .text))"
        }
        if text.unicodeScalars.count > 200 { part += " and starts_with(\(column), \(binder.bind(.text(text), .text)))" }
        return "(\(part))"
    }

    /// The smallest text, in code point order, that is greater than all texts that begin with `prefix`.
    static func successor(_ prefix: String) -> String? {
        var scalars = Array(prefix.unicodeScalars)
        while let last = scalars.popLast() {
            let next = last.value == 0xd7ff ? 0xe000 : last.value + 1
            if let scalar = Unicode.Scalar(next) {
                scalars.append(scalar)
                return String(String.UnicodeScalarView(scalars))
            }
        }
        return nil
    }
}
