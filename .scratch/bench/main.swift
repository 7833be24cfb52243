import FHIR
import Foundation

// All invariants over the Synthea bundles; usage: bench FOLDER
let folder = CommandLine.arguments[1]
let paths = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }.sorted().prefix(15)
var compiled: [String: [(key: String, path: FHIRPath)]] = [:]
func rules(_ type: TypeFact, _ element: ElementFact?) -> [(key: String, path: FHIRPath)] {
    let key = "\(type.number)/\(element.map { Int($0.number) } ?? -1)"
    if let known = compiled[key] { return known }
    var invariants: [InvariantFact] = []
    var current: TypeFact? = type
    while let t = current { invariants += t.invariants; current = t.base }
    invariants += element?.invariants ?? []
    var seen: Set<String> = []
    let list = invariants.filter { seen.insert($0.key).inserted }.compactMap { i in
        (try? FHIRPath(i.expression, dialect: .specification, context: type)).map { (i.key, $0) } }
    compiled[key] = list
    return list
}
let descend = try FHIRPath("descendants()", dialect: .specification)
var env = FHIRPathEnvironment(maximumSteps: 100_000_000)
let ev = FHIRPathEvaluator(env)
var work: [(FHIRPathNode, [(FHIRPathNode, [(key: String, path: FHIRPath)])])] = []
var elements = 0, evaluations = 0, bytes = 0, resources = 0
for p in paths {
    let data = [UInt8](try Data(contentsOf: URL(filePath: folder + "/" + p)))
    bytes += data.count
    let doc = try JSONDocument.parse(data)
    for entry in doc.root.elements("entry") {
        guard let r = entry["resource"] else { continue }
        resources += 1
        // Each resource as its own document, as a write has it.
        let own = try JSONDocument.parse(JSONWriter.compact(r))
        let node = FHIRPathNode(resource: own.root)
        var list: [(FHIRPathNode, [(key: String, path: FHIRPath)])] = [(node, rules(node.type, nil))]
        for item in try ev.evaluate(descend, node) {
            if case .node(let n) = item { list.append((n, rules(n.type, n.element))) }
        }
        elements += list.count
        evaluations += list.reduce(0) { $0 + $1.1.count }
        work.append((node, list))
    }
}
print("resources \(resources) elements \(elements) evaluations \(evaluations) bytes \(bytes)")
var byKey: [String: (Duration, Int)] = [:]
let clock = ContinuousClock()
for round in 0..<4 {
    var failures: [String: Int] = [:]
    let start = clock.now
    for (root, list) in work {
        ev.environment.resource = root
        for (node, rules) in list {
            for rule in rules {
                if try ev.holds(rule.path, node) != true { failures[rule.key, default: 0] += 1 }
            }
        }
    }
    let time = clock.now - start
    let us = Double(time.components.attoseconds) / 1e12 + Double(time.components.seconds) * 1e6
    print("round \(round): \(time), \(us / Double(elements)) us per element, \(us * 1000 / Double(evaluations)) ns per evaluation, \(us / Double(resources)) us per resource; failures \(failures)")
}
for (root, list) in work {
    ev.environment.resource = root
    for (node, rules) in list { for rule in rules {
        let s = clock.now; _ = try ev.holds(rule.path, node); let t = clock.now - s
        let o = byKey[rule.key] ?? (.zero, 0); byKey[rule.key] = (o.0 + t, o.1 + 1)
    } }
}
for (k, v) in byKey.sorted(by: { $0.value.0 > $1.value.0 }).prefix(14) { print(k, v.0, v.1, v.0 / v.1) }
