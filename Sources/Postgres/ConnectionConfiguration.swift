import CLibPQ

/// Where PostgreSQL is and how a session with it begins.
public struct ConnectionConfiguration: Sendable {
    /// A libpq URL (`postgresql://host/database?sslmode=verify-full`) or `key=value` pairs (PostgreSQL 15 §34.1.1);
    /// what it leaves out comes from libpq's environment (`PGHOST`, `PGPASSFILE` …).
    public var connectionString: String

    /// What `pg_stat_activity` calls these sessions.
    public var applicationName: String

    /// Server settings of every session (`statement_timeout`, `search_path` …). They travel in the start-up packet, so
    /// that `RESET` comes back to them.
    public var settings: [String: String]

    /// For one attempt with all hosts of the connection string, name resolution excluded.
    public var connectTimeout: Duration

    /// Called on a connection's thread with each NOTICE and WARNING. Never written to standard error.
    public var onNotice: (@Sendable (ServerError) -> Void)?

    public init(
        _ connectionString: String, applicationName: String = "mediconnect", settings: [String: String] = [:],
        connectTimeout: Duration = .seconds(10), onNotice: (@Sendable (ServerError) -> Void)? = nil
    ) {
        self.connectionString = connectionString
        self.applicationName = applicationName
        self.settings = settings
        self.connectTimeout = connectTimeout
        self.onNotice = onNotice
    }

    /// The same place with further or other settings.
    public func with(settings further: [String: String]) -> ConnectionConfiguration {
        var copy = self
        copy.settings.merge(further) { $1 }
        return copy
    }

    /// Throws ``PostgresError/connection(message:)`` when libpq cannot read the connection string.
    public func validate() throws(PostgresError) {
        _ = try parameters()
    }

    /// libpq's keywords and values: the connection string's, completed.
    func parameters() throws(PostgresError) -> [(keyword: String, value: String)] {
        var failure: UnsafeMutablePointer<CChar>?
        guard let parsed = PQconninfoParse(connectionString, &failure) else {
            defer { PQfreemem(failure) }
            let message = failure.map { String(cString: $0) } ?? "out of memory"
            throw .connection(message: message.withoutTrailingNewline)
        }
        defer { PQconninfoFree(parsed) }

        var values: [(keyword: String, value: String)] = []
        var given: Set<String> = []
        var options = ""
        var option = parsed
        while let keyword = option.pointee.keyword.map({ String(cString: $0) }) {
            if let value = option.pointee.val.map({ String(cString: $0) }) {
                if keyword == "options" {
                    options = value + " "
                } else {
                    given.insert(keyword)
                    values.append((keyword, value))
                }
            }
            option += 1
        }

        for (setting, value) in settings.sorted(by: { $0.key < $1.key }) {
            options += "-c \(Self.escaped(setting))=\(Self.escaped(value)) "
        }
        if !options.isEmpty { values.append(("options", options)) }
        for (keyword, value) in Self.defaults(applicationName) where !given.contains(keyword) {
            values.append((keyword, value))
        }
        values.append(("client_encoding", "UTF8"))
        return values
    }

    /// A vanished server is noticed within a minute instead of libpq's two hours.
    private static func defaults(_ applicationName: String) -> [(String, String)] {
        [
            ("application_name", applicationName),
            ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "60000"),
        ]
    }

    /// The start-up packet's options are separated by spaces; a backslash takes the next character literally.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            if character == " " || character == "\\" { escaped += "\\" }
            escaped.append(character)
        }
        return escaped
    }
}

extension String {
    var withoutTrailingNewline: String {
        var text = self
        while text.last?.isNewline == true { text.removeLast() }
        return text
    }
}
