/// A value of the configuration file, and where it stands.
struct ConfigurationNode {
    enum Content {
        /// - isPlain: without quotes; only such a text can be a number, a truth value or nothing.
        case scalar(String, isPlain: Bool)
        case list([ConfigurationNode])
        case mapping([Entry])
    }

    struct Entry {
        var key: String
        var place: Place
        var value: ConfigurationNode
    }

    /// Both from 1; columns count Unicode scalars.
    struct Place: Hashable {
        var line: Int
        var column: Int
    }

    var content: Content
    var place: Place

    /// Nothing stands behind the key: `senders:`, `~` or `null`.
    var isNothing: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// What was found, for a fault: `the text "abc"`
    var found: String {
        switch content {
        case .scalar where isNothing: "nothing"
        case .scalar(let text, isPlain: true): "\"\(text)\""
        case .scalar(let text, isPlain: false): "the text \"\(text)\""
        case .list: "a list"
        case .mapping: "a group of keys"
        }
    }
}
