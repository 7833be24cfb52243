import CLibPQ

/// What one statement answered: its rows, if it has any, and how many it touched.
public struct Rows: Sendable {
    let result: ResultStorage

    /// How many rows came back.
    public var count: Int { result.rowCount }

    public var isEmpty: Bool { result.rowCount == 0 }

    /// How many rows the statement inserted, updated, deleted or returned, by its command tag; 0 for others.
    public var affected: Int { result.affected }

    /// The command tag, such as `INSERT 0 3`.
    public var commandTag: String { result.commandTag }

    /// The names of the columns, in their order.
    public var columns: [String] { result.columnNames }

    public var first: Row? { isEmpty ? nil : Row(result: result, index: 0) }

    /// - Precondition: `0 ..< count`.
    public subscript(index: Int) -> Row {
        precondition(index >= 0 && index < result.rowCount, "no such row")
        return Row(result: result, index: Int32(truncatingIfNeeded: index))
    }
}

extension Rows: RandomAccessCollection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { result.rowCount }
}

/// A libpq result with the cells' bytes as they arrived; freed with its last reader.
///
/// Sendable although it holds a pointer: libpq does not touch a `PGresult` any more once it has handed it out, nothing
/// here but `deinit` changes it, and the functions used only read it, which libpq allows from many threads at once
/// (PostgreSQL 15 §34.20: "PGresult objects are normally read-only after creation, and so can be passed around freely
/// between threads").
final class ResultStorage: Sendable {
    nonisolated(unsafe) let pointer: OpaquePointer
    let rowCount: Int
    let columnCount: Int32

    /// Takes the result over.
    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
        rowCount = Int(PQntuples(pointer))
        columnCount = PQnfields(pointer)
    }

    deinit {
        PQclear(pointer)
    }

    var affected: Int {
        var value = 0
        guard var digit = PQcmdTuples(pointer) else { return 0 }
        while digit.pointee >= 48, digit.pointee <= 57 {
            value = value &* 10 &+ Int(digit.pointee - 48)
            digit += 1
        }
        return value
    }

    var commandTag: String {
        PQcmdStatus(pointer).map { String(cString: $0) } ?? ""
    }

    var columnNames: [String] {
        (0..<columnCount).map { PQfname(pointer, $0).map { String(cString: $0) } ?? "" }
    }
}

extension ResultStorage {
    enum TransactionControl {
        case none
        case begins
        case ends
    }

    /// By the command tag.
    var transactionControl: TransactionControl {
        guard columnCount == 0, let tag = PQcmdStatus(pointer) else { return .none }
        switch (UInt8(bitPattern: tag[0]), UInt8(bitPattern: tag[0] == 0 ? 0 : tag[1])) {
        case (UInt8(ascii: "B"), UInt8(ascii: "E")), (UInt8(ascii: "S"), UInt8(ascii: "T")): return .begins
        case (UInt8(ascii: "C"), UInt8(ascii: "O")), (UInt8(ascii: "R"), UInt8(ascii: "O")):
            // COMMIT and ROLLBACK, but neither COMMENT nor COPY.
            let text = commandTag
            return text == "COMMIT" || text == "ROLLBACK" ? .ends : .none
        default: return .none
        }
    }
}
