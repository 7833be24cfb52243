/// What a client is told about a request: an OperationOutcome (R4 2.28).
public struct OperationOutcome: Error, Sendable, Equatable {
    public var issues: [Issue]

    public init(_ issues: [Issue]) {
        self.issues = issues
    }

    public init(_ issue: Issue) {
        issues = [issue]
    }

    public var hasErrors: Bool { issues.contains(where: \.isError) }

    /// The resource as compact JSON. An outcome without issues says that all went well, since R4 asks for one at least.
    public func json() -> [UInt8] {
        var bytes: [UInt8] = []
        appendJSON(to: &bytes)
        return bytes
    }

    /// The same, appended, for an outcome inside a Bundle.
    public func appendJSON(to bytes: inout [UInt8]) {
        let shown = issues.isEmpty ? [Issue(.informational, "All OK", severity: .information)] : issues
        bytes.append(contentsOf: #"{"resourceType":"OperationOutcome","issue":["#.utf8)
        for (position, issue) in shown.enumerated() {
            if position > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: #"{"severity":"#.utf8)
            JSONWriter.appendString(issue.severity.rawValue, to: &bytes)
            bytes.append(contentsOf: #","code":"#.utf8)
            JSONWriter.appendString(issue.code.rawValue, to: &bytes)
            if !issue.diagnostics.isEmpty {
                bytes.append(contentsOf: #","diagnostics":"#.utf8)
                JSONWriter.appendString(issue.diagnostics, to: &bytes)
            }
            if let expression = issue.expression, !expression.isEmpty {
                bytes.append(contentsOf: #","expression":["#.utf8)
                JSONWriter.appendString(expression, to: &bytes)
                bytes.append(UInt8(ascii: "]"))
            }
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(contentsOf: "]}".utf8)
    }
}
