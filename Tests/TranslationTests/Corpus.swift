import Foundation
import HL7v2

/// Messages of other projects, where they lie beside the checkout.
enum Corpus {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data/hl7v2")

    static var exists: Bool { FileManager.default.fileExists(atPath: folder.path) }

    /// The messages of the simulated hospital, in order.
    static func stream() throws -> [[UInt8]] {
        split(Array(try Data(contentsOf: folder.appending(path: "simhospital/stream.hl7"))))
    }

    /// Every message of every other file, cut before each line that begins with MSH.
    static func others() throws -> [[UInt8]] {
        guard let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil) else { return [] }
        var found: [[UInt8]] = []
        for case let file as URL in files where !file.path.contains("simhospital") {
            guard let data = try? Data(contentsOf: file), data.count < 4 << 20 else { continue }
            let bytes = Array(data)
            if bytes.firstRange(of: Array("MSH".utf8)) != nil { found += split(bytes) }
        }
        return found
    }

    private static func split(_ bytes: [UInt8]) -> [[UInt8]] {
        var messages: [[UInt8]] = []
        var start = bytes.firstRange(of: Array("MSH".utf8))?.lowerBound ?? bytes.count
        for index in bytes.indices where index > start && bytes[index] == 0x4D {
            let isLine = [0x0A, 0x0B, 0x0D].contains(bytes[index - 1])
            guard isLine, bytes[index...].starts(with: "MSH".utf8) else { continue }
            messages.append(Array(bytes[start..<index]))
            start = index
        }
        if start < bytes.count { messages.append(Array(bytes[start...])) }
        return messages
    }
}
