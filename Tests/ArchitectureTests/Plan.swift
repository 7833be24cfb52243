/// The table of rooms as the plan of the house has it, and what each may take from outside of it.
struct Plan {
    struct Room {
        let name: String
        /// The rooms it may use directly; their own come along.
        let uses: [String]
        /// The C modules beneath it.
        var modules: [String] = []
        /// What it takes from other packages, as modules.
        var products: [String] = []
        /// What it may import of the language's own libraries.
        var system: Set<String> = Plan.computing
        /// Nothing in it reads, writes, asks the time or throws dice.
        var isPure = false
    }

    /// From the street to the ground: an arrow points only downwards.
    static let rooms: [Room] = [
        Room(
            name: "mediconnect", uses: ["Server"], modules: ["CBZip2", "CZlib"],
            products: [
                "ArgumentParser", "AsyncHTTPClient", "Logging", "NIOCore", "NIOPosix", "ServiceLifecycle", "Yams",
            ], system: everything),
        Room(
            name: "Server", uses: ["Exchange", "Translation", "Access"], modules: ["CZlib"],
            products: [
                "HTTPTypes", "HummingbirdCore", "Logging", "NIOCore", "NIOHTTP1", "NIOPosix", "ServiceLifecycle",
            ],
            system: everything),
        Room(name: "Translation", uses: ["FHIR", "HL7v2", "XML"], isPure: true),
        Room(name: "Exchange", uses: ["Facade", "Domain", "Store"], system: everything),
        Room(name: "Facade", uses: ["FHIR", "Domain"], isPure: true),
        Room(name: "Access", uses: ["FHIR"], isPure: true),
        // On the page Domain stands above Store, which keeps its state: nothing is beneath it.
        Room(name: "Store", uses: ["FHIR", "Domain", "Postgres"], system: everything),
        Room(name: "Domain", uses: [], system: [], isPure: true),
        Room(name: "FHIR", uses: ["XML"], modules: ["CFacts", "CZlib"], isPure: true),
        Room(name: "HL7v2", uses: [], isPure: true),
        Room(name: "XML", uses: [], modules: ["CLibXML2"], isPure: true),
        Room(name: "Postgres", uses: [], modules: ["CLibPQ", "CPostgresSupport"], system: everything),
    ]

    /// What computes and touches nothing outside of the process.
    static let computing: Set<String> = [
        "Swift", "Synchronization", "RegexBuilder", "Foundation", "FoundationEssentials", "Glibc", "Musl", "Darwin",
    ]

    /// `FoundationNetworking` is in nobody's set: HTTP is NIO's.
    static let everything = computing.union(["Dispatch"])

    static let byName: [String: Room] = Dictionary(uniqueKeysWithValues: rooms.map { ($0.name, $0) })

    /// A room's name and all that lies behind its arrows.
    static func reach(_ name: String) -> Set<String> {
        (byName[name]?.uses ?? []).reduce(into: [name]) { $0.formUnion(reach($1)) }
    }

    /// What a pure room has no business in calling: files, sockets, processes, the clock, the dice.
    static let impure: [String] = [
        #"\b(fopen|opendir|fork|execve|socket|getaddrinfo|getenv|usleep|nanosleep|clock_gettime|gettimeofday)\s*\("#,
        #"\b(FileManager|FileHandle|FileDescriptor|URLSession|ProcessInfo|Process)\b\s*[.(]"#,
        #"\bcontentsOf(File|URL)?:\s*(URL|url|path|file)\b"#,
        #"\b(ContinuousClock|SuspendingClock|SystemRandomNumberGenerator)\b"#,
        #"\bDate\s*(\(\)|\.now)|\bUUID\s*\(\)|\bTask\.sleep\b"#,
        #"\.(random|randomElement|shuffled|shuffle)\s*\("#,
    ]

    /// Statements in a string; comments and prose are not strings, and prose in strings has no such shape.
    static let sql: [String] = [
        #"(?i)\bselect\b[\s\S]+\bfrom\s+[a-z_"]+"#,
        #"(?i)\binsert\s+into\s+[a-z_"]+"#,
        #"(?i)\bupdate\s+[a-z_".]+\s+set\b"#,
        #"(?i)\bdelete\s+from\s+[a-z_"]+"#,
        #"(?i)\b(create|alter|drop|truncate)\s+(table|index|schema|role|database|function|trigger|view)\b"#,
    ]
}
