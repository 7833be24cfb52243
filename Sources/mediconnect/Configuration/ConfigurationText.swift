/// A file that is text in UTF-8.
enum ConfigurationText {
    static func read(_ path: String) throws(ConfigurationError) -> String {
        let bytes: [UInt8]
        do {
            bytes = try self.bytes(FileByteStream(path: path))
        } catch {
            throw ConfigurationError(lines: ["\(path): the file \(error)."])
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationError(lines: ["\(path): the file is no text in UTF-8."])
        }
        return text
    }

    private static func bytes(_ stream: FileByteStream) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = try piece.withUnsafeMutableBytes { try stream.read(into: $0) }
            if count == 0 { return bytes }
            bytes += piece.prefix(count)
        }
    }
}
