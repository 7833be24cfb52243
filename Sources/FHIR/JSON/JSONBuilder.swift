/// Makes JSON text piece by piece: names and values are appended, commas and brackets come by themselves.
///
/// ```swift
/// var json = JSONBuilder()
/// json.object {
///     $0.member("resourceType", "OperationOutcome")
///     $0.array("issue") { $0.object { $0.member("severity", "error") } }
/// }
/// send(json.bytes)
/// ```
public struct JSONBuilder: Sendable {
    public private(set) var bytes: [UInt8] = []

    public init(capacity: Int = 256) { bytes.reserveCapacity(capacity) }

    // MARK: Containers

    /// An object as the next element, or as the value of the ``key(_:)-(StaticString)`` just written.
    public mutating func object<E: Error>(_ body: (inout JSONBuilder) throws(E) -> Void) throws(E) {
        open(UInt8(ascii: "{"))
        try body(&self)
        bytes.append(UInt8(ascii: "}"))
    }

    /// An array as the next element, or as the value of the ``key(_:)-(StaticString)`` just written.
    public mutating func array<E: Error>(_ body: (inout JSONBuilder) throws(E) -> Void) throws(E) {
        open(UInt8(ascii: "["))
        try body(&self)
        bytes.append(UInt8(ascii: "]"))
    }

    /// A member whose value is an object.
    public mutating func object<E: Error>(
        _ key: StaticString, _ body: (inout JSONBuilder) throws(E) -> Void
    ) throws(E) {
        self.key(key)
        try object(body)
    }

    /// A member whose value is an array.
    public mutating func array<E: Error>(
        _ key: StaticString, _ body: (inout JSONBuilder) throws(E) -> Void
    ) throws(E) {
        self.key(key)
        try array(body)
    }

    // MARK: Members

    /// A name; its value must follow.
    public mutating func key(_ name: StaticString) {
        separate()
        name.withUTF8Buffer { JSONWriter.appendString(utf8: $0, to: &bytes) }
        bytes.append(UInt8(ascii: ":"))
    }

    /// A name; its value must follow.
    public mutating func key(_ name: String) {
        separate()
        JSONWriter.appendString(name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
    }

    public mutating func member(_ key: StaticString, _ text: String) {
        self.key(key)
        value(text)
    }

    /// Nothing at all if there is no text.
    public mutating func member(_ key: StaticString, ifPresent text: String?) {
        if let text { member(key, text) }
    }

    public mutating func member(_ key: StaticString, _ number: some BinaryInteger) {
        self.key(key)
        value(number)
    }

    public mutating func member(_ key: StaticString, _ flag: Bool) {
        self.key(key)
        value(flag)
    }

    public mutating func member(_ key: StaticString, _ node: JSONNode) {
        self.key(key)
        value(node)
    }

    /// `raw` must be one complete JSON value.
    public mutating func member(_ key: StaticString, raw: some Collection<UInt8>) {
        self.key(key)
        value(raw: raw)
    }

    // MARK: Values

    public mutating func value(_ text: String) {
        separate()
        JSONWriter.appendString(text, to: &bytes)
    }

    public mutating func value(_ number: some BinaryInteger) {
        separate()
        bytes.append(contentsOf: String(number).utf8)
    }

    public mutating func value(_ flag: Bool) { value(raw: (flag ? "true" : "false").utf8) }

    /// The node without white space between its tokens.
    public mutating func value(_ node: JSONNode) {
        separate()
        JSONWriter.append(node, to: &bytes)
    }

    /// `raw` must be one complete JSON value.
    public mutating func value(raw: some Collection<UInt8>) {
        separate()
        bytes.append(contentsOf: raw)
    }

    public mutating func null() { value(raw: "null".utf8) }

    /// Has `body` append one complete JSON value, as ``StoredResource/render(content:id:version:lastUpdated:into:)``
    /// does.
    public mutating func value<R, E: Error>(by body: (inout [UInt8]) throws(E) -> R) throws(E) -> R {
        separate()
        return try body(&bytes)
    }

    // MARK: Commas

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
    }

    /// A comma is due where a value ended: every value ends in a quote, a bracket, a digit or a letter.
    private mutating func separate() {
        switch bytes.last {
        case nil, UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"): break
        default: bytes.append(UInt8(ascii: ","))
        }
    }
}
