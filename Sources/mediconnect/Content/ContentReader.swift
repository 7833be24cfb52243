import FHIR
import Glibc
import XML

/// A resource as it stands in a file, read or not.
struct ContentItem: Sendable {
    /// File, member of the archive, and line of NDJSON.
    let label: String
    let document: Result<JSONDocument, ContentFault>
}

/// Why something is no resource that can be looked at.
enum ContentFault: Error, Sendable {
    /// It cannot be read, unpacked or told what it is.
    case unreadable(String)
    /// It is no JSON or no FHIR XML.
    case malformed([Issue])
}

/// Reads the resources of files, folders and archives one after another: JSON, NDJSON and FHIR XML, plain or packed.
struct ContentReader {
    let limits: ReadingLimits

    init(limits: ReadingLimits = ReadingLimits()) {
        self.limits = limits
    }

    /// Calls `body` for each resource below a path; what a file is, its content says.
    ///
    /// - Parameter isNamed: the user named the file: then it is said if it is nothing that can be read.
    func read(path: String, name: String, isNamed: Bool, _ body: (ContentItem) -> Void) {
        do throws(ReadingError) {
            let input = try UnpackedInput(try FileByteStream(path: path), name: name, limits: limits)
            guard input.format == .tar else { return try contents(of: input, isNamed: isNamed, body) }
            let archive = TarReader(input.bytes, limits: limits)
            while let member = try archive.next() {
                guard LoadableName.matchesContent(member.name) else { continue }
                let unpacked = try UnpackedInput(archive.content, name: member.name, limits: limits)
                try contents(of: unpacked, label: "\(name)/\(member.name)", isNamed: false, body)
            }
        } catch {
            body(ContentItem(label: name, document: .failure(.unreadable(error.description))))
        }
    }

    /// The bytes of one file, which is one resource; `-` is standard input.
    func bytes(path: String) throws(ReadingError) -> [UInt8] {
        let stream: any ByteStream = path == "-" ? StandardInput() : try FileByteStream(path: path)
        let input = try UnpackedInput(stream, name: path, limits: limits)
        var bytes: [UInt8] = []
        try input.bytes.appendAll(to: &bytes, limit: limits.documentBytes)
        return bytes
    }

    private func contents(
        of input: UnpackedInput, label: String? = nil, isNamed: Bool, _ body: (ContentItem) -> Void
    ) throws(ReadingError) {
        let label = label ?? input.name
        switch input.format {
        case .xml: break
        case .json:
            var reader = DocumentReader(input, limits: limits)
            while let content = try reader.next() {
                switch content {
                case .document(let bytes): report(label, Self.document(bytes), body)
                case .lines(let lines):
                    for line in lines { report("\(label):\(line.number)", Self.document(line.bytes), body) }
                }
            }
            return
        case .empty, .unknown, .gzip, .bzip2, .tar:
            if isNamed { throw .unsupported("is neither JSON, NDJSON nor XML nor an archive of them") }
            return
        }
        var bytes: [UInt8] = []
        try input.bytes.appendAll(to: &bytes, limit: limits.documentBytes)
        report(label, Self.document(bytes), body)
    }

    private func report(
        _ label: String, _ document: Result<JSONDocument, ContentFault>, _ body: (ContentItem) -> Void
    ) {
        body(ContentItem(label: label, document: document))
    }

    /// JSON or FHIR XML, by its first character.
    static func document(_ bytes: [UInt8]) -> Result<JSONDocument, ContentFault> {
        let limit = 256 << 20
        do {
            var json = bytes
            if ContentFormat(Array(bytes.prefix(TarHeader.blockSize))) == .xml {
                json = try FHIRXML.json(from: bytes, limits: XMLLimits(maximumBytes: limit))
            } else {
                json = Array(bytes.skippingByteOrderMark)
            }
            return .success(try JSONDocument.parse(json, limits: JSONLimits(maximumBytes: limit)))
        } catch let error as JSONError {
            return .failure(
                .malformed([
                    Issue(.structure, error.message, at: error.expression.isEmpty ? nil : error.expression)
                ]))
        } catch let error as FHIRXMLError {
            return .failure(.malformed(error.issues))
        } catch {
            return .failure(.unreadable("\(error)"))
        }
    }
}

/// What comes through a pipe.
private final class StandardInput: ByteStream {
    func read(into target: UnsafeMutableRawBufferPointer) throws(ReadingError) -> Int {
        while true {
            let count = Glibc.read(STDIN_FILENO, target.baseAddress, target.count)
            if count >= 0 { return count }
            if errno != EINTR { throw .cannotRead(code: errno) }
        }
    }
}
