import FHIR
import Store

/// Looks whether files of jobs hold resources that are to leave the record: as a resource's own id, in JSON and in XML,
/// or as what a deletion names.
struct ErasureScan: Sendable {
    private let ids: [ResourceType: Set<String>]
    private let all: Set<String>
    private let names: Set<String>

    init(_ resources: [(type: ResourceType, id: String)]) {
        ids = Dictionary(grouping: resources, by: \.type).mapValues { Set($0.map(\.id)) }
        all = Set(resources.map(\.id))
        names = Set(resources.map { "\($0.type)/\($0.id)" })
    }

    var types: [ResourceType] { ids.keys.sorted() }

    /// Whether a part of a file holds one of them.
    ///
    /// - Parameter type: of the file's resources; nil for any.
    func isFound(in bytes: [UInt8], of type: ResourceType?) -> Bool {
        let ids = type.map { self.ids[$0] ?? [] } ?? all
        // What stands between quotes: every second piece, whichever it is.
        var before = Self.none
        var last = Self.none
        var start = 0
        for index in bytes.indices where bytes[index] == UInt8(ascii: "\"") {
            let piece = start..<index
            if piece.count <= Self.longest {
                let follows = Self.names(bytes, before, last)
                if follows || type == nil {
                    let text = String(decoding: bytes[piece], as: UTF8.self)
                    if follows && ids.contains(text) || type == nil && names.contains(text) { return true }
                }
            }
            (before, last) = (last, piece)
            start = index + 1
        }
        return false
    }

    /// How much of the end of a part is looked at again with the next.
    static let overlap = 400
    private static let none = 0..<0
    /// A type, a slash and an id.
    private static let longest = 100

    /// Whether `"id":` or `<id value=` stands before.
    private static func names(_ bytes: [UInt8], _ before: Range<Int>, _ last: Range<Int>) -> Bool {
        if bytes[last].last == UInt8(ascii: "=") { return bytes[last].reversed().starts(with: xml) }
        return bytes[before].elementsEqual(json)
            && bytes[last].allSatisfy { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: " ") }
    }

    private static let json = Array("id".utf8)
    private static let xml = Array("<id value=".utf8.reversed())
}

extension Exchange {
    /// Takes erased resources out of what jobs made: results that hold one of them are removed, and jobs at work that may
    /// have read one begin again. Called when they have left the record.
    func eraseFromJobs(
        _ resources: [(type: ResourceType, id: String)], _ unpack: ([UInt8], Int) -> [UInt8]?
    ) async throws(StoreError) -> (removed: Int, restarted: Int) {
        let scan = ErasureScan(resources)
        let restarted = try await store.restartJobs(telling: scan.types)
        var removed = 0
        var known: Set<String> = []
        for (job, file) in try await store.results(telling: scan.types) where !known.contains(job) {
            // An answer is cut anywhere.
            var end: [UInt8] = []
            for piece in try await store.pieces(ofJob: job, file: file.number) {
                guard let packed = try await store.piece(ofJob: job, file: file.number, number: piece.number) else {
                    continue
                }
                // What cannot be read may be anything.
                if let bytes = unpack(packed, piece.bytes), !scan.isFound(in: end + bytes, of: file.type) {
                    end = bytes.suffix(ErasureScan.overlap)
                    continue
                }
                if try await store.removeJob(job) { removed += 1 }
                known.insert(job)
                break
            }
        }
        return (removed, restarted)
    }
}
