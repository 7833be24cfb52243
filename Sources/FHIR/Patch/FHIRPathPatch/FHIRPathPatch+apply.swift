extension FHIRPathPatch {
    /// Applies all operations, or none; each sees what the one before it made.
    ///
    /// - Returns: the resource as compact JSON.
    func apply(to document: JSONDocument, limits: PatchLimits = .default) throws(PatchError) -> [UInt8] {
        var watch = ProtectedElements(of: document.root)
        var current = document
        var rewritten = 0
        var steps = limits.maximumSteps
        for (offset, operation) in operations.enumerated() {
            let number = offset + 1
            var change = FHIRPathChange(
                operation: operation, number: number, document: current, draft: JSONDraft(current, limits: limits),
                steps: steps)
            try change.make()
            steps = change.steps - change.draft.steps
            let isLast = number == operations.count
            let bytes = change.draft.written(pruned: true)
            rewritten += bytes.count
            guard isLast || rewritten <= limits.maximumRewrittenBytes else {
                throw PatchError(
                    .resource,
                    Issue(
                        .tooCostly,
                        "The patch has too many operations for a resource of this size. Send several smaller patches."),
                    operation: number)
            }
            do throws(JSONError) {
                current = try JSONDocument.parse(bytes)
            } catch {
                throw PatchError(
                    .resource,
                    Issue(.tooCostly, "What operation \(number) makes is not accepted: \(error.message)."),
                    operation: number)
            }
            watch.look(at: current.root, after: number)
        }
        try watch.demandUnchanged()
        return operations.isEmpty ? JSONWriter.compact(document.root) : current.bytes
    }
}

/// One operation that is being carried out.
struct FHIRPathChange {
    let operation: FHIRPathPatch.Operation
    let number: Int
    let document: JSONDocument
    var draft: JSONDraft
    /// What is left for the paths of this operation and those behind it.
    var steps: Int

    mutating func make() throws(PatchError) {
        let nodes = try select(operation.path)
        switch operation.action {
        case .add(let name, let value): try add(name, value, to: try only(nodes))
        case .insert(let index, let value): try insert(value, at: index, nodes)
        case .delete:
            guard !nodes.isEmpty else { return }
            try delete(try only(nodes))
        case .replace(let value): try replace(try only(nodes), with: value)
        case .move(let source, let destination): try move(source, destination, nodes)
        }
    }

    // MARK: Places

    /// The tape indexes of what a path selects.
    mutating func select(_ path: PatchPath) throws(PatchError) -> [Int32] {
        do throws(PatchPath.Fault) {
            return try path.select(in: document, steps: &steps)
        } catch {
            switch error {
            case .invalid(.tooManySteps):
                throw fail(
                    .tooCostly, "the paths of the patch take more steps than are allowed; name places more exactly")
            case .invalid(let reason): throw fail(.processing, "the path cannot be followed: \(reason.message)")
            case .noElements:
                throw fail(.processing, "the path computes something instead of selecting elements of the resource")
            }
        }
    }

    private func only(_ nodes: [Int32]) throws(PatchError) -> PatchPlace {
        guard let node = nodes.first else {
            throw fail(.notFound, "the path selects nothing; it must select the one element that is meant")
        }
        guard nodes.count == 1 else {
            throw fail(
                .multipleMatches,
                "the path selects \(nodes.count) elements; add an index or a condition so that it selects one")
        }
        return PatchPlace(of: node, in: document)
    }

    /// The list that all nodes are in, which must be all of it.
    func list(_ nodes: [Int32]) throws(PatchError) -> (place: PatchPlace, count: Int) {
        guard let node = nodes.first else { throw fail(.notFound, "the path selects no list") }
        let place = PatchPlace(of: node, in: document)
        guard !place.isRoot, place.element?.element.isList == true || place.index != nil else {
            throw fail(.processing, "the path selects an element that is no list", at: place)
        }
        let values = elements(place.member())
        let companions = elements(place.member(companion: true))
        let own = Set(values).union(companions)
        guard nodes.allSatisfy(own.contains) else {
            throw fail(.multipleMatches, "the path selects elements of several lists; name one list as a whole")
        }
        let count = max(values.count, companions.count)
        guard nodes.count == count else {
            throw fail(
                .multipleMatches,
                "the path selects \(nodes.count) of \(count) elements; name the list as a whole, without index or condition",
                at: place)
        }
        return (place, count)
    }

    /// The elements of an array of the document; none if it is not there.
    private func elements(_ path: [[UInt8]]) -> [Int32] {
        var node = document.root
        for token in path {
            let child: JSONNode?
            if node.kind == .array {
                guard let index = JSONDraft.index(token) else { return [] }
                child = node.elements.enumerated().first { $0.offset == index }?.element
            } else {
                child = node[String(decoding: token, as: UTF8.self)]
            }
            guard let child else { return [] }
            node = child
        }
        return node.kind == .array ? node.elements.map(\.index) : []
    }

    // MARK: Faults

    func fail(_ code: IssueType, _ reason: String, at place: PatchPlace? = nil) -> PatchError {
        PatchError(
            .resource,
            Issue(
                code,
                "Operation \(number) (\(operation.action.name)) at \(operation.path.text.start): \(reason).",
                at: place.flatMap { draft.expression(of: $0.path) }),
            operation: number)
    }

    /// Carries out steps on the draft, whose faults here are those of limits.
    mutating func edit<R>(_ body: (inout JSONDraft) throws(DraftFault) -> R) throws(PatchError) -> R {
        do throws(DraftFault) {
            return try body(&draft)
        } catch {
            switch error {
            case .tooManySteps, .tooManyValues: throw fail(.tooCostly, "the patch takes too many steps")
            case .tooLarge: throw fail(.tooCostly, "the resource would become larger than the server accepts")
            case .missing, .scalar, .notAnIndex, .outOfRange, .behindLast, .root:
                throw fail(.structure, "the resource is not made as R4 says at this place; update it with PUT")
            }
        }
    }

    func encoded(
        _ value: FHIRPathPatchValue, for element: ElementFact, as type: TypeFact?, at place: PatchPlace
    ) throws(PatchError) -> FHIRPathPatchValue.Encoded {
        do throws(FHIRPathPatchValue.Fault) {
            return try value.encoded(for: element, as: type)
        } catch {
            throw fail(.value, "the value \(error.sentence)", at: place)
        }
    }
}
