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
                    let fields = SplitSegment(segment)
                    for number in 1...max(1, fields.fieldCount) where !fields.isAbsent(number) {
                        json.object { fields[number].write(to: &$0) }
                    }
                }
            }
        }
    }
}

extension Field {
    fileprivate func write(to json: inout JSONBuilder) {
        let place = place
        json.member("number", place.field ?? 0)
        // Without the segment's sequence: it stands beside the segment.
        json.member("place", "\(place.segment)-\(place.field ?? 0)")
        json.member("name", ifPresent: definition?.name)
        json.member("datatype", ifPresent: definition?.datatype)
        let components = definition.map { FieldNames.standard.components(of: $0.datatype) } ?? []
        json.array("repetitions") { json in
            for repetition in repetitions {
                json.object { repetition.write(components, to: &$0) }
            }
        }
    }
}

extension Repetition {
    /// - Parameter names: of its components, where they are known.
    fileprivate func write(_ names: [FieldNames.Element], to json: inout JSONBuilder) {
        // A datatype with components may come with its first one only.
        guard componentCount > 1 || component(1).subcomponentCount > 1 || (names.count > 1 && !isAbsent && !isNull)
        else { return json.content(content) }
        json.array("components") { json in
            for number in 1...componentCount where !component(number).isAbsent {
                let element = names.indices.contains(number - 1) ? names[number - 1] : nil
                json.object { component(number).write(number, element, to: &$0) }
            }
        }
    }
}

extension Component {
    fileprivate func write(_ number: Int, _ element: FieldNames.Element?, to json: inout JSONBuilder) {
        json.member("number", number)
        json.member("name", ifPresent: element?.name)
        json.member("datatype", ifPresent: element?.datatype)
        guard subcomponentCount > 1 else { return json.content(content) }
        let names = element.map { FieldNames.standard.components(of: $0.datatype) } ?? []
        json.array("subcomponents") { json in
            for number in 1...subcomponentCount where !subcomponent(number).isAbsent {
                json.object { json in
                    json.member("number", number)
                    json.member("name", ifPresent: names.indices.contains(number - 1) ? names[number - 1].name : nil)
                    json.content(subcomponent(number).content)
                }
            }
        }
    }
}

extension JSONBuilder {
    /// What was said at a place.
    fileprivate mutating func content(_ content: Content) {
        switch content {
        case .absent: break
        case .null: member("null", true)
        case .value(let text): member("value", text)
        }
    }
}
