import Testing

@testable import mediconnect

@Suite("Reading packed files and archives")
struct ReadingTests {
    let text = (0..<5000).map { "line \($0) of some text\n" }.joined().bytes

    private func unpack(_ bytes: [UInt8], step: Int = .max, limits: ReadingLimits = ReadingLimits()) throws -> [UInt8] {
        try UnpackedInput(MemoryByteStream(bytes, step: step), name: "x", limits: limits).bytes.all()
    }

    @Test("gzip and bzip2 give what was packed, however the bytes arrive", arguments: [1, 7, .max])
    func packed(step: Int) throws {
        #expect(try unpack(Packing.gzip(text), step: step) == text)
        #expect(try unpack(Packing.bzip2(text), step: step) == text)
    }

    @Test("several packed pieces one after another are read as one, padding and all")
    func concatenated() throws {
        let padding = [UInt8](repeating: 0, count: 700)
        #expect(try unpack(Packing.gzip("a".bytes) + Packing.gzip("b".bytes) + padding) == "ab".bytes)
        #expect(try unpack(Packing.bzip2("a".bytes) + Packing.bzip2("b".bytes) + padding) == "ab".bytes)
    }

    @Test("packed data that is cut short is said to be cut short, at every length", arguments: [false, true])
    func truncated(isGzip: Bool) throws {
        let short = "some short text".bytes
        let packed = isGzip ? Packing.gzip(short) : Packing.bzip2(short)
        for length in 4..<packed.count {
            #expect(throws: ReadingError.truncated(isGzip ? .gzip : .bzip2)) {
                try unpack(Array(packed[..<length]))
            }
        }
    }

    @Test("damaged data and foreign data at the end are refused")
    func damaged() throws {
        var gzip = Packing.gzip(text)
        gzip[gzip.count - 6] ^= 1
        #expect(throws: ReadingError.self) { try unpack(gzip) }
        var bzip2 = Packing.bzip2(text)
        bzip2[bzip2.count / 2] ^= 1
        #expect(throws: ReadingError.self) { try unpack(bzip2) }
        #expect(throws: ReadingError.self) { try unpack(Packing.gzip(text) + "tail".bytes) }
    }

    @Test("a bomb is not unpacked to its end")
    func bomb() throws {
        let limits = ReadingLimits(expansionFactor: 100, expansionFreeBytes: 1 << 16)
        let zeros = [UInt8](repeating: 0x20, count: 4 << 20)
        #expect(throws: ReadingError.expandsTooMuch(.gzip, factor: 100)) {
            try unpack(Packing.gzip(zeros), limits: limits)
        }
        #expect(throws: ReadingError.expandsTooMuch(.bzip2, factor: 100)) {
            try unpack(Packing.bzip2(zeros), limits: limits)
        }
        #expect(throws: ReadingError.unsupported("is packed more than twice")) {
            try unpack(Packing.gzip(Packing.gzip(Packing.gzip(text))))
        }
    }

    @Test("a document larger than the limit is refused before it is in memory")
    func documentLimit() throws {
        let limits = ReadingLimits(documentBytes: 1 << 20)
        let large = "{\n\"a\":\"".bytes + [UInt8](repeating: 0x61, count: 3 << 20) + "\"}".bytes
        let input = try UnpackedInput(MemoryByteStream(large), name: "a.json", limits: limits)
        var reader = DocumentReader(input, limits: limits)
        #expect(throws: ReadingError.tooLarge(limit: 1 << 20)) { try reader.next() }
    }

    @Test("formats are told by content, not by name")
    func formats() {
        #expect(ContentFormat(Packing.gzip(text)) == .gzip)
        #expect(ContentFormat(Packing.bzip2(text)) == .bzip2)
        #expect(ContentFormat(Packing.tar([("a", text)])) == .tar)
        #expect(ContentFormat("\u{FEFF} \n {}".bytes) == .json)
        #expect(ContentFormat("<Patient/>".bytes) == .xml)
        #expect(ContentFormat([]) == .empty)
        #expect(ContentFormat("MSH|^~".bytes) == .unknown)
    }
}

@Suite("Tar archives")
struct TarTests {
    private func members(_ bytes: [UInt8], step: Int = .max) throws -> [(name: String, content: [UInt8])] {
        let reader = TarReader(BufferedBytes(MemoryByteStream(bytes, step: step)), limits: ReadingLimits())
        var members: [(String, [UInt8])] = []
        while let member = try reader.next() {
            members.append((member.name, try reader.content.all()))
        }
        return members
    }

