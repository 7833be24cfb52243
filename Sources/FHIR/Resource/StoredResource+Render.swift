extension StoredResource {
    /// Appends the resource as a client sees it: `resourceType`, `id`, `meta` (with `versionId` and `lastUpdated`
    /// first), and the rest.
    ///
    /// - Parameters:
    ///   - content: what ``content`` held.
    ///   - lastUpdated: microseconds since 1970-01-01T00:00:00Z; sent with milliseconds (see ``Instant``).
    /// - Returns: false, with nothing appended, if `content` does not begin as stored content does.
    @discardableResult
    public static func render(
        content: UnsafeBufferPointer<UInt8>, id: String, version: Int32, lastUpdated: Int64, into output: inout [UInt8]
    ) -> Bool {
        guard let head = endOfResourceType(content) else { return false }
        let rest = UnsafeBufferPointer(rebasing: content[head...])
        let isFollowedByMeta = rest.begins(with: Affix.meta)
        output.reserveForAppending(content.count + id.utf8.count + Affix.room)
        output.append(contentsOf: UnsafeBufferPointer(rebasing: content[..<head]))
        output.append(Affix.id)
        JSONWriter.appendString(id, to: &output)
        output.append(Affix.versionId)
        output.append(contentsOf: String(version).utf8)
        output.append(Affix.lastUpdated)
        Instant.append(microseconds: lastUpdated, to: &output)
        output.append(UInt8(ascii: "\""))
        if isFollowedByMeta {
            // Stored content never holds an empty meta: a member follows.
            output.append(UInt8(ascii: ","))
            output.append(contentsOf: UnsafeBufferPointer(rebasing: rest[Affix.meta.utf8CodeUnitCount...]))
        } else {
            output.append(UInt8(ascii: "}"))
            output.append(contentsOf: rest)
        }
        return true
    }

    /// Appends the resource as a client sees it; see the variant that takes a buffer.
    @discardableResult
    public static func render(
        content: [UInt8], id: String, version: Int32, lastUpdated: Int64, into output: inout [UInt8]
    ) -> Bool {
        content.withUnsafeBufferPointer {
            render(content: $0, id: id, version: version, lastUpdated: lastUpdated, into: &output)
        }
    }

    /// The resource as a client sees it.
    public func rendered(id: String, version: Int32, lastUpdated: Int64) -> [UInt8] {
        var output: [UInt8] = []
        Self.render(content: content, id: id, version: version, lastUpdated: lastUpdated, into: &output)
        return output
    }

    /// The offset behind `{"resourceType":"…"`, in which type names have letters only.
    private static func endOfResourceType(_ content: UnsafeBufferPointer<UInt8>) -> Int? {
        guard content.begins(with: Affix.resourceType) else { return nil }
        let quote = content[Affix.resourceType.utf8CodeUnitCount...].firstIndex(of: UInt8(ascii: "\""))
        return quote.map { $0 + 1 }
    }

    /// The constant pieces around what is spliced in.
    private enum Affix {
        static let resourceType: StaticString = #"{"resourceType":""#
        static let id: StaticString = #","id":"#
        static let meta: StaticString = #","meta":{"#
        static let versionId: StaticString = #","meta":{"versionId":""#
        static let lastUpdated: StaticString = #"","lastUpdated":""#
        /// Bytes that rendering may add besides the id: the pieces, a version and an instant.
        static let room = 128
    }
}

extension UnsafeBufferPointer<UInt8> {
    fileprivate func begins(with text: StaticString) -> Bool {
        text.withUTF8Buffer { other in
            count >= other.count && UnsafeBufferPointer(rebasing: self[..<other.count]).elementsEqual(other)
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { append(contentsOf: $0) }
    }

    /// Makes room for more bytes in such a way that appending again and again stays linear.
    fileprivate mutating func reserveForAppending(_ more: Int) {
        guard capacity - count < more else { return }
        reserveCapacity(isEmpty ? more : Swift.max(count + more, capacity * 2))
    }
}
