/// The FHIRPath of a place in a document, in the subset that OperationOutcome.expression has: element names, positions
/// in lists, `.` (R4 2.28.4). `valueQuantity` is `value` and `_birthDate` is `birthDate` there.
///
/// It is found anew from the root for each finding, so that a document without findings pays nothing for it.
struct ShapePath {
    let document: JSONDocument

    func expression(of index: Int) -> String {
        let tape = document.tape
        var type = resourceType(of: 0)
        var path = type?.name ?? "Resource"
        var current = 0
        while current != index && tape[current].isContainer {
            if tape[current].isObject {
                guard let key = child(of: current, holding: index, step: 2) else { break }
                let name = tape[key].text(in: document.bytes)
                let known = type.flatMap { $0.key(name.hasPrefix("_") ? String(name.dropFirst()) : name) }
                path += ".\(known?.element.name ?? name)"
                if index == key { break }
                current = key + 1
                type = known?.type
            } else {
                var position = 0
                guard let element = child(of: current, holding: index, step: 1, position: &position) else { break }
                path += "[\(position)]"
                current = element
            }
            if type?.name == "Resource" { type = resourceType(of: current) ?? type }
        }
        return path
    }

    /// The type of the resource that an object is, by its resourceType.
    private func resourceType(of index: Int) -> TypeFact? {
        let name = document.node(at: Int32(truncatingIfNeeded: index))["resourceType"]?.string
        return name.flatMap { ResourceType($0) }.map { R4.table.type($0) }
    }

    private func child(of container: Int, holding index: Int, step: Int) -> Int? {
        var position = 0
        return child(of: container, holding: index, step: step, position: &position)
    }

    /// The key (step 2) or element (step 1) of a container at or behind which an index stands.
    private func child(of container: Int, holding index: Int, step: Int, position: inout Int) -> Int? {
        let tape = document.tape
        var child = container + 1
        while child < Int(tape[container].next) {
            let next = Int(tape[child + step - 1].next)
            if index < next { return child }
            child = next
            position += 1
        }
        return nil
    }
}
