/// One request that brings resources to the server, and what its answer will be about.
struct Submission: Sendable {
    /// A resource in the request.
    struct Item: Sendable, Equatable {
        /// Position in the unit: index of the entry, or number of the line.
        let position: Int
        /// The resource's type, empty where it cannot be told.
        let type: String
        let method: Method
    }

    enum Method: String, Sendable {
        case put = "PUT"
        case post = "POST"
        case patch = "PATCH"
        case delete = "DELETE"
        case get = "GET"
        case head = "HEAD"
    }

    enum Shape: String, Sendable {
        /// One resource by itself.
        case resource
        /// All entries or none.
        case transaction
        /// Every entry stands alone.
        case batch
    }

    /// What is behind the base URL: empty, `Patient` or `Patient/123`.
    var path = ""
    var method = Method.post
    let body: [UInt8]
    let shape: Shape
    let items: [Item]
    /// Whether sending it twice does what sending it once does, so that it may be repeated after no answer came.
    let isRepeatable: Bool
    /// Whether this loader made the transaction of resources that could as well be sent apart.
    var canBeSentApart = false
    /// Whether positions are lines of NDJSON.
    var areLines = false

    /// How reports call a part of it.
    func label(_ unit: LoadUnit, position: Int) -> String {
        if shape == .resource { return unit.label }
        return areLines ? "\(unit.label), line \(position)" : "\(unit.label), entry \(position)"
    }
}

/// Why a unit, or a part of it, is not sent.
enum ContentError: Error, Equatable, CustomStringConvertible {
    /// The text is no JSON that FHIR allows; the parser's message.
    case malformed(String)
    case noResource
    case unusableID(String)
    case bundleWithoutType
    /// A kind of Bundle that records what happened.
    case unsuitableBundle(String)
    /// An entry (from 0) or a line (from 1).
    case part(position: Int, isLine: Bool, reason: String)

    var description: String {
        switch self {
        case .malformed(let message): "is not readable: \(message)"
        case .noResource: "is no FHIR resource: it has no resourceType"
        case .unusableID(let id): "has the id \"\(id.prefix(80))\", which FHIR does not allow"
        case .bundleWithoutType: "is a Bundle without a type"
        case .unsuitableBundle(let type): "is a Bundle of type \(type), which holds nothing to load"
        case .part(let position, let isLine, let reason): "\(isLine ? "line" : "entry") \(position) \(reason)"
        }
    }
}
