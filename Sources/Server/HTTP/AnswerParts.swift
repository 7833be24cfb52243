/// A body that is sent while it is fetched: however long it is, no more than a part of it is in memory.
struct AnswerParts: Sendable {
    /// Bytes of the whole.
    let bytes: Int
    let count: Int
    /// A part by its number, from 0.
    let part: @Sendable (Int) async throws -> [UInt8]
}
