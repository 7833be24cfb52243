import FHIR
import HL7v2

extension Converter {
    /// What the maps make of a group's segments for one resource type.
    mutating func edits(for type: ResourceType, in group: SegmentGroup) -> [Edit] {
        var made = MadeEdits()
        guard let fields = maps.fields[type], let lines = maps.lines[type] else { return [] }
        for (index, key) in fields.enumerated() {
            guard let row = group.first(key.segment), !self.fields.isAbsent(row, key.field) else { continue }
            apply(lines[index], to: row, made: &made)
        }
        return made.edits
    }

    /// The edits so far, and which element each is about.
    private struct MadeEdits {
        var edits: [Edit] = []
        private var slots: [Int] = []

        func index(of line: MapLine) -> Int? { slots.firstIndex(of: line.slot) }

        mutating func append(_ edit: Edit, by line: MapLine) {
            edits.append(edit)
            slots.append(line.slot)
        }
    }

    private mutating func apply(_ line: MapLine, to row: Int, made: inout MadeEdits) {
        let field = fields.read(row, line.field)
        // An earlier line has filled the element already.
        if line.listDepth == 0, made.index(of: line) != nil { return }
        if field.isNull { return remove(line, at: field.place, made: &made) }
        var values: [FHIRValue] = []
        var isNull = false
        for (index, repetition) in field.repetitions.enumerated() {
            let piece = line.piece(of: repetition)
            guard let piece else { continue }
            if piece.isNull {
                isNull = true
                continue
            }
            if index > 0, line.listDepth == 0 {
                if piece.text != nil { assume("Only the first repetition is carried over.", at: piece.place) }
                break
            }
            if let value = value(of: piece, for: line) { values.append(line.wrap(value)) }
        }
        if values.isEmpty {
            if isNull { remove(line, at: field.place, made: &made) }
            return
        }
        put(values, line, made: &made)
    }

    /// `""`. Identifiers and references to others are not one sender's to remove all of.
    private mutating func remove(_ line: MapLine, at place: Place, made: inout MadeEdits) {
        if line.merges || R4Required.isRequired(line) {
            return assume("\(line.type.name).\(line.path) is not removed by \"\".", at: place)
        }
        guard line.listDepth > 0 else { return made.append(.remove(line.path), by: line) }
        put([], line, made: &made)
    }

    /// Lines that fill one list together make one edit; of lines that fill one element the first that says something
    /// counts.
    private func put(_ values: [FHIRValue], _ line: MapLine, made: inout MadeEdits) {
        guard line.listDepth > 0 else {
            if let value = values.first {
                made.append(line.onlyIfAbsent ? .setIfAbsent(line.path, value) : .set(line.path, value), by: line)
            }
            return
        }
        let path = line.listPath
        let index = made.index(of: line)
        if line.merges {
            let replacing = sender.replacedIdentifierSystems
            guard let index, case .mergeIdentifiers(_, let others, _) = made.edits[index] else {
                return made.append(.mergeIdentifiers(path, values, replacing: replacing), by: line)
            }
            made.edits[index] = .mergeIdentifiers(path, others + values, replacing: replacing)
        } else if let index, case .replace(_, let others, let scope) = made.edits[index] {
            made.edits[index] = .replace(path, others + values, scope.joined(line.scope))
        } else {
            made.append(.replace(path, values, line.scope), by: line)
        }
    }
}

/// Elements that a resource cannot be without.
enum R4Required {
    static func isRequired(_ line: MapLine) -> Bool {
        line.path.names.count == 1
            && (R4.table.type(line.type).key(line.path.names[0])?.element.minimum ?? 0) > 0
    }
}

extension Edit.Scope {
    /// What either speaks for.
    func joined(_ other: Edit.Scope) -> Edit.Scope {
        guard case .matching(let a) = self, case .matching(let b) = other else { return .all }
        return .matching(a + b.filter { !a.contains($0) })
    }
}

extension MapLine {
    func piece(of repetition: Repetition) -> Piece? {
        guard let component else { return Piece(repetition) }
        let found = repetition.component(component)
        guard let subcomponent else { return Piece(found) }
        return Piece(found.subcomponent(subcomponent))
    }

    /// The path of the list, without what stands inside its elements.
    var listPath: ElementPath {
        listDepth == 0 || listDepth == path.names.count ? path : ElementPath(Array(path.names.prefix(listDepth)))
    }

    /// The element that the line fills: of a choice (`deceased[x]`) all forms are one.
    var filledElement: ElementPath {
        let path = listPath
        guard path.names.count == 1, let element = R4.table.type(type).key(path.names[0])?.element else { return path }
        return ElementPath([element.name])
    }

    /// The value as an element of the list, with the line's constants.
    func wrap(_ value: FHIRValue) -> FHIRValue {
        var wrapped = value
        if listDepth > 0 {
            for name in path.names.dropFirst(listDepth).reversed() { wrapped = .object([.init(name, wrapped)]) }
        }
        for constant in constants where wrapped[constant.name] == nil { wrapped.set(constant.name, constant.value) }
        return wrapped
    }
}
