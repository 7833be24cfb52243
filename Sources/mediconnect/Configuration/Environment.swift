/// The environment's part of a configuration: `http.maximum-body` is `MEDICONNECT_HTTP_MAXIMUM_BODY`. An empty variable
/// says nothing.
struct Environment {
    let variables: [String: String]
    let faults: ConfigurationFaults

    static func name(_ path: [String]) -> String {
        "MEDICONNECT_" + path.joined(separator: "_").replacing("-", with: "_").uppercased()
    }

    func value<Value: Sendable>(_ path: [String], _ kind: ValueKind<Value>) -> Value? {
        text(path).flatMap { read($0, path, kind) }
    }

    /// Several, with commas between them.
    func values<Value: Sendable>(_ path: [String], _ kind: ValueKind<Value>) -> [Value]? {
        text(path)?.split(separator: ",").compactMap { part in
            let text = part.drop { $0 == " " }
            return read(String(text), path, kind)
        }
    }

    private func text(_ path: [String]) -> String? {
        variables[Self.name(path)].flatMap { $0.isEmpty ? nil : $0 }
    }

    private func read<Value: Sendable>(_ text: String, _ path: [String], _ kind: ValueKind<Value>) -> Value? {
        let value = kind.read(text)
        if value == nil {
            faults.add(
                "the environment: " + kind.complaint(Self.name(path), found: "\"\(text)\"", text: text))
        }
        return value
    }
}
