/// Memory for the names and literals of one expression. Text values point into it.
final class FHIRPathConstants: @unchecked Sendable {
    // Sendable although it changes: only the assembler adds to it, before the expression is handed to anyone; from then on
    // it is read alone.
    private var blocks: [UnsafeMutableBufferPointer<UInt8>] = []

    func text(_ string: String) -> UnsafeBufferPointer<UInt8> {
        string.withUTF8Buffer { text in
            let block = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(1, text.count))
            block.initialize(repeating: 0)
            for (position, byte) in text.enumerated() { block[position] = byte }
            blocks.append(block)
            return UnsafeBufferPointer(rebasing: block[..<text.count])
        }
    }

    deinit {
        for block in blocks { block.deallocate() }
    }
}

/// Memory for text that is made while evaluating; freed all at once.
struct FHIRPathArena: ~Copyable {
    private var chunks: [UnsafeMutableBufferPointer<UInt8>] = []
    private var used = 0

    /// Room for so many bytes. They stay where they are until ``reset()``.
    mutating func allocate(_ count: Int) -> UnsafeMutableBufferPointer<UInt8> {
        if let last = chunks.last, last.count - used >= count {
            defer { used += count }
            return UnsafeMutableBufferPointer(rebasing: last[used..<used + count])
        }
        let chunk = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(4_096, count))
        chunk.initialize(repeating: 0)
        chunks.append(chunk)
        used = count
        return UnsafeMutableBufferPointer(rebasing: chunk[..<count])
    }

    /// Gives everything back but the first chunk.
    mutating func reset() {
        used = 0
        while chunks.count > 1 { chunks.removeLast().deallocate() }
        if let first = chunks.first, first.count > 65_536 {
            chunks.removeLast()
            first.deallocate()
        }
    }

    deinit {
        for chunk in chunks { chunk.deallocate() }
    }
}
