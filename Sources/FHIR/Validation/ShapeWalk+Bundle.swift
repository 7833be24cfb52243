/// The rules of Bundles (R4 2.36.4). Those that the specification also writes as invariants are named by their keys; they
/// are decided here, so that a finding names the entry and a large Bundle is walked once.
extension ShapeWalk {
    func bundleScope(of index: Int) -> BundleScope {
        let type = member("type", of: index).flatMap { tape[$0].isString ? tape[$0].text(in: document.bytes) : nil }
        var entries: [BundleScope.Entry] = []
        if let list = member("entry", of: index), tape[list].isContainer, !tape[list].isObject {
            var entry = list + 1
            while entry < Int(tape[list].next) {
                defer { entry = Int(tape[entry].next) }
                let fullURL = member("fullUrl", of: entry).flatMap { tape[$0].isString ? $0 : nil }
                let resource = member("resource", of: entry).flatMap { tape[$0].isObject ? $0 : nil }
                let named = resource.flatMap { member("resourceType", of: $0) }
                let type = named.flatMap { index in
                    tape[index].isString ? withText(index) { ResourceType(utf8: $0) } : nil
                }
                entries.append(BundleScope.Entry(index: entry, fullURL: fullURL, resource: resource, type: type))
            }
        }
        return BundleScope(
            kind: type.flatMap(BundleScope.Kind.init(rawValue:)), entries: entries, document: document)
    }

    func checkBundle(_ index: Int) {
        guard let bundle, let kind = bundle.knownKind else { return }
        if let total = member("total", of: index), kind != .searchset && kind != .history {
            report(
                .invariant, total,
                "Only a searchset and a history have a total (bdl-1); this Bundle is a \(kind.rawValue).")
        }
        if kind.isClosed { checkHead(index, bundle) }
        if kind == .document { checkDocument(index) }
        var seen: [String: Int] = [:]
        for entry in bundle.entries where tape[entry.index].isObject {
            checkContent(of: entry, kind)
            checkFullURL(of: entry, kind, &seen)
        }
    }

    /// bdl-11 and bdl-12
    private func checkHead(_ index: Int, _ bundle: BundleScope) {
        let wanted: ResourceType = bundle.kind == .document ? .composition : .messageHeader
        guard bundle.entries.first?.type != wanted else { return }
        let key = bundle.kind == .document ? "bdl-11" : "bdl-12"
        let place = bundle.entries.first.map { $0.resource ?? $0.index } ?? index
        report(
            .invariant, place,
            "The first entry of a \(bundle.kind.rawValue) holds a \(wanted.name) (\(key)).")
    }

    /// bdl-9 and bdl-10
    private func checkDocument(_ index: Int) {
        let identifier = member("identifier", of: index)
        if identifier.flatMap({ member("system", of: $0) }) == nil
            || identifier.flatMap({ member("value", of: $0) }) == nil
        {
            report(
                .invariant, identifier ?? index, "A document has an identifier with system and value (bdl-9).")
        }
        if member("timestamp", of: index).map({ !tape[$0].isString }) ?? true {
            report(.invariant, index, "A document has a timestamp (bdl-10).")
        }
    }

    /// What an entry holds in a Bundle of its type: bdl-2 to bdl-5.
    private func checkContent(of entry: BundleScope.Entry, _ kind: BundleScope.Kind) {
        let request = member("request", of: entry.index)
        let response = member("response", of: entry.index)
        if let search = member("search", of: entry.index), kind != .searchset {
            report(
                .invariant, search,
                "Only entries of a searchset say how they were found (bdl-2); this Bundle is a \(kind.rawValue).")
        }
        let needsRequest = kind.isRequest || kind == .history
        if needsRequest != (request != nil) {
            report(
                .invariant, request ?? entry.index,
                needsRequest
                    ? "Each entry of a \(kind.rawValue) has a request (bdl-3)."
                    : "Entries of a \(kind.rawValue) have no request (bdl-3).")
        }
        let needsResponse = kind.isResponse || kind == .history
        if needsResponse != (response != nil) {
            report(
                .invariant, response ?? entry.index,
                needsResponse
                    ? "Each entry of a \(kind.rawValue) has a response (bdl-4)."
                    : "Entries of a \(kind.rawValue) have no response (bdl-4).")
        }
        if request == nil && response == nil && member("resource", of: entry.index) == nil {
            report(.invariant, entry.index, "An entry has a resource, a request or a response (bdl-5).")
        }
    }

    /// The fullUrl is absolute, has no version (bdl-8), agrees with the resource, and names one entry alone (bdl-7).
    private func checkFullURL(
        of entry: BundleScope.Entry, _ kind: BundleScope.Kind, _ seen: inout [String: Int]
    ) {
        guard let index = entry.fullURL else {
            if entry.resource != nil && kind.isClosed {
                report(
                    .required, entry.index,
                    "Each entry of a \(kind.rawValue) has a fullUrl, by which others refer to it.")
            }
            return
        }
        checkForm(ofFullURL: index)
        checkAgreement(of: entry, fullURL: index)
        guard kind != .history else { return }
        let version = entry.resource.flatMap { member("meta", of: $0) }.flatMap { member("versionId", of: $0) }
        let key = tape[index].text(in: document.bytes) + (version.map { tape[$0].text(in: document.bytes) } ?? "")
        if seen.updateValue(index, forKey: key) != nil {
            report(.invariant, index, "Another entry has the fullUrl \(shown(index)) already (bdl-7).")
        }
    }

    private func checkForm(ofFullURL index: Int) {
        withText(index) { text in
            if text.isEmpty { return }
            let target = ReferenceTarget(text)
            if let fault = URNForm.fault(text) {
                report(.value, index, "\(shown(index)) is no fullUrl: \(fault.reason).")
            } else if target.form != .absolute {
                report(
                    .value, index,
                    "\(shown(index)) is no absolute address. A fullUrl begins with http:, https: or urn:.")
            }
            if Self.contains(text, "/_history/") {
                report(.invariant, index, "A fullUrl names no version (bdl-8). Leave out /_history/ and what follows.")
            }
        }
    }

    /// A fullUrl that ends with Type/id and the resource with its id say the same (R4 2.36.4).
    private func checkAgreement(of entry: BundleScope.Entry, fullURL index: Int) {
        guard let type = entry.type, let id = entry.resource.flatMap({ member("id", of: $0) }), tape[id].isString
        else { return }
        withText(index) { text in
            let target = ReferenceTarget(text)
            guard target.form == .absolute, let named = target.type else { return }
            let agrees = withText(id) { $0.elementsEqual(text[target.id]) }
            if !agrees || named != type {
                report(
                    .value, index,
                    "The fullUrl ends with \(named.name)/\(String(decoding: text[target.id], as: UTF8.self)), but the resource is \(type.name)/\(tape[id].text(in: document.bytes))."
                )
            }
        }
    }

    private static func contains(_ text: UnsafeBufferPointer<UInt8>, _ part: StaticString) -> Bool {
        part.withUTF8Buffer { part in
            guard text.count >= part.count else { return false }
            return (0...(text.count - part.count)).contains { start in
                text[start] == part[0] && FactHash.equal(.init(rebasing: text[start..<start + part.count]), part)
            }
        }
    }
}