    @Test("members come one after the other with their content", arguments: [1, 511, .max])
    func plain(step: Int) throws {
        let archive = Packing.tar([
            ("a/b.json", "hello".bytes), ("empty", []), ("c", [UInt8](repeating: 7, count: 512)),
        ])
        let found = try members(archive, step: step)
        #expect(found.map(\.name) == ["a/b.json", "empty", "c"])
        #expect(found.map(\.content.count) == [5, 0, 512])
    }

    @Test("long names are read as pax and as GNU tar write them")
    func longNames() throws {
        let name = String(repeating: "long/", count: 60) + "x.json"
        let body = " path=\(name)\n"
        let record = "\(body.utf8.count + 3)\(body)".bytes
        let pax = Packing.header("pax", size: record.count, type: "x") + Packing.padded(record)
        let gnu =
            Packing.header("././@LongLink", size: name.utf8.count + 1, type: "L")
            + Packing.padded(name.bytes + [0])
        let rest = Packing.tar([("short", "1".bytes)])
        #expect(try members(pax + rest).map(\.name) == [name])
        #expect(try members(gnu + rest).map(\.name) == [name])
    }

    @Test("directories and links are passed by")
    func others() throws {
        let folder = Packing.header("folder/", size: 0, type: "5")
        let link = Packing.header("link", size: 99, type: "2")
        #expect(try members(folder + link + Packing.tar([("a", "1".bytes)])).map(\.name) == ["a"])
    }

    @Test("an archive that is cut short is said to be cut short, wherever it was cut")
    func truncated() throws {
        let archive = Packing.tar([("a.json", "hello".bytes), ("b.json", "world".bytes)], end: false)
        for length in stride(from: 0, through: archive.count, by: 128) {
            #expect(throws: ReadingError.truncated(.tar)) { try members(Array(archive[..<length])) }
        }
    }

    @Test("hostile headers are refused")
    func hostile() throws {
        var wrongSum = Packing.tar([("a", "1".bytes)])
        wrongSum[0] ^= 1
        #expect(throws: ReadingError.damaged(.tar, "a header's checksum is wrong")) { try members(wrongSum) }
        let hugeRecord = Packing.header("pax", size: 1 << 30, type: "x")
        #expect(throws: ReadingError.self) { try members(hugeRecord + Packing.tar([("a", [])])) }
        for record in ["999 path=a\n", "12 pathless\n", "x path=a\n", "99999999999999999999 a=b\n"] {
            #expect(throws: ReadingError.self) { try TarAttributes(record.bytes) }
        }
        #expect(try TarAttributes("15 size=123456\n".bytes).size == 123456)
        #expect(throws: ReadingError.self) { try TarAttributes("11 size=-1\n".bytes) }
        #expect(throws: ReadingError.self) { try members(Packing.header("s", size: 0, type: "S")) }
    }
}

@Suite("Documents and lines")
struct DocumentTests {
    private func contents(_ text: String, name: String = "a.json") throws -> [LoadUnit.Content] {
        let limits = ReadingLimits(groupLines: 2)
        let input = try UnpackedInput(MemoryByteStream(text.bytes), name: name, limits: limits)
        var reader = DocumentReader(input, limits: limits)
        var contents: [LoadUnit.Content] = []
        while let content = try reader.next() { contents.append(content) }
        return contents
    }

    private func numbers(_ contents: [LoadUnit.Content]) -> [[Int]] {
        contents.map { content in
            guard case .lines(let lines) = content else { return [] }
            return lines.map(\.number)
        }
    }

    @Test("a document is one unit, on one line or on many")
    func documents() throws {
        for text in ["{\"a\":1}", "{\"a\":1}\n\n", "\n{\n\"a\": \"}{\"\n}\n", "\u{FEFF}{}"] {
            let contents = try contents(text)
            #expect(contents.count == 1)
            #expect(numbers(contents) == [[]])
        }
    }

    @Test("lines of objects are grouped, whatever the file is called; numbers count blank lines")
    func lines() throws {
        let text = "{\"a\":1}\n\n{\"b\":\"}\\\"\"}\r\n{\"c\":3}\n"
        #expect(numbers(try contents(text)) == [[1, 3], [4]])
        #expect(numbers(try contents("\n\n" + text)) == [[3, 5], [6]])
        #expect(numbers(try contents("{\"a\":1}", name: "a.ndjson")) == [[1]])
        #expect(numbers(try contents("{\"a\":1}", name: "a.jsonl")) == [[1]])
    }

    @Test("what is not JSON is named")
    func others() {
        #expect(throws: ReadingError.unsupported("is empty")) { try contents("") }
        #expect(throws: ReadingError.unsupported("is XML; load sends JSON")) { try contents("<a/>") }
        #expect(throws: ReadingError.self) { try contents("hello") }
    }
}
