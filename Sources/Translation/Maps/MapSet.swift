import FHIR
import HL7v2

/// The maps by which messages become resources: lines from fields to elements, and vocabulary tables.
///
/// They are text that an integrator can read and extend; ``StandardMaps`` holds the project's own, with the format at its
/// head.
///
/// ```swift
/// let maps = try MapSet.parse(text, over: .standard)
/// ```
public struct MapSet: Sendable, Equatable {
    /// In the order of the text, those of one resource type together.
    private(set) var lines: [ResourceType: [MapLine]] = [:]
    /// The fields that those lines read, in their order: most are absent, and cost no more than a look here.
    private(set) var fields: [ResourceType: [FieldKey]] = [:]
    public internal(set) var tables: [String: CodeTable] = [:]
    /// Fields that are known to carry nothing that a resource could hold: set ids, encoding characters.
    private(set) var ignored: Set<FieldKey> = []

    struct FieldKey: Hashable, Sendable {
        var segment: SegmentName
        var field: Int
    }

    public init() {}

    /// The lines that fill a type.
    public func lines(for type: ResourceType) -> [MapLine] { lines[type] ?? [] }

    public var lineCount: Int { lines.values.reduce(0) { $0 + $1.count } }

    func isIgnored(_ segment: SegmentName, _ field: Int) -> Bool {
        ignored.contains(FieldKey(segment: segment, field: field))
    }

    // MARK: Overlays

    /// A line with the same source and target takes the place of the one that is there.
    mutating func add(_ line: MapLine) {
        var list = lines[line.type] ?? []
        if let index = list.firstIndex(where: { $0.key == line.key && $0.constants == line.constants }) {
            list[index] = line
        } else {
            list.append(line)
        }
        set(list, for: line.type)
        ignored.remove(FieldKey(segment: line.segment, field: line.field))
    }

    private mutating func set(_ list: [MapLine], for type: ResourceType) {
        var numbered = list
        for index in numbered.indices {
            let element = numbered[index].filledElement
            numbered[index].slot = numbered.firstIndex { $0.filledElement == element } ?? index
        }
        lines[type] = numbered
        fields[type] = list.map { FieldKey(segment: $0.segment, field: $0.field) }
    }

    mutating func ignore(_ segment: SegmentName, _ field: Int) {
        ignored.insert(FieldKey(segment: segment, field: field))
    }

    /// Switches off the lines of a source, or of a source and a target. False where there is none.
    mutating func switchOff(source: String, target: String?) -> Bool {
        var count = 0
        for (type, list) in lines {
            let kept = list.filter { line in
                line.source != source || (target != nil && target != "\(line.type.name).\(line.path)")
            }
            count += list.count - kept.count
            set(kept, for: type)
        }
        return count > 0
    }
}

/// Why a map cannot be read, and in which line.
public struct MapError: Error, Sendable, Equatable, CustomStringConvertible {
    /// From 1.
    public var line: Int
    public var message: String

    public init(line: Int, _ message: String) {
        self.line = line
        self.message = message
    }

    public var description: String { "line \(line): \(message)" }
}
