/// Changes to some nodes of one document, applied while it is written: the document itself stays as it is.
///
/// Edits inside a node that is itself replaced or dropped have no effect; a later edit of the same node counts.
public struct JSONEdits: Sendable {
    struct Edit: Sendable {
        let node: Int32
        /// Bytes to write instead, a complete compact JSON value; nil drops the member or element.
        let bytes: [UInt8]?
    }

    /// In the order of the nodes, each node at most once.
    private(set) var list: [Edit] = []

    public init() {}

    public static let none = JSONEdits()

    public var isEmpty: Bool { list.isEmpty }

    /// Writes `bytes`, a complete JSON value, in place of the node at tape index `node`.
    public mutating func replace(_ node: Int32, with bytes: [UInt8]) { set(Edit(node: node, bytes: bytes)) }

    /// Writes `text` as a JSON string in place of the node at tape index `node`.
    public mutating func replace(_ node: Int32, withString text: String) {
        var bytes: [UInt8] = []
        JSONWriter.appendString(text, to: &bytes)
        replace(node, with: bytes)
    }

    /// Leaves out the member whose value, or the element which, stands at tape index `node`.
    public mutating func drop(_ node: Int32) { set(Edit(node: node, bytes: nil)) }

    /// The position in `list` of the first edit of a node that stands at `node` or behind it.
    func position(of node: Int32) -> Int {
        var low = 0
        var high = list.count
        while low < high {
            let middle = (low + high) / 2
            if list[middle].node < node { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func edit(of node: Int32) -> Edit? {
        let position = position(of: node)
        return position < list.count && list[position].node == node ? list[position] : nil
    }

    /// Length of all replacements together, in bytes.
    var replacementBytes: Int { list.reduce(0) { $0 + ($1.bytes?.count ?? 0) } }

    private mutating func set(_ edit: Edit) {
        guard let last = list.last, last.node >= edit.node else { return list.append(edit) }
        let position = position(of: edit.node)
        if list[position].node == edit.node {
            list[position] = edit
        } else {
            list.insert(edit, at: position)
        }
    }
}
