import FHIR
import Store

/// One entry of a transaction or batch, as far as it can be understood without the record (R4 §3.1.0.11).
public struct BundleEntry: Sendable {
    /// What an entry asks for.
    public enum Interaction: Sendable {
        case write(WriteRequest)
        /// Everything that changes nothing: it is answered as it would be by itself.
        case read(EntryRead)
    }

    /// `Bundle.entry[3]`.
    public let place: String
    public let interaction: Interaction

    /// The write that it asks for.
    public var write: WriteRequest? {
        if case .write(let request) = interaction { return request }
        return nil
    }
}

/// An entry that reads: GET, HEAD, or a POST to an operation.
public struct EntryRead: Sendable {
    public enum Method: String, Sendable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
    }

    public let method: Method
    /// Below the base: path and parameters, without a slash at its begin.
    public let url: String
    public let ifNoneMatch: String?
    /// An instant, as it stands in the entry.
    public let ifModifiedSince: String?
    /// What a POST sends.
    public let resource: JSONNode?
}
