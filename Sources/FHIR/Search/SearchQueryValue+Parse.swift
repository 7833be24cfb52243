extension SearchQueryValue.TokenQuery {
    init(parsing text: Substring) throws(SearchQueryError) {
        let parts = SearchEscape.split(text, at: "|").map(SearchEscape.unescaped)
        switch parts.count {
        case 1:
            self.init(system: .any, code: parts[0])
        case 2 where !(parts[0].isEmpty && parts[1].isEmpty):
            self.init(
                system: parts[0].isEmpty ? .none : .uri(parts[0]), code: parts[1].isEmpty ? nil : parts[1])
        default:
            throw SearchQueryError(value: String(text), reason: .invalidToken)
        }
    }
}

extension SearchQueryValue.ReferenceQuery {
    /// Reads a reference as a search names it, or as a resource does.
    public init(parsing text: Substring) throws(SearchQueryError) {
        var written = SearchEscape.unescaped(text)
        let query = written.withUTF8 { bytes -> Self? in
            let target = ReferenceTarget(bytes)
            func part(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
            switch target.form {
            case .relative:
                return target.type.map { .local(type: $0, id: part(target.id), version: target.version.map(part)) }
            case .absolute:
                return .absolute(url: part(0..<bytes.count))
            case .fragment, .other:
                return ReferenceTarget.isID(bytes) ? .id(part(0..<bytes.count)) : nil
            }
        }
        guard let query else { throw SearchQueryError(value: String(text), reason: .invalidReference) }
        self = query
    }

    /// An absolute url below one of the server's own base urls as the local reference that it is; all else unchanged.
    public func resolved(against bases: [String]) -> Self {
        guard case .absolute(var url) = self else { return self }
        let local = url.withUTF8 { bytes -> Self? in
            let target = ReferenceTarget(bytes)
            guard target.isOwn(bytes, ReferenceTarget.bases(bases)), let type = target.type else { return nil }
            func part(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
            return .local(type: type, id: part(target.id), version: target.version.map(part))
        }
        return local ?? self
    }
}

extension SearchQueryValue.QuantityQuery {
    init(parsing text: Substring) throws(SearchQueryError) {
        let parts = SearchEscape.split(text, at: "|")
        guard parts.count == 1 || parts.count == 3 else {
            throw SearchQueryError(value: String(text), reason: .invalidQuantity)
        }
        let (prefix, digits) = SearchPrefix.split(parts[0])
        let value = try SearchQueryValue.decimal(digits, in: text, otherwise: .invalidQuantity)
        let units = parts.dropFirst().map(SearchEscape.unescaped)
        self.init(
            prefix: prefix, value: value, system: units.first.flatMap { $0.isEmpty ? nil : $0 },
            code: units.last.flatMap { $0.isEmpty ? nil : $0 })
    }
}

extension SearchQueryValue {
    static func date(_ text: Substring, _ defaultOffset: Int) throws(SearchQueryError) -> SearchQueryValue {
        let (prefix, rest) = SearchPrefix.split(text)
        let read =
            DateRange(fhir: String(rest), defaultOffset: defaultOffset) ?? zoneWithSpace(rest)
            ?? hourAlone(rest, defaultOffset)
        guard let range = read else {
            throw SearchQueryError(value: String(text), reason: .invalidDate)
        }
        return .date(prefix, range)
    }

    static func number(_ text: Substring) throws(SearchQueryError) -> SearchQueryValue {
        let (prefix, rest) = SearchPrefix.split(text)
        return .number(prefix, try decimal(rest, in: text, otherwise: .invalidNumber))
    }

    static func decimal(
        _ digits: Substring, in text: Substring, otherwise reason: SearchQueryError.Reason
    ) throws(SearchQueryError) -> WrittenDecimal {
        do {
            return try WrittenDecimal(String(digits))
        } catch {
            throw SearchQueryError(value: String(text), reason: error == .outOfBounds ? .numberOutOfBounds : reason)
        }
    }

    /// A `+` that the client did not encode arrives as a space: `T10:00:00 02:00` can mean nothing else.
    private static func zoneWithSpace(_ text: Substring) -> DateRange? {
        guard let space = text.utf8.firstIndex(of: UInt8(ascii: " ")), text.utf8.contains(UInt8(ascii: "T")) else {
            return nil
        }
        return DateRange(fhir: "\(text[..<space])+\(text[text.index(after: space)...])")
            ?? hourAlone(
                "\(text[..<space])+\(text[text.index(after: space)...])", 0)
    }

    /// `2024-05-01T10` and `2024-05-01T10Z`: R4 has no such dateTime, but it can only mean that hour.
    private static func hourAlone(_ text: Substring, _ defaultOffset: Int) -> DateRange? {
        let bytes = text.utf8
        guard bytes.count >= 13, bytes.dropFirst(10).first == UInt8(ascii: "T"),
            bytes.dropFirst(13).first != UInt8(ascii: ":")
        else { return nil }
        let hour = bytes.index(bytes.startIndex, offsetBy: 13)
        guard let minute = DateRange(fhir: "\(text[..<hour]):00\(text[hour...])", defaultOffset: defaultOffset) else {
            return nil
        }
        return DateRange(lower: minute.lower, upper: minute.lower + 3_600_000_000)
    }
}
