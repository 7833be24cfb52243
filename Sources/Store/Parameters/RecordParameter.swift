import FHIR
import Postgres

/// A search parameter that the record was given, and how far it is indexed by it.
public struct RecordParameter: Sendable {
    public enum State: Int16, Sendable {
        /// What is there is being indexed.
        case indexing = 0
        /// What was written meanwhile, perhaps by a server that did not know of it yet, is looked at again.
        case settling = 1
        /// It can be searched by.
        case usable = 2
        /// It was deleted, or defined in another way under another number: its rows are being removed.
        case removing = 3
    }

    public let number: Int32
    public let url: String
    /// The SearchParameter as JSON.
    public let definition: [UInt8]
    /// The types whose resources it is asked of.
    let types: [ResourceType]
    public let state: State
    let place: Place
    /// Resources that were looked at: ``indexed`` + ``failed``.
    public let scanned: Int64
    public let indexed: Int64
    public let failed: Int64
    /// Microseconds since 1970.
    let since: Int64

    /// Behind the last resource that was looked at.
    struct Place: Sendable {
        let type: Int16
        let key: Int64
    }

    static let columns =
        "number, url, definition, types, state, place_type, place_key, scanned, indexed, failed, since"

    init(_ row: Row) throws {
        number = try row.int4(0)
        url = try row.text(1)
        definition = try row.bytes(2)
        types = try row.int2Array(3).compactMap { ResourceType(code: $0) }
        guard let state = State(rawValue: try row.int2(4)) else {
            throw StoreError.failed("the record holds a search parameter in an unknown state")
        }
        self.state = state
        place = Place(type: try row.int2(5), key: try row.int8(6))
        scanned = try row.int8(7)
        indexed = try row.int8(8)
        failed = try row.int8(9)
        since = try row.timestamp(10)
    }

    /// What it means, if it still can be used.
    ///
    /// - Parameter known: those that its components may name.
    func fact(known: [SearchParameterFact]) -> SearchParameterFact? {
        guard let document = try? JSONDocument.parse(definition) else { return nil }
        return try? SearchParameterDefinition.fact(of: document.root, id: number, known: known)
    }

    /// Composites name others, which come before them.
    var isComposite: Bool {
        (try? JSONDocument.parse(definition))?.root["type"]?.equals("composite") == true
    }
}
