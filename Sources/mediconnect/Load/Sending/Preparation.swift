import FHIR

/// What a unit becomes: a request, and the parts of it that cannot be sent.
struct Preparation: Sendable {
    /// Nil if nothing is left to send.
    var submission: Submission?
    var rejected: [ContentError] = []
}

extension Preparation {
    /// - Parameters:
    ///   - only: positions that are still to be sent; nil is all.
    ///   - apart: whether resources that are no transaction of the user's own go as a batch, so that each stands alone.
    init(_ unit: LoadUnit, only: Set<Int>? = nil, apart: Bool = false) throws(ContentError) {
        switch unit.content {
        case .lines(let lines):
            self.init(lines: lines.filter { only?.contains($0.number) ?? true }, apart: apart)
        case .document(let bytes):
            let root = try JSONNode.parsing(bytes)
            guard let type = root["resourceType"]?.string else { throw .noResource }
            if type == "Bundle" {
                try self.init(bundle: root, only: only, apart: apart)
            } else {
                try self.init(resource: root)
            }
        }
    }

    private init(bundle: JSONNode, only: Set<Int>?, apart: Bool) throws(ContentError) {
        guard let type = bundle["type"]?.string else { throw .bundleWithoutType }
        switch type {
        case "transaction": try self.init(own: bundle, shape: .transaction, only: nil)
        case "batch": try self.init(own: bundle, shape: .batch, only: only)
        case "collection", "searchset": self.init(contents: bundle, only: only, apart: apart)
        case "document", "message": try self.init(resource: bundle)
        default: throw .unsuitableBundle(type)
        }
    }

    /// A resource by itself.
    private init(resource: JSONNode) throws(ContentError) {
        let target = try ResourceTarget(resource)
        submission = Submission(
            path: target.path, method: target.method, body: Array(resource.document.bytes[resource.sourceRange]),
            shape: .resource, items: [Submission.Item(position: 0, type: target.type, method: target.method)],
            isRepeatable: target.method == .put)
    }

    /// A transaction or batch of the user's own: the bytes as they are, or a batch of some of its entries.
    private init(own bundle: JSONNode, shape: Submission.Shape, only: Set<Int>?) throws(ContentError) {
        var items: [Submission.Item] = []
        var isRepeatable = true
        var writer = BundleWriter(type: shape)
        for (position, entry) in bundle.elements("entry").enumerated() where only?.contains(position) ?? true {
            guard let request = EntryRequest(entry) else {
                throw .part(position: position, isLine: false, reason: "has no request with a method and a url")
            }
            items.append(Submission.Item(position: position, type: request.type, method: request.method))
            isRepeatable = isRepeatable && request.isRepeatable
            if only != nil { writer.append(entry: entry) }
        }
        if items.isEmpty { return }
        let body = only == nil ? Array(bundle.document.bytes[bundle.sourceRange]) : writer.finish()
        submission = Submission(body: body, shape: shape, items: items, isRepeatable: isRepeatable)
    }

    /// The resources of a Bundle that says nothing about how they are to be written.
    private init(contents bundle: JSONNode, only: Set<Int>?, apart: Bool) {
        var resources: [Loose] = []
        var rejected: [ContentError] = []
        for (position, entry) in bundle.elements("entry").enumerated() where only?.contains(position) ?? true {
            // What a search says about itself is no content.
            if entry["search"]?["mode"]?.equals("outcome") ?? false { continue }
            if let resource = entry["resource"] {
                resources.append(Loose(position: position, resource: resource, fullURL: entry["fullUrl"]))
            } else {
                rejected.append(.part(position: position, isLine: false, reason: "has no resource"))
            }
        }
        // Entries that name each other by urn:uuid can only be resolved together.
        let isLinked = resources.contains { $0.fullURL?.string?.hasPrefix("urn:") ?? false }
        self.init(resources, rejected: rejected, areLines: false, apart: apart, isLinked: isLinked)
    }

    private init(lines: [LoadUnit.Line], apart: Bool) {
        var resources: [Loose] = []
        var rejected: [ContentError] = []
        for line in lines {
            do throws(ContentError) {
                resources.append(Loose(position: line.number, resource: try .parsing(line.bytes), fullURL: nil))
            } catch {
                rejected.append(.part(position: line.number, isLine: true, reason: error.description))
            }
        }
        self.init(resources, rejected: rejected, areLines: true, apart: apart, isLinked: false)
    }

    /// Resources that this loader puts together in a bundle: PUT where they have an id, POST where they have none.
    private init(_ resources: [Loose], rejected: [ContentError], areLines: Bool, apart: Bool, isLinked: Bool) {
        let shape = apart && !isLinked ? Submission.Shape.batch : .transaction
        var writer = BundleWriter(type: shape)
        var items: [Submission.Item] = []
        self.rejected = rejected
        for loose in resources {
            do throws(ContentError) {
                let target = try ResourceTarget(loose.resource)
                items.append(Submission.Item(position: loose.position, type: target.type, method: target.method))
                writer.append(resource: loose.resource, fullURL: loose.fullURL, target: target)
            } catch {
                let reason = error.description
                self.rejected.append(.part(position: loose.position, isLine: areLines, reason: reason))
            }
        }
        if items.isEmpty { return }
        submission = Submission(
            body: writer.finish(), shape: shape, items: items, isRepeatable: items.allSatisfy { $0.method == .put },
            canBeSentApart: shape == .transaction && !isLinked, areLines: areLines)
    }

    private struct Loose {
        let position: Int
        let resource: JSONNode
        let fullURL: JSONNode?
    }
}

extension JSONNode {
    /// The root of a text, of which only JSON's own rules are asked here; what it means is for the server to judge.
    fileprivate static func parsing(_ bytes: [UInt8]) throws(ContentError) -> JSONNode {
        do throws(JSONError) {
            let limits = JSONLimits(maximumBytes: ReadingLimits().documentBytes)
            return try JSONDocument.parse(Array(bytes.skippingByteOrderMark), limits: limits).root
        } catch {
            throw .malformed(error.message)
        }
    }
}
