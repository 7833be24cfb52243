import HL7v2
import Testing

@Suite("MLLP frames")
struct FrameDecoderTests {
    private let hello = Array("MSH|^~\\&|A".utf8)

    @Test("frames come out whole however the bytes are cut")
    func cuts() {
        let stream = Frame.encode(hello) + Frame.encode([]) + Frame.encode(Array("b".utf8))
        let expected: [FrameDecoder.Event] = [.frame(hello), .frame([]), .frame(Array("b".utf8))]
        for size in 1...stream.count {
            var decoder = FrameDecoder()
            var events: [FrameDecoder.Event] = []
            for start in stride(from: 0, to: stream.count, by: size) {
                events += decoder.feed(stream[start..<min(start + size, stream.count)])
            }
            #expect(events == expected, "chunks of \(size)")
            #expect(!decoder.isInsideFrame)
        }
    }

    @Test("a half frame is kept until the rest comes")
    func half() {
        var decoder = FrameDecoder()
        let frame = Frame.encode(hello)
        #expect(decoder.feed(frame.dropLast()).isEmpty)
        #expect(decoder.isInsideFrame)
        #expect(decoder.feed([0x0D]) == [.frame(hello)])
    }

    @Test("bytes between frames are told and do not disturb; line ends and NULs are nothing")
    func garbage() {
        var decoder = FrameDecoder()
        #expect(decoder.feed(Array("GET / HTTP".utf8)) == [.garbage(bytes: 10)])
        #expect(decoder.feed([0, 0x0D, 0x0A] + Frame.encode(hello)) == [.frame(hello)])
        #expect(decoder.feed(Array("xy".utf8) + Frame.encode(hello)) == [.garbage(bytes: 2), .frame(hello)])
    }

    @Test("a frame that begins inside another abandons the first")
    func restart() {
        var decoder = FrameDecoder()
        #expect(decoder.feed([0x0B, 1, 2] + Frame.encode(hello)) == [.abandoned(bytes: 2), .frame(hello)])
    }

    @Test("an end byte without its carriage return ends a frame only when the next one begins")
    func bareEnd() {
        var decoder = FrameDecoder()
        #expect(decoder.feed([0x0B, 65, 0x1C]).isEmpty)
        #expect(decoder.feed([0x0B, 66, 0x1C, 0x0D]) == [.frame([65]), .frame([66])])
        #expect(decoder.feed([0x0B, 65, 0x1C, 66, 0x1C, 0x1C, 0x0D]) == [.frame([65, 0x1C, 66, 0x1C])])
    }

    @Test("a frame beyond the limit is passed over in bounded memory, and its head is kept for the answer")
    func oversized() {
        var decoder = FrameDecoder(maximumBytes: 10_000)
        let content = hello + [UInt8](repeating: 65, count: 100_000)
        var events: [FrameDecoder.Event] = []
        var most = 0
        for byte in Frame.encode(content) + Frame.encode(hello) {
            events += decoder.feed([byte])
            most = max(most, decoder.bufferedBytes)
        }
        #expect(most <= 10_000)
        #expect(events == [.oversized(head: Array(content.prefix(4096)), bytes: content.count), .frame(hello)])
        var small = FrameDecoder(maximumBytes: 3)
        #expect(small.feed(Frame.encode([1, 2, 3])) == [.frame([1, 2, 3])])
        #expect(small.feed(Frame.encode([1, 2, 3, 4])) == [.oversized(head: [1, 2, 3, 4], bytes: 4)])
    }
}
