@testable import mediconnect

/// A configuration as somebody writes it, in a folder of its own.
struct Written {
    let folder: ScratchFolder
    let file: String

    /// - Parameter maps: further files, by their names.
    init(_ text: String, maps: [String: String] = [:]) throws {
        folder = try ScratchFolder()
        for (name, map) in maps { _ = try folder.write(name, Array(map.utf8)) }
        file = try folder.write("mediconnect.yaml", Array(text.utf8))
    }

    func settings(_ environment: [String: String] = [:]) throws -> Settings {
        var reader = try SettingsReader(file: file, environment: environment)
        return try reader.read()
    }

    /// What is said to be wrong, the paths without the folder.
    func faults(_ environment: [String: String] = [:]) throws -> [String] {
        do {
            _ = try settings(environment)
            return []
        } catch let error as ConfigurationError {
            return error.lines.map { $0.replacing(folder.path + "/", with: "") }
        }
    }
}
