/// What an operation of FHIRPath Patch brings along: a value[x], a resource, or parts that together are a value of an
/// anonymous type (R4 fhirpatch.html).
indirect enum FHIRPathPatchValue: Sendable {
    /// A value of a data type; of a primitive the value, its companion (`_valueString`), or both.
    case typed(TypeFact, JSONNode?, companion: JSONNode?)
    case resource(JSONNode)
    case parts([Part])

    struct Part: Sendable {
        let name: String
        let value: FHIRPathPatchValue
    }

    /// Reads value[x], `resource` or `part` of a parameter. Nesting is bounded by that of the document.
    ///
    /// - Throws: a sentence about what is wrong.
    init(_ parameter: JSONNode) throws(Fault) {
        var typed: (key: String, type: TypeFact)?
        for (key, _) in parameter.members {
            let name = key.string
            let plain = name.hasPrefix("_") ? String(name.dropFirst()) : name
            guard plain.hasPrefix("value"), let known = Self.parameterType?.key(plain) else { continue }
            if let typed, typed.key != plain { throw Fault("has both \(typed.key) and \(plain)") }
            typed = (plain, known.type)
        }
        let kinds = [typed != nil, parameter["resource"] != nil, parameter["part"] != nil].filter { $0 }.count
        guard kinds == 1 else {
            throw Fault(
                kinds == 0 ? "has no value[x], resource or parts" : "has more than one of value[x], resource and parts")
        }
        if let typed {
            self = .typed(typed.type, parameter[typed.key], companion: parameter["_" + typed.key])
        } else if let resource = parameter["resource"] {
            self = .resource(resource)
        } else {
            var parts: [Part] = []
            for part in parameter.elements("part") {
                guard let name = part["name"]?.string else { throw Fault("has a part without a name") }
                do throws(Fault) {
                    parts.append(Part(name: name, value: try FHIRPathPatchValue(part)))
                } catch {
                    throw Fault("has a part \(name.quotedStart) that \(error.sentence)")
                }
            }
            self = .parts(parts)
        }
    }

    private static let parameterType = R4.table.type("Parameters.parameter")

    /// What is wrong with a value: a predicate without subject and full stop.
    struct Fault: Error {
        let sentence: String

        init(_ sentence: String) { self.sentence = sentence }
    }

    /// For sentences: `a CodeableConcept`.
    var described: String {
        switch self {
        case .typed(let type, _, _): type.name
        case .resource: "a resource"
        case .parts: "parts"
        }
    }
}
