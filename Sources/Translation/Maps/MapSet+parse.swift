import FHIR
import HL7v2

extension MapSet {
    /// Reads maps, and lays them over others.
    ///
    /// - Throws: ``MapError`` with the first line that cannot be read and why: a source that is no field, an element that
    ///   R4 does not have, a table that is nowhere, a word that means nothing here.
    public static func parse(_ text: String, over base: MapSet = MapSet()) throws(MapError) -> MapSet {
        var maps = base
        var table: String?
        var number = 0
        // CRLF is one character.
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" || $0 == "\r\n" }) {
            number += 1
            let words = try MapWords.split(line, number: number)
            guard let first = words.first else { continue }
            if words.contains("=") {
                guard let name = table else { throw MapError(line: number, "A code stands outside of a table.") }
                try maps.addEntry(words, to: name, number: number)
            } else if first == "table" {
                table = try maps.openTable(words, number: number)
            } else if first == "ignore" {
                for word in words.dropFirst() {
                    let source = try MapSource(word, number: number)
                    maps.ignore(source.segment, source.field)
                }
            } else if first == "off" {
                try maps.switchOff(words, number: number)
            } else {
                maps.add(try MapLine.parse(words, number: number))
                table = nil
            }
        }
        try maps.checkTables()
        return maps
    }

    /// `table HL70001 to URI as URI`
    private mutating func openTable(_ words: [String], number: Int) throws(MapError) -> String {
        guard words.count >= 2 else { throw MapError(line: number, "A table needs a name.") }
        var table = tables[words[1]] ?? CodeTable(name: words[1])
        var rest = words.dropFirst(2)
        while let word = rest.popFirst() {
            guard let value = rest.popFirst() else {
                throw MapError(line: number, "A URI must follow '\(word)'.")
            }
            switch word {
            case "to": table.target = value
            case "as": table.source = value
            default: throw MapError(line: number, "'\(word)' is not known here; use 'to URI' or 'as URI'.")
            }
        }
        tables[words[1]] = table
        return words[1]
    }

    /// `A N = other "Other"`, `* = unknown`, `A =`
    private mutating func addEntry(_ words: [String], to name: String, number: Int) throws(MapError) {
        guard let sign = words.firstIndex(of: "="), sign > 0 else {
            throw MapError(line: number, "A code must stand before '='.")
        }
        let right = words[(sign + 1)...]
        guard right.count <= 2 else {
            throw MapError(line: number, "After '=' come a code and at most a display, in quotes if it has blanks.")
        }
        let entry = right.first.map { CodeTable.Entry(code: $0, display: right.count > 1 ? right.last : nil) }
        var table = tables[name] ?? CodeTable(name: name)
        for code in words[..<sign] {
            if code == "*" { table.fallback = entry } else { table.entries[code] = entry }
        }
        tables[name] = table
    }

    private mutating func switchOff(_ words: [String], number: Int) throws(MapError) {
        guard words.count == 2 || words.count == 3 else {
            throw MapError(line: number, "'off' needs a field, and may name an element: off PID-8 Patient.gender")
        }
        guard switchOff(source: words[1], target: words.count == 3 ? words[2] : nil) else {
            throw MapError(line: number, "There is no line for \(words.dropFirst().joined(separator: " ")).")
        }
    }

    private func checkTables() throws(MapError) {
        for line in lines.values.joined() {
            if let table = line.table, tables[table] == nil {
                throw MapError(line: line.lineNumber, "There is no table \(table).")
            }
        }
    }
}

/// The words of a line: divided by blanks, texts in double quotes whole; from `#` on it is a comment.
enum MapWords {
    static func split(_ line: Substring, number: Int) throws(MapError) -> [String] {
        var words: [String] = []
        var rest = line.utf8[...]
        while let first = rest.first {
            if first <= 0x20 {
                rest = rest.dropFirst()
            } else if first == UInt8(ascii: "#") {
                break
            } else if first == UInt8(ascii: "\"") {
                let body = rest.dropFirst()
                guard let end = body.firstIndex(of: UInt8(ascii: "\"")) else {
                    throw MapError(line: number, "A quote is not closed.")
                }
                words.append(String(decoding: body[..<end], as: UTF8.self))
                rest = body[body.index(after: end)...]
            } else {
                let word = rest.prefix { $0 > 0x20 }
                words.append(String(decoding: word, as: UTF8.self))
                rest = rest[word.endIndex...]
            }
        }
        return words
    }
}
