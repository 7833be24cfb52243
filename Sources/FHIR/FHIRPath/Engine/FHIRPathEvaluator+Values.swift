import CFacts

/// From nodes to FHIRPath's own values and back.
extension FHIRPathEvaluator {
    /// The System value that a primitive stands for (R4 fhirpath.html §2.9.1), also that of a Quantity; nil for other
    /// types and for primitives without a usable value. A System value is its own.
    func system(_ value: FHIRPathValue) -> FHIRPathValue? {
        guard value.kind == .node else { return value.kind == .type ? nil : value }
        guard value.index >= 0 else { return nil }
        guard let kind = PrimitiveKind(rawValue: facts.types[Int(value.type)].primitive) else {
            return quantity(value)
        }
        let entry = entry(value)
        let length = Int(entry.end &- entry.start)
        if length > 256, kind.isNumber { charge(length / 16) }
        switch kind {
        case .boolean:
            let isTrue = entry.head & 0xF == UInt32(JSONKind.true.rawValue)
            return isTrue || entry.head & 0xF == UInt32(JSONKind.false.rawValue) ? .boolean(isTrue) : nil
        case .integer, .unsignedInt, .positiveInt:
            return FHIRPathDecimal(utf8: text(value)).flatMap(\.whole).map { .integer($0) }
        case .decimal:
            return FHIRPathDecimal(utf8: text(value)).map { .decimal($0) }
        case .date:
            return FHIRPathTemporal(date: text(value))?.value
        case .dateTime, .instant:
            return FHIRPathTemporal(dateTime: text(value))?.value
        case .time:
            return FHIRPathTemporal(time: text(value))?.value
        default:
            return entry.isContainer ? nil : .string(text(value))
        }
    }

    /// The bytes of a string value or of a primitive's JSON, escapes resolved. Empty for all else.
    func text(_ value: FHIRPathValue) -> UnsafeBufferPointer<UInt8> {
        guard value.kind == .node else {
            return value.kind == .string ? value.text : UnsafeBufferPointer(start: nil, count: 0)
        }
        guard value.index >= 0 else { return UnsafeBufferPointer(start: nil, count: 0) }
        let entry = entry(value)
        let bytes = sources[Int(value.document)].bytes
        let range = entry.isString ? entry.content : entry.source
        guard entry.hasEscapes else { return UnsafeBufferPointer(start: bytes + range.lowerBound, count: range.count) }
        charge(1 + range.count / 16)
        let plain = arena.allocate(range.count)
        let raw = UnsafeBufferPointer(start: bytes + range.lowerBound, count: range.count)
        let count = JSONEscapes.resolve(raw, into: plain)
        return UnsafeBufferPointer(rebasing: plain[..<count])
    }

    /// The text of a value that is a string or converts to one by itself; nil for all else.
    func stringText(_ value: FHIRPathValue) -> UnsafeBufferPointer<UInt8>? {
        guard let system = system(value), system.kind == .string else { return nil }
        return system.text
    }

    /// A string that is made while evaluating; pays for its length.
    func string(_ bytes: some Collection<UInt8>) throws(FHIRPathError) -> FHIRPathValue {
        let count = bytes.count
        try spend(1 + count / 16)
        let room = arena.allocate(count)
        _ = room.update(fromContentsOf: bytes)
        return .string(UnsafeBufferPointer(room))
    }

    func string(_ text: String) throws(FHIRPathError) -> FHIRPathValue {
        try string(text.utf8)
    }

    /// A FHIR Quantity as a System one; nil for other types and where it has no value, or a comparator.
    private func quantity(_ value: FHIRPathValue) -> FHIRPathValue? {
        guard FHIRPathTypeTest.fhir(FHIRPathTypes.quantity).accepts(value) else { return nil }
        let json = JSONNode(document: documents[Int(value.document)], index: value.index)
        charge(json.count)
        guard let number = json["value"]?.withUTF8({ FHIRPathDecimal(utf8: $0) }), let number,
            json["comparator"] == nil
        else { return nil }
        let isUCUM = json["system"]?.equals("http://unitsofmeasure.org") ?? false
        guard let unit = isUCUM ? json["code"] ?? json["unit"] : json["unit"] ?? json["code"] else {
            return .quantity(number, unit: FHIRPathUnit.one, isCalendar: false)
        }
        var place = value
        place.index = unit.index
        // A unit that is not UCUM's is compared by its text alone, as units in braces are.
        return .quantity(number, unit: text(place), isCalendar: false)
    }

    /// What leaves the engine.
    func item(_ value: FHIRPathValue) -> FHIRPathItem {
        switch value.kind {
        case .node: return .node(node(value))
        case .boolean: return .boolean(value.bool)
        case .integer: return .integer(value.int)
        case .decimal: return .decimal(value.number)
        case .string: return .string(String(decoding: value.text, as: UTF8.self))
        case .date: return .date(FHIRPathTemporal(value))
        case .dateTime: return .dateTime(FHIRPathTemporal(value))
        case .time: return .time(FHIRPathTemporal(value))
        case .quantity:
            let unit = String(decoding: value.unit, as: UTF8.self)
            return .quantity(value.number, unit: unit, isCalendar: value.isCalendar)
        case .type:
            let (namespace, name) = typeInfo(value)
            return .type(namespace: namespace, name: name)
        }
    }

    /// What came from outside.
    func value(_ item: FHIRPathItem) throws(FHIRPathError) -> FHIRPathValue {
        switch item {
        case .node(let node): return value(node)
        case .boolean(let value): return .boolean(value)
        case .integer(let value): return .integer(value)
        case .decimal(let value): return .decimal(value)
        case .string(let value): return try string(value)
        case .date(let value), .dateTime(let value), .time(let value): return value.value
        case .quantity(let value, let unit, let isCalendar):
            return .quantity(value, unit: try string(unit).text, isCalendar: isCalendar)
        case .type(let namespace, let name):
            return try type(namespace, name)
        }
    }

    func type(_ namespace: String, _ name: String) throws(FHIRPathError) -> FHIRPathValue {
        switch try FHIRPathTypeTest(FHIRPathTypeName(namespace: namespace, name: name)) {
        case .fhir(let type): return FHIRPathValue(kind: .type, type: type.number)
        case .system(let type): return FHIRPathValue(kind: .type, flag: 1, type: type.rawValue)
        }
    }

    /// The type of a value, as `type()` answers it.
    func type(of value: FHIRPathValue) -> FHIRPathValue {
        guard let system = FHIRPathTypes.System(value.kind) else {
            return FHIRPathValue(kind: .type, type: value.kind == .node ? value.type : FHIRPathTypes.element.number)
        }
        return FHIRPathValue(kind: .type, flag: 1, type: system.rawValue)
    }

    func typeInfo(_ value: FHIRPathValue) -> (namespace: String, name: String) {
        guard value.flag == 1 else { return ("FHIR", TypeFact(number: value.type).name) }
        return ("System", FHIRPathTypes.System(rawValue: value.type)?.name ?? "Any")
    }
}
