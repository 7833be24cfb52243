// swift-tools-version: 6.2
import PackageDescription

let ours: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
]

// The rooms of the house and the arrows between them. An arrow points only at a room further down and brings along
// what lies behind it; ArchitectureTests compares this list with every `import` in `Sources/`.
let package = Package(
    name: "mediconnect",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "mediconnect", targets: ["mediconnect"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // The command line.
        .executableTarget(
            name: "mediconnect",
            dependencies: [
                "Server",
                "CBZip2",
                "CZlib",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: ours),

        // Sockets and processes.
        .target(
            name: "Server",
            dependencies: [
                "Exchange", "Translation", "Access", "CZlib",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: ours),

        // Meaning: bytes to interactions.
        .target(name: "Translation", dependencies: ["FHIR", "HL7v2", "XML"], swiftSettings: ours),

        // The one write path and the read path.
        .target(name: "Exchange", dependencies: ["Facade", "Domain", "Store"], swiftSettings: ours),

        // FHIR and domain, both directions.
        .target(name: "Facade", dependencies: ["FHIR", "Domain"], swiftSettings: ours),

        // Who may do what.
        .target(name: "Access", dependencies: ["FHIR"], swiftSettings: ours),

        // The decisions.
        .target(name: "Domain", swiftSettings: ours),

        // All SQL.
        .target(name: "Store", dependencies: ["FHIR", "Domain", "Postgres"], swiftSettings: ours),

        // R4 content.
        .target(name: "FHIR", dependencies: ["XML", "CFacts", "CZlib"], swiftSettings: ours),
        .target(name: "CFacts"),

        // HL7 v2 bytes and messages.
        .target(name: "HL7v2", swiftSettings: ours),

        // The one hardened way to read and write XML.
        .target(name: "XML", dependencies: ["CLibXML2"], swiftSettings: ours),

        // The client on libpq and the embedded cluster.
        .target(name: "Postgres", dependencies: ["CLibPQ", "CPostgresSupport"], swiftSettings: ours),
        .target(name: "CPostgresSupport"),

        // System libraries.
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CBZip2", providers: [.apt(["libbz2-dev"])]),

        // Each room's tests.
        .testTarget(
            name: "SystemTests",
            dependencies: [
                "mediconnect", "TestSupport", .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: ours),
        .testTarget(
            name: "mediconnectTests", dependencies: ["mediconnect", "CZlib", "CBZip2"], swiftSettings: ours),
        .testTarget(
            name: "ServerTests",
            dependencies: [
                "Server", "TestSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: ours),
        .testTarget(name: "ExchangeTests", dependencies: ["Exchange", "TestSupport"], swiftSettings: ours),
        .testTarget(name: "StoreTests", dependencies: ["Store", "TestSupport"], swiftSettings: ours),
        .testTarget(name: "FHIRTests", dependencies: ["FHIR", "TestSupport"], swiftSettings: ours),
        .testTarget(name: "PostgresTests", dependencies: ["Postgres", "TestSupport"], swiftSettings: ours),
        .testTarget(name: "DomainTests", dependencies: ["Domain", "TestSupport"], swiftSettings: ours),
        .testTarget(name: "FacadeTests", dependencies: ["Facade"], swiftSettings: ours),
        .testTarget(name: "AccessTests", dependencies: ["Access"], swiftSettings: ours),
        .testTarget(name: "XMLTests", dependencies: ["XML"], swiftSettings: ours),
        .testTarget(name: "HL7v2Tests", dependencies: ["HL7v2", "TestSupport"], swiftSettings: ours),
        .testTarget(name: "TranslationTests", dependencies: ["Translation"], swiftSettings: ours),
        .testTarget(name: "ArchitectureTests", swiftSettings: ours),
        .target(name: "TestSupport", dependencies: ["Postgres"], path: "Tests/TestSupport", swiftSettings: ours),
    ],
    cLanguageStandard: .gnu2x
)
