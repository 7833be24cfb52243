import Foundation
import HL7v2
import Testing

/// Messages of other projects, where they lie beside the checkout.
private let corpus = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data/hl7v2")

@Suite("HL7 v2 corpus", .enabled(if: FileManager.default.fileExists(atPath: corpus.path)))
struct CorpusTests {
    @Test("every file is a message or a typed refusal, and each is answered")
    func files() throws {
        let files = try #require(FileManager.default.enumerator(at: corpus, includingPropertiesForKeys: nil))
        var parsed = 0
        var refused = 0
        for case let file as URL in files where ["hl7", "txt", "in", ""].contains(file.pathExtension) {
            guard let data = try? Data(contentsOf: file), data.count < 1 << 20 else { continue }
            let bytes = Array(data)
            guard bytes.firstRange(of: Array("MSH".utf8)) != nil else { continue }
            do throws(MessageError) {
                let message = try Message.parse(bytes)
                parsed += 1
                for segment in message.segments {
                    for number in 1...max(1, segment.fieldCount) { _ = segment[number].content }
                }
            } catch {
                refused += 1
            }
            let answer = Acknowledgement(.accept).bytes(to: Header(bytes), controlID: "1", time: "2026")
            #expect(answer.starts(with: "MSH".utf8))
        }
        print("corpus: \(parsed) parsed, \(refused) refused")
        #expect(parsed > 1_000)
    }

    @Test("the stream of a simulated hospital is 1,013 messages, every one parsed, with 3,323 OBX in its results")
    func stream() throws {
        let bytes = Array(try Data(contentsOf: corpus.appending(path: "simhospital/stream.hl7")))
        var messages = 0
        var results = 0
        var start = 0
        func take(_ range: Range<Int>) throws {
            let message = try Message.parse(Array(bytes[range]))
            messages += 1
            guard Header(message).messageCode == "ORU" else { return }
            results += message.all("OBX").reduce(0) { count, _ in count + 1 }
        }
        for index in 1..<bytes.count
        where bytes[index...].starts(with: "MSH|".utf8) && (bytes[index - 1] == 0x0D || bytes[index - 1] == 0x0A) {
            try take(start..<index)
            start = index
        }
        try take(start..<bytes.count)
        #expect(messages == 1_013)
        #expect(results == 3_323)
    }
}
