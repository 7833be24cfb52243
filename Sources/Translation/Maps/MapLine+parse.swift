import FHIR
import HL7v2

/// `PID-5`, `PID-5.1`, `PID-5.1.2`
struct MapSource {
    var segment: SegmentName
    var field: Int
    var component: Int?
    var subcomponent: Int?

    init(_ text: String, number: Int) throws(MapError) {
        let halves = text.split(separator: "-", omittingEmptySubsequences: false)
        let numbers = halves.count == 2 ? halves[1].split(separator: ".", omittingEmptySubsequences: false) : []
        let values = numbers.compactMap { Int($0) }
        guard halves.count == 2, let segment = SegmentName(String(halves[0])), (1...3).contains(numbers.count),
            values.count == numbers.count, values.allSatisfy({ (1...999).contains($0) })
        else { throw MapError(line: number, "'\(text)' is no field; write PID-5, PID-5.1 or PID-5.1.2.") }
        self.segment = segment
        field = values[0]
        component = values.count > 1 ? values[1] : nil
        subcomponent = values.count > 2 ? values[2] : nil
    }
}

extension MapLine {
    static func parse(_ words: [String], number: Int) throws(MapError) -> MapLine {
        let source = try MapSource(words[0], number: number)
        guard words.count >= 2 else {
            throw MapError(line: number, "An element must follow the field: PID-8 Patient.gender")
        }
        let target = try MapTarget(words[1], number: number)
        guard let conversion = Conversion(target.elementType) else {
            throw MapError(
                line: number,
                "\(words[1]) is a \(target.elementType.name); name an element of it that can be filled.")
        }
        var line = MapLine(
            segment: source.segment, field: source.field, component: source.component,
            subcomponent: source.subcomponent, type: target.type, path: target.path, elementType: target.elementType,
            conversion: conversion,
            listDepth: target.listDepth, lineNumber: number)
        try line.readOptions(words.dropFirst(2), number: number)
        try line.check(number: number)
        return line
    }

    private mutating func readOptions(_ words: ArraySlice<String>, number: Int) throws(MapError) {
        var rest = words
        var replaced: [[Edit.Condition]] = []
        var kept: [Edit.Condition] = []
        while let word = rest.popFirst() {
            if word == "merge" {
                merges = true
                continue
            }
            if word == "default" {
                onlyIfAbsent = true
                continue
            }
            guard ["table", "actor", "with", "replacing", "keeping"].contains(word) else {
                throw MapError(line: number, "'\(word)' means nothing here.")
            }
            guard let value = rest.popFirst() else { throw MapError(line: number, "A word must follow '\(word)'.") }
            switch word {
            case "table": table = value
            case "actor":
                guard let type = ResourceType(value), [.practitioner, .organization].contains(type) else {
                    throw MapError(line: number, "'\(value)' cannot be referred to; use Practitioner or Organization.")
                }
                actor = type
            case "with": constants.append(try constant(value, number: number))
            default:
                let pair = value.split(separator: "=", maxSplits: 1).map(String.init)
                guard pair.count == 2 else { throw MapError(line: number, "'\(value)' must be ELEMENT=VALUE.") }
                let path = ElementPath(stringLiteral: pair[0])
                if word == "keeping" {
                    kept.append(Edit.Condition(path, is: pair[1], isNegated: true))
                } else {
                    replaced.append([Edit.Condition(path, is: pair[1])])
                }
            }
        }
        if !kept.isEmpty { replaced.append(kept) }
        if !replaced.isEmpty { scope = .matching(replaced) }
    }

    /// `use=home`; `type=SYSTEM|CODE` for a CodeableConcept, by the type that R4 gives the member.
    private func constant(_ text: String, number: Int) throws(MapError) -> Constant {
        let pair = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard pair.count == 2, let key = listElementType.key(pair[0]) else {
            throw MapError(line: number, "'\(text)' must be ELEMENT=VALUE, with an element of \(listElementType.name).")
        }
        var value = FHIRValue.string(pair[1])
        if let primitive = key.type.primitive {
            guard PrimitiveRules.fault(in: pair[1], of: primitive) == nil else {
                throw MapError(line: number, "'\(pair[1])' is no \(key.type.name).")
            }
            switch primitive {
            case .boolean: value = .boolean(pair[1] == "true")
            case .decimal, .integer, .positiveInt, .unsignedInt: value = .number(pair[1])
            default: break
            }
        }
        if key.type.name == "CodeableConcept" || key.type.name == "Coding" {
            let parts = pair[1].split(separator: "|", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw MapError(line: number, "'\(pair[1])' must be SYSTEM|CODE.")
            }
            value = .object([.init("system", .string(parts[0])), .init("code", .string(parts[1]))])
            if key.type.name == "CodeableConcept" { value = .object([.init("coding", .list([value]))]) }
        }
        return Constant(name: pair[0], value: key.element.isList ? .list([value]) : value)
    }

    /// The type of the list's elements, which for `participant.individual` is `Encounter.participant`.
    private var listElementType: TypeFact {
        var type = R4.table.type(self.type)
        for name in path.names.prefix(max(listDepth, 1)) { type = type.key(name)?.type ?? type }
        return type
    }

    private func check(number: Int) throws(MapError) {
        if conversion == .reference, actor == nil {
            throw MapError(line: number, "Say what it refers to: actor Practitioner or actor Organization.")
        }
        if merges, conversion != .identifier {
            throw MapError(line: number, "Only identifiers can be merged.")
        }
    }
}

/// `Encounter.hospitalization.dischargeDisposition`, checked against R4.
struct MapTarget {
    var type: ResourceType
    var path: ElementPath
    var elementType: TypeFact
    var listDepth = 0

    init(_ text: String, number: Int) throws(MapError) {
        let names = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard let type = ResourceType(names[0]) else {
            throw MapError(line: number, "R4 has no resource '\(names[0])'.")
        }
        guard names.count >= 2 else { throw MapError(line: number, "Name an element of \(type.name).") }
        self.type = type
        path = ElementPath(Array(names.dropFirst()))
        elementType = R4.table.type(type)
        for (index, name) in path.names.enumerated() {
            guard let key = elementType.key(name) else {
                throw MapError(line: number, "\(elementType.name) has no element '\(name)' in R4.")
            }
            if key.element.isList, listDepth == 0 { listDepth = index + 1 }
            elementType = key.type
        }
    }
}
