/// Looks into what was found: which files are archives, and what is in them.
struct FileSurvey {
    private(set) var files: [LoadFile] = []
    /// Files that cannot be read, with the reason; of an archive that is cut short, the whole members are loaded.
    private(set) var failures: [(name: String, error: ReadingError)] = []
    /// Files in archives that were passed over because of their names.
    private(set) var ignored = 0

    init(_ found: [FileFinder.Found], limits: ReadingLimits) {
        for file in found {
            survey(file, limits: limits)
        }
    }

    private mutating func survey(_ found: FileFinder.Found, limits: ReadingLimits) {
        do throws(ReadingError) {
            let input = try UnpackedInput(FileByteStream(path: found.path), name: found.name, limits: limits)
            let shape: LoadFile.Shape = input.format == .tar ? .archive(members(of: input, found, limits)) : .single
            files.append(
                LoadFile(
                    index: files.count, path: found.path, name: found.name, size: found.size, shape: shape,
                    isNamed: found.isNamed))
        } catch {
            failures.append((found.name, error))
        }
    }

    private mutating func members(
        of input: UnpackedInput, _ found: FileFinder.Found, _ limits: ReadingLimits
    ) -> [LoadFile.Member] {
        var members: [LoadFile.Member] = []
        let archive = TarReader(input.bytes, limits: limits)
        do throws(ReadingError) {
            while let member = try archive.next() {
                if LoadableName.matches(member.name) {
                    members.append(LoadFile.Member(index: member.index, name: member.name))
                } else {
                    ignored += 1
                }
            }
        } catch {
            // The last member may be the one that is cut short; reading it again says so or gives it whole.
            failures.append((found.name, error))
        }
        return members
    }
}
