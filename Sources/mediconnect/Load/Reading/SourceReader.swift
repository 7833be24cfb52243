/// Reads and unpacks one stage's files, one unit at a time, on a thread of its own.
///
/// Whoever has a connection free asks for the next unit, so no more units are in memory than are being sent.
actor SourceReader {
    enum Item: Sendable {
        case unit(LoadUnit)
        /// A file that cannot be read (further).
        case failure(label: String, ReadingError)
        /// A file came to its end.
        case fileFinished
    }

    private struct Current {
        let part: LoadPlan.Part
        let disk: FileByteStream
        var archive: TarReader?
        var membersLeft: Int
        var document: DocumentReader?
        var address: UnitAddress
        var label: String
    }

    // Reading blocks; it happens here and not on the threads that everything else shares.
    private let thread = ReadingThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private var parts: ArraySlice<LoadPlan.Part>
    /// When trying again: only these units.
    private let selection: Set<UnitAddress>?
    /// The archive members that these are in.
    private let selectedMembers: Set<UnitAddress>?
    private let limits: ReadingLimits
    private var current: Current?
    private var finishedBytes = 0

    init(_ parts: [LoadPlan.Part], selection: Set<UnitAddress>? = nil, limits: ReadingLimits) {
        self.parts = parts[...]
        self.selection = selection
        selectedMembers = selection.map { Set($0.map { UnitAddress(file: $0.file, member: $0.member) }) }
        self.limits = limits
    }

    /// The next thing, and how many bytes of the files on disk have been read by then; nil at the end of the last.
    func next() -> (item: Item, bytesRead: Int)? {
        while true {
            if let item = current.flatMap({ _ in advance() }) {
                return (item, finishedBytes + (current?.disk.position ?? 0))
            }
            if let finished = current {
                finishedBytes += finished.part.file.size
                current = nil
            }
            guard let part = parts.popFirst() else { return nil }
            do throws(ReadingError) {
                current = try open(part)
            } catch {
                finishedBytes += part.file.size
                return (.failure(label: part.file.name, error), finishedBytes)
            }
        }
    }

    private func open(_ part: LoadPlan.Part) throws(ReadingError) -> Current {
        let disk = try FileByteStream(path: part.file.path)
        let input = try UnpackedInput(disk, name: part.file.name, limits: limits)
        var current = Current(
            part: part, disk: disk, membersLeft: part.members?.count ?? 0,
            address: UnitAddress(file: part.file.index), label: part.file.name)
        if part.members == nil {
            current.document = DocumentReader(input, limits: limits)
        } else {
            current.archive = TarReader(input.bytes, limits: limits)
        }
        return current
    }

    /// The next item of the current file, nil behind its last.
    private func advance() -> Item? {
        while true {
            if current?.document != nil {
                if let item = nextInDocument() { return item }
            } else if current?.archive == nil {
                return nil
            } else {
                do throws(ReadingError) {
                    guard let member = try nextWantedMember() else { return nil }
                    try open(member)
                } catch {
                    return .failure(label: current?.label ?? "", error)
                }
            }
        }
    }

    /// The next unit of a document that is wanted, or its end.
    private func nextInDocument() -> Item? {
        guard let now = current else { return nil }
        do throws(ReadingError) {
            guard let content = try current?.document?.next() else {
                current?.document = nil
                return .fileFinished
            }
            current?.address.group += 1
            guard selection?.contains(now.address) ?? true else { return nil }
            let isNamed = now.part.file.isNamed && now.archive == nil
            return .unit(LoadUnit(address: now.address, label: now.label, content: content, isNamed: isNamed))
        } catch {
            // What cannot be read in a member leaves the archive readable, unless its own packing is damaged: then
            // going on to the next member says so.
            current?.document = nil
            return .failure(label: now.label, error)
        }
    }

    private func nextWantedMember() throws(ReadingError) -> TarReader.Member? {
        guard let now = current, let archive = now.archive, let wanted = now.part.members else { return nil }
        current?.label = now.part.file.name
        var left = now.membersLeft
        current?.membersLeft = 0
        while left > 0, let member = try archive.next() {
            guard wanted.contains(member.index) else { continue }
            left -= 1
            let address = UnitAddress(file: now.part.file.index, member: member.index)
            guard selectedMembers?.contains(address) ?? true else { continue }
            current?.membersLeft = left
            current?.label = now.part.file.name + "/" + member.name
            current?.address = address
            return member
        }
        return nil
    }

    private func open(_ member: TarReader.Member) throws(ReadingError) {
        guard let content = current?.archive?.content else { return }
        let input = try UnpackedInput(content, name: member.name, limits: limits)
        current?.document = DocumentReader(input, limits: limits)
    }
}
