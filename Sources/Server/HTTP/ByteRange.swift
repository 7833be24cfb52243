/// The part of a body that a client asks for, to go on with a download (RFC 9110 §14).
enum ByteRange: Sendable, Equatable {
    /// All of it.
    case whole
    /// These bytes; never empty.
    case part(Range<Int>)
    /// None that is there: 416.
    case unsatisfiable

    /// - Parameters:
    ///   - header: `Range`. Units other than bytes and several ranges at once are ignored, as is what is no range.
    ///   - count: bytes of the whole.
    init(_ header: String?, of count: Int) {
        self = .whole
        guard let header, header.hasPrefix("bytes=") else { return }
        let parts = header.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
            .map { String($0).trimmingSpaces() }
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else { return }
        switch (Int(parts[0]), Int(parts[1])) {
        case (let first?, let last?):
            guard first <= last else { return }
            self = first < count ? .part(first..<min(last + 1, count)) : .unsatisfiable
        case (let first?, nil) where parts[1].isEmpty:
            self = first < count ? .part(first..<count) : .unsatisfiable
        case (nil, let last?) where parts[0].isEmpty:
            self = last > 0 && count > 0 ? .part(max(count - last, 0)..<count) : .unsatisfiable
        default: return
        }
    }
}
