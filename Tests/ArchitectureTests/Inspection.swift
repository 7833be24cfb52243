/// What is wrong with a house, each in a sentence that names the place.
struct Inspection {
    /// A file of a room.
    struct File {
        let room: String
        let path: String
        let source: SwiftSource
    }

    let manifest: Manifest

    /// Rooms and arrows: `Package.swift` has those of the plan, no more and no fewer.
    func brokenArrows() -> [String] {
        var wrong: [String] = []
        let order = Plan.rooms.map(\.name)
        for (height, room) in Plan.rooms.enumerated() {
            for used in room.uses where (order.firstIndex(of: used) ?? -1) <= height {
                wrong.append("The plan lets \(room.name) use \(used), which is not further down.")
            }
            guard let target = manifest.target(room.name) else {
                wrong.append("Package.swift has no target \(room.name).")
                continue
            }
            let declared = Set(target.targets + target.products)
            let planned = Set(room.uses + room.modules + room.products)
            for extra in declared.subtracting(planned).sorted() {
                wrong.append("Package.swift lets \(room.name) use \(extra); the plan does not.")
            }
            for missing in planned.subtracting(declared).sorted() {
                wrong.append("The plan has \(room.name) use \(missing); Package.swift does not say so.")
            }
        }
        return wrong + strangers()
    }

    /// Targets that no room of the plan accounts for.
    private func strangers() -> [String] {
        let modules = Set(Plan.rooms.flatMap(\.modules))
        return manifest.targets.compactMap { target in
            switch target.kind {
            case .testTarget: return nil
            case .target, .executableTarget, .systemLibrary, .plugin, .macro, .binaryTarget:
                let isKnown = Plan.byName[target.name] != nil || modules.contains(target.name)
                return isKnown || target.name == "TestSupport" ? nil : "The plan has no room \(target.name)."
            }
        }
    }

    /// Every room has its tests, and they build on nothing but the room.
    func missingTests() -> [String] {
        Plan.rooms.filter { $0.name != "mediconnect" }.compactMap { room in
            guard let tests = manifest.target(room.name + "Tests"), tests.kind == .testTarget else {
                return "Room \(room.name) has no target \(room.name)Tests."
            }
            let strange = Set(tests.targets).subtracting([room.name, "TestSupport"])
            return strange.isEmpty ? nil : "\(tests.name) uses \(strange.sorted().joined(separator: ", "))."
        }
    }

    /// Imports of what the room neither declares nor reaches.
    func brokenImports(in files: [File]) -> [String] {
        files.flatMap { file -> [String] in
            guard let room = Plan.byName[file.room] else { return [] }
            let declared = manifest.target(room.name).map { $0.targets + $0.products } ?? []
            let allowed = room.system.union(declared).union(Plan.reach(room.name)).subtracting([room.name])
            return Set(file.source.imports).subtracting(allowed).sorted().map {
                "\(file.path) imports \($0), which is out of reach of \(room.name)."
            }
        }
    }

    /// Pure rooms that touch the world.
    func impurities(in files: [File]) throws -> [String] {
        try files.filter { Plan.byName[$0.room]?.isPure == true }.flatMap { file -> [String] in
            let code = file.source.code
            return try Plan.impure.compactMap { pattern in
                try code.firstMatch(of: Self.expression(pattern)).map {
                    "\(file.path) has `\(code[$0.range])`; \(file.room) does no input or output, "
                        + "and is given its clock, ids and chance."
                }
            }
        }
    }

    /// SQL outside of the rooms that speak it.
    func straySQL(in files: [File]) throws -> [String] {
        try files.filter { !["Store", "Postgres"].contains($0.room) }.flatMap { file -> [String] in
            try file.source.strings.compactMap { text in
                try Plan.sql.contains { try text.firstMatch(of: Self.expression($0)) != nil }
                    ? "\(file.path) holds SQL: “\(text.prefix(60))”. All SQL is in Store." : nil
            }
        }
    }

    /// With the word boundaries of programmers: Unicode's see one word in `Foo.bar`.
    private static func expression(_ pattern: String) throws -> Regex<AnyRegexOutput> {
        try Regex(pattern).wordBoundaryKind(.simple)
    }
}
