extension JSONPatch {
    /// Applies all operations, or none.
    ///
    /// - Parameters:
    ///   - protecting: refuse to change what a patch may not change.
    ///   - pruned: leave out objects and arrays that the patch has emptied, which FHIR cannot have; RFC 6902 by itself
    ///     keeps them.
    /// - Returns: the document as compact JSON.
    func apply(
        to document: JSONDocument, protecting: Bool, pruned: Bool, limits: PatchLimits = .default
    ) throws(PatchError) -> [UInt8] {
        var draft = JSONDraft(document, limits: limits)
        var watch = ProtectedElements(of: document.root)
        for (offset, operation) in operations.enumerated() {
            let number = offset + 1
            let passed: Bool
            do throws(PointedFault) {
                passed = try apply(operation, to: &draft)
                if protecting, ProtectedElements.mayConcern(operation.path.tokens, operation.sourceTokens) {
                    try at(operation.path) { () throws(DraftFault) in try watch.look(at: &draft, after: number) }
                }
            } catch {
                throw error.described(as: operation.action.name, number: number, in: draft)
            }
            guard passed else { throw failedTest(operation, number: number, &draft) }
        }
        if protecting { try watch.demandUnchanged() }
        return draft.written(pruned: pruned)
    }

    /// False if it is a test that fails.
    private func apply(_ operation: Operation, to draft: inout JSONDraft) throws(PointedFault) -> Bool {
        let pointer = operation.path
        let path = pointer.tokens
        switch operation.action {
        case .add(let node):
            try at(pointer) { () throws(DraftFault) in try draft.add(try draft.insert(node), at: path) }
        case .remove:
            _ = try at(pointer) { () throws(DraftFault) in try draft.take(at: path) }
        case .replace(let node):
            try at(pointer) { () throws(DraftFault) in try draft.replace(at: path, with: try draft.insert(node)) }
        case .move(let from):
            if from == pointer {
                _ = try at(pointer) { () throws(DraftFault) in try draft.value(at: path) }
                return true
            }
            let taken = try at(from) { () throws(DraftFault) in try draft.take(at: from.tokens) }
            try at(pointer) { () throws(DraftFault) in try draft.add(taken, at: path) }
        case .copy(let from):
            let copy = try at(from) { () throws(DraftFault) in
                try draft.duplicate(try draft.value(at: from.tokens))
            }
            try at(pointer) { () throws(DraftFault) in try draft.add(copy, at: path) }
        case .test(let node):
            return try at(pointer) { () throws(DraftFault) in
                try draft.isEqual(try draft.value(at: path), to: node)
            }
        }
        return true
    }

    /// Remembers which pointer a fault is about.
    private func at<R>(_ pointer: JSONPointer, _ body: () throws(DraftFault) -> R) throws(PointedFault) -> R {
        do throws(DraftFault) {
            return try body()
        } catch {
            throw PointedFault(fault: error, pointer: pointer)
        }
    }

    private func failedTest(_ operation: Operation, number: Int, _ draft: inout JSONDraft) -> PatchError {
        var found = ""
        if case .test(let expected) = operation.action,
            let value = try? draft.value(at: operation.path.tokens)
        {
            found = "; \(draft.described(value)) was found, \(JSONDraft.described(expected)) was expected"
        }
        return PatchError(
            .test,
            Issue(
                .conflict,
                "The test of operation \(number) failed at \(operation.path.text())\(found). Nothing was changed. Read "
                    + "the resource again and make the patch anew.",
                at: draft.expression(of: operation.path.tokens)),
            operation: number)
    }
}

extension JSONPatch.Operation {
    /// Where an operation takes something away beside its path.
    var sourceTokens: [[UInt8]]? {
        if case .move(let from) = action { from.tokens } else { nil }
    }
}

/// A fault together with the pointer that led to it.
struct PointedFault: Error {
    let fault: DraftFault
    let pointer: JSONPointer

    func described(as name: String, number: Int, in draft: JSONDraft) -> PatchError {
        let text = "Operation \(number) (\(name)) cannot be applied at \(pointer.text()): \(reason(name))"
        let code: IssueType =
            switch fault {
            case .tooManySteps, .tooManyValues, .tooLarge: .tooCostly
            default: .notFound
            }
        return PatchError(.resource, Issue(code, text, at: draft.expression(of: pointer.tokens)), operation: number)
    }

    private func reason(_ name: String) -> String {
        let isLast: (Int) -> Bool = { $0 == pointer.tokens.count - 1 }
        switch fault {
        case .missing(let depth):
            let token = String(decoding: pointer.tokens[depth], as: UTF8.self).quotedStart
            let parent = depth == 0 ? "the resource" : pointer.text(depth)
            guard isLast(depth) else {
                return
                    "\(parent) has no member \(token), and what lies around a place is not made by itself; add it first."
            }
            let hint = name == "replace" ? " Use add to set what is not there yet." : ""
            return "\(parent) has no member \(token).\(hint)"
        case .scalar(let depth, let kind):
            let parent = depth == 0 ? "the resource" : pointer.text(depth)
            return "\(parent) is \(kind.described), which has nothing inside it."
        case .notAnIndex(let depth):
            let token = String(decoding: pointer.tokens[depth], as: UTF8.self).quotedStart
            return
                "\(pointer.text(depth)) is an array and \(token) is no index into it; use a number without leading zeros."
        case .outOfRange(let depth, let count):
            let parent = depth == 0 ? "the document" : pointer.text(depth)
            let elements = count == 1 ? "1 element" : "\(count) elements"
            if name == "add" || name == "move" || name == "copy", isLast(depth) {
                return "\(parent) has \(elements); use an index from 0 to \(count), or - to append."
            }
            guard count > 0 else { return "\(parent) has no elements." }
            return "\(parent) has \(elements); use an index from 0 to \(count - 1)."
        case .behindLast(let depth, _):
            return
                "- is the place behind the last element of \(pointer.text(depth)), where there is nothing yet; use an index."
        case .root:
            return "the resource as a whole cannot be taken away by a patch. Use DELETE."
        case .tooManySteps: return "the patch takes too many steps. Send several smaller patches."
        case .tooManyValues: return "the patch makes too many values. Send several smaller patches."
        case .tooLarge: return "the resource would become larger than the server accepts."
        }
    }
}

extension JSONDraft {
    /// A value as far as it is needed to recognise it.
    func described(_ value: Int32) -> String {
        if case .source(let node) = self[value] { return Self.described(node) }
        return kind(of: value).described
    }

    static func described(_ node: JSONNode) -> String {
        switch node.kind {
        case .object, .array: node.kind.described
        case .string: (node.string ?? "").quotedStart
        case .number: (node.numberText ?? "").start
        case .true, .false, .null: node.kind.described
        }
    }
}
