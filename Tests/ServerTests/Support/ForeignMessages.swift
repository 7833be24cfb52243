import Foundation

/// Messages of other projects, where they lie beside the checkout.
enum ForeignMessages {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "../shared/data/hl7v2").standardized

    static var areHere: Bool { FileManager.default.fileExists(atPath: folder.path) }

    /// The messages of a simulated hospital, in order.
    static func stream() throws -> [[UInt8]] {
        try messages(in: folder.appending(path: "simhospital/stream.hl7"))
    }

    /// Every message of every other file, and every file that holds none, as one.
    static func others() throws -> [[UInt8]] {
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.isRegularFileKey])
        var found: [[UInt8]] = []
        for case let file as URL in files ?? .init() where !file.path.contains("/simhospital/") {
            guard try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else { continue }
            found += try messages(in: file)
        }
        return found
    }

    /// Cut before each line that begins with MSH; what begins and ends a frame is left out.
    private static func messages(in file: URL) throws -> [[UInt8]] {
        let bytes = Array(try Data(contentsOf: file)).filter { $0 != 0x0B && $0 != 0x1C }
        var messages: [[UInt8]] = []
        var start = 0
        for index in bytes.indices.dropFirst() where bytes[index] == 0x4D {
            guard bytes[index - 1] == 0x0D || bytes[index - 1] == 0x0A, bytes[index...].starts(with: "MSH".utf8) else {
                continue
            }
            messages.append(Array(bytes[start..<index]))
            start = index
        }
        return messages + [Array(bytes[start...])]
    }
}
