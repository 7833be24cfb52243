import CFacts

/// One of R4's code systems whose codes are all known. A view of the table: copying it costs nothing.
public struct CodeSystemFact: Hashable, Sendable {
    let number: UInt16

    @inline(__always)
    var record: mediconnect_fact_value_set { R4.table.facts.codeSystems[Int(number)] }

    public var url: String { R4.table.facts.string(record.url) }

    /// All codes, also those that only group others.
    public var codes: [CodeFact] { CodeFact.all(of: record) }

    /// Allocates nothing.
    public func contains(_ code: UnsafeBufferPointer<UInt8>) -> Bool {
        let record = record
        return R4.table.facts.slot(named: code, first: record.first_slot, mask: record.slot_mask) != nil
    }

    public func contains(_ code: String) -> Bool {
        code.withUTF8Buffer { contains($0) }
    }
}

extension R4 {
    /// A code system by its url; nil if R4 does not publish it as a whole (SNOMED CT, LOINC, UCUM).
    public func codeSystem(utf8 url: UnsafeBufferPointer<UInt8>) -> CodeSystemFact? {
        facts.number(of: url, in: 2).map { CodeSystemFact(number: $0) }
    }

    public func codeSystem(_ url: String) -> CodeSystemFact? {
        url.withUTF8Buffer { codeSystem(utf8: $0) }
    }
}
