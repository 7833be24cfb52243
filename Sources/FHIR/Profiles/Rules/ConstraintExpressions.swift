/// The FHIRPath expressions of all constraints of a set, each compiled once.
struct ConstraintExpressions: Sendable {
    /// By text; nil for those that are no FHIRPath.
    private var compiled: [String: FHIRPath?] = [:]
    /// Those that name a choice by its key in JSON, `valueString` for `value.ofType(string)`, which FHIRPath does not know
    /// (R4 fhirpath.html §2.9.1.5.1): what they find cannot be relied on.
    private var doubtful: Set<String> = []

    /// - Parameter type: the type of what it is evaluated on, if there is only one.
    /// - Returns: what is wrong with an expression that was not seen before.
    mutating func add(_ expression: String, on type: TypeFact?) -> String? {
        guard compiled[expression] == nil else { return nil }
        do throws(FHIRPathError) {
            compiled[expression] = .some(try FHIRPath(expression, dialect: .specification))
        } catch {
            compiled[expression] = .some(nil)
            return "is not checked; its expression cannot be used: \(error.message)."
        }
        guard let name = Self.choiceKey(in: expression, on: type) else { return nil }
        doubtful.insert(expression)
        return "finds only warnings: its expression names \(name), which FHIRPath does not know."
    }

    private static func choiceKey(in expression: String, on type: TypeFact?) -> String? {
        guard let type, type.kind != .primitive else { return nil }
        do throws(FHIRPathError) {
            _ = try FHIRPath(expression, dialect: .strict, context: type)
        } catch {
            if case .unknownElement(let name, let owner) = error,
                R4.table.type(owner)?.key(name)?.element.isChoice == true
            {
                return name
            }
        }
        return nil
    }

    subscript(_ expression: String) -> FHIRPath? { compiled[expression] ?? nil }

    func isDoubtful(_ expression: String) -> Bool { doubtful.contains(expression) }
}
