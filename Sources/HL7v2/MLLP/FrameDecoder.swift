/// Takes the bytes of an MLLP connection however they are cut and gives back whole frames (HL7 MLLP release 1):
/// `0x0B` content `0x1C 0x0D`. A value without I/O: feed it, act on what it returns.
///
/// What real peers do is survived and told: bytes between frames, a frame that begins inside another, an end of frame
/// without its carriage return before the next frame, frames beyond the limit.
public struct FrameDecoder: Sendable {
    public enum Event: Sendable, Equatable {
        /// The content of a frame, without the framing bytes.
        case frame([UInt8])
        /// A frame beyond the limit was passed over; `head` is its first bytes, from which it can be answered.
        case oversized(head: [UInt8], bytes: Int)
        /// A frame was not finished before the next one began; these bytes of it are dropped.
        case abandoned(bytes: Int)
        /// Bytes between frames that are not line ends or NULs.
        case garbage(bytes: Int)
    }

    private enum State: Sendable {
        case between
        case inside
        /// After `0x1C` inside a frame.
        case ending
    }

    /// Bytes that a frame's content may have.
    public let maximumBytes: Int
    /// How much of an oversized frame is kept.
    public static let headBytes = 4096

    private var state = State.between
    private var content: [UInt8] = []
    /// Bytes of the content, those that are not kept included.
    private var length = 0
    private var garbage = 0

    public init(maximumBytes: Int = 16 << 20) {
        self.maximumBytes = max(1, maximumBytes)
    }

    /// Whether a frame has begun and not ended: a connection closed now was cut within a message.
    public var isInsideFrame: Bool { state != .between }

    /// Bytes held for the frame that is being read.
    public var bufferedBytes: Int { content.count }

    public mutating func feed(_ chunk: some Sequence<UInt8>) -> [Event] {
        var events: [Event] = []
        let done: Void? = chunk.withContiguousStorageIfAvailable { feed($0, into: &events) }
        if done == nil { Array(chunk).withUnsafeBufferPointer { feed($0, into: &events) } }
        return events
    }

    private mutating func feed(_ chunk: UnsafeBufferPointer<UInt8>, into events: inout [Event]) {
        var index = 0
        while index < chunk.count {
            switch state {
            case .between:
                between(chunk[index], into: &events)
                index += 1
            case .inside:
                let start = index
                while index < chunk.count, chunk[index] != FrameByte.end, chunk[index] != FrameByte.start { index += 1 }
                keep(UnsafeBufferPointer(rebasing: chunk[start..<index]))
                guard index < chunk.count else { return flush(into: &events) }
                if chunk[index] == FrameByte.end { state = .ending } else { restart(into: &events) }
                index += 1
            case .ending:
                if ending(chunk[index], into: &events) { index += 1 }
            }
        }
        flush(into: &events)
    }

    private mutating func between(_ byte: UInt8, into events: inout [Event]) {
        switch byte {
        case FrameByte.start:
            flush(into: &events)
            state = .inside
        case 0x00, 0x0A, 0x0D: break
        default: garbage += 1
        }
    }

    /// Returns whether the byte was used up.
    private mutating func ending(_ byte: UInt8, into events: inout [Event]) -> Bool {
        switch byte {
        case FrameByte.carriageReturn:
            finish(into: &events)
            return true
        case FrameByte.start:
            finish(into: &events)
            return false
        default:
            // Not the end after all: the byte belongs to the content, which is for the parser to judge.
            keep([FrameByte.end])
            state = .inside
            return false
        }
    }

    private mutating func finish(into events: inout [Event]) {
        if length > maximumBytes {
            events.append(.oversized(head: content, bytes: length))
        } else {
            events.append(.frame(content))
        }
        reset(to: .between)
    }

    private mutating func restart(into events: inout [Event]) {
        events.append(.abandoned(bytes: length))
        reset(to: .inside)
    }

    private mutating func reset(to next: State) {
        content = []
        length = 0
        state = next
    }

    private mutating func keep(_ bytes: some Collection<UInt8>) {
        length += bytes.count
        if length <= maximumBytes {
            content.append(contentsOf: bytes)
        } else {
            content.append(contentsOf: bytes.prefix(max(0, FrameDecoder.headBytes - content.count)))
            if content.count > FrameDecoder.headBytes { content = Array(content.prefix(FrameDecoder.headBytes)) }
        }
    }

    private mutating func flush(into events: inout [Event]) {
        guard garbage > 0 else { return }
        events.append(.garbage(bytes: garbage))
        garbage = 0
    }
}

/// The bytes that frame.
enum FrameByte {
    static let start: UInt8 = 0x0B
    static let end: UInt8 = 0x1C
    static let carriageReturn: UInt8 = 0x0D
}
