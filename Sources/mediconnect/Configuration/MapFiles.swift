import Translation

/// The map files that senders name. Each list of files is read once, and senders with the same list share one set.
///
/// Used by one thread, while a configuration is read.
final class MapFiles {
    /// Where a path begins that has no slash in front: the folder of the configuration file, with a slash, or nothing.
    private let folder: String
    private let faults: ConfigurationFaults
    private var sets: [[String]: MapSet] = [:]
    private var texts: [String: Result<String, ConfigurationError>] = [:]

    /// - Parameter file: the configuration file's path.
    init(beside file: String, faults: ConfigurationFaults) {
        folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
        self.faults = faults
    }

    /// The standard maps with these files over them, in their order. What is wrong becomes faults: with a map file's own
    /// line, or through `complain` where a file cannot be read.
    func maps(
        _ paths: [(value: String, place: ConfigurationNode.Place)],
        complain: (String, ConfigurationNode.Place) -> Void
    ) -> MapSet {
        var maps = MapSet.standard
        var read: [String] = []
        for (path, place) in paths {
            let file = path.hasPrefix("/") ? path : folder + path
            read.append(file)
            if let known = sets[read] {
                maps = known
                continue
            }
            switch text(of: file) {
            case .failure(let error): complain("maps: " + error.lines.joined(separator: " "), place)
            case .success(let text):
                do throws(MapError) {
                    maps = try MapSet.parse(text, over: maps)
                } catch {
                    faults.add(file, line: error.line, error.message)
                }
            }
            sets[read] = maps
        }
        return maps
    }

    private func text(of file: String) -> Result<String, ConfigurationError> {
        if let known = texts[file] { return known }
        let text = Result { () throws(ConfigurationError) in try ConfigurationText.read(file) }
        texts[file] = text
        return text
    }
}
