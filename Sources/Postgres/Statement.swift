/// A statement's text and the types of its parameters: a value, made once (a `static let`) or by a compiler of SQL.
///
/// It is prepared on each connection at its first use there, and found again by its text.
///
/// ```swift
/// static let content = Statement("select content from resource where type = $1 and id = $2", [.int2, .text])
/// let rows = try await connections.run(content(.int2(7), .text("a1")))
/// ```
public struct Statement: Sendable, Hashable {
    /// How long the server keeps what it learnt about the statement.
    public enum Reuse: Sendable, Hashable {
        /// Prepared once per connection; after five runs the server may settle on a generic plan.
        case prepared
        /// Parsed and planned at every run, with the values in sight: for texts that hardly come twice, and for
        /// predicates whose best plan depends on the value.
        case once
    }

    private let definition: Definition

    /// - Parameters:
    ///   - parameterTypes: one for each `$n`. Left empty, the types of the values given at the first run are taken.
    ///   - name: a word for logs and errors; says nothing to the server.
    public init(_ sql: String, _ parameterTypes: [PostgresType] = [], name: String? = nil, reuse: Reuse = .prepared) {
        definition = Definition(sql: sql, parameterTypes: parameterTypes, name: name, reuse: reuse)
    }

    public var sql: String { definition.sql }
    public var parameterTypes: [PostgresType] { definition.parameterTypes }
    public var name: String? { definition.name }
    public var reuse: Reuse { definition.reuse }

    /// The statement with its values.
    public func callAsFunction(_ parameters: Parameter...) -> Query {
        Query(self, parameters)
    }

    public static func == (one: Statement, other: Statement) -> Bool {
        let (one, other) = (one.definition, other.definition)
        return one === other
            || (one.textHash == other.textHash && one.sql == other.sql
                && one.parameterTypes == other.parameterTypes && one.reuse == other.reuse)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(definition.textHash)
    }

    /// Shared by the copies of a statement, so that finding it in a connection's cache costs no look at its text.
    private final class Definition: Sendable {
        let sql: String
        let parameterTypes: [PostgresType]
        let name: String?
        let reuse: Reuse
        let textHash: Int

        init(sql: String, parameterTypes: [PostgresType], name: String?, reuse: Reuse) {
            self.sql = sql
            self.parameterTypes = parameterTypes
            self.name = name
            self.reuse = reuse
            textHash = sql.hashValue
        }
    }
}

/// One statement with its values.
public struct Query: Sendable, Hashable {
    public let statement: Statement
    public let parameters: [Parameter]

    public init(_ statement: Statement, _ parameters: [Parameter] = []) {
        self.statement = statement
        self.parameters = parameters
    }

    /// A statement without parameters, such as `SET LOCAL …`.
    public init(_ sql: String) {
        self.init(Statement(sql))
    }
}
