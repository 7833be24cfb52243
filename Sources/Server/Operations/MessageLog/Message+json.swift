import FHIR
import HL7v2

// A message segment by segment, with the names that the standard gives its fields: what was sent and nothing else.
// Values are texts with escapes decoded; `""` (remove what is stored) is `"null": true`.

extension Message {
    /// The segments as elements of an array.
    func write(to json: inout JSONBuilder) {
        var sequences: [SegmentName: Int] = [:]
        for segment in segments {
            sequences[segment.name, default: 0] += 1
            json.object { json in
                json.member("name", "\(segment.name)")
                json.member("sequence", sequences[segment.name] ?? 1)
                json.array("fields") { json in
                    for field in Array(segment.subcomponents)[...].groups(by: \.fieldNumber) {
                        json.object { segment.write(field, to: &$0) }
                    }
                }
            }
        }
    }
}

/// Subcomponents that belong together: of one field, one repetition or one component. What has only one is not divided.
private typealias Group = ArraySlice<Subcomponent>

extension Group {
    /// Those that follow each other with the same number.
    fileprivate func groups(by number: (Subcomponent) -> Int) -> [Group] {
        var groups: [Group] = []
        var start = startIndex
        for index in indices where number(self[index]) != number(self[start]) {
            groups.append(self[start..<index])
            start = index
        }
        if start < endIndex { groups.append(self[start...]) }
        return groups
    }
}

extension Segment {
    fileprivate func write(_ field: Group, to json: inout JSONBuilder) {
        guard let number = field.first?.fieldNumber else { return }
        let definition = self[number].definition
        json.member("number", number)
        // Without the segment's sequence: it stands beside the segment.
        json.member("place", "\(name)-\(number)")
        json.member("name", ifPresent: definition?.name)
        json.member("datatype", ifPresent: definition?.datatype)
        let components = definition.map { FieldNames.standard.components(of: $0.datatype) } ?? []
        json.array("repetitions") { json in
            for repetition in field.groups(by: \.repetitionNumber) {
                json.object { $0.write(repetition, components) }
            }
        }
    }
}

extension JSONBuilder {
    /// - Parameter names: of its components, where they are known.
    fileprivate mutating func write(_ repetition: Group, _ names: [FieldNames.Element]) {
        guard let first = repetition.first else { return }
        // A datatype with components may come with its first one only.
        guard repetition.count > 1 || (names.count > 1 && !first.isAbsent && !first.isNull) else {
            return content(first.content)
        }
        array("components") { json in
            for component in repetition.groups(by: \.componentNumber) {
                guard let first = component.first, component.count > 1 || !first.isAbsent else { continue }
                json.object { $0.write(component, first, FieldNames.element(first.componentNumber, of: names)) }
            }
        }
    }

    fileprivate mutating func write(_ component: Group, _ first: Subcomponent, _ element: FieldNames.Element?) {
        member("number", first.componentNumber)
        member("name", ifPresent: element?.name)
        member("datatype", ifPresent: element?.datatype)
        guard component.count > 1 else { return content(first.content) }
        let names = element.map { FieldNames.standard.components(of: $0.datatype) } ?? []
        array("subcomponents") { json in
            for subcomponent in component where !subcomponent.isAbsent {
                json.object { json in
                    json.member("number", subcomponent.number)
                    json.member("name", ifPresent: FieldNames.element(subcomponent.number, of: names)?.name)
                    json.content(subcomponent.content)
                }
            }
        }
    }

    /// What was said at a place.
    fileprivate mutating func content(_ content: Content) {
        switch content {
        case .absent: break
        case .null: member("null", true)
        case .value(let text): member("value", text)
        }
    }
}
