import Exchange
import Logging
import Server
import Store
import Translation
import XML

/// Reads environment and configuration file as a whole, and finds all that is wrong with them.
struct SettingsReader {
    private let faults = ConfigurationFaults()
    private let source: ConfigurationSource
    private let environment: Environment
    private var root: ConfigurationSection

    /// The paths of all keys that a file may have, `http.maximum-body`: complete after reading a file with a sender and a
    /// ward.
    var keys: [String] { source.keys }

    /// - Parameters:
    ///   - file: the path of the configuration file, if there is one.
    ///   - environment: all variables.
    /// - Throws: ``ConfigurationError`` where the file cannot be read at all.
    init(file: String?, environment: [String: String]) throws(ConfigurationError) {
        self.environment = Environment(variables: environment, faults: faults)
        source = ConfigurationSource(file: file ?? "", faults: faults)
        var node: ConfigurationNode?
        if let file {
            let text = try ConfigurationText.read(file)
            node = ConfigurationNode.parse(text, file: file, faults: faults)
            if !faults.isEmpty { throw ConfigurationError(lines: faults.lines) }
        }
        root = ConfigurationSection(node, in: source)
    }

    /// - Parameter timeZone: what the command line says of it.
    /// - Throws: ``ConfigurationError`` with every fault.
    mutating func read(timeZone: TimeZoneSetting? = nil) throws(ConfigurationError) -> Settings {
        var settings = Settings()
        readRecord(&settings)
        readServer(&settings)
        var time = root.section("time")
        let zone = value(&time, "zone", .zone)
        settings.timeZone = timeZone ?? zone
        time.finish()
        settings.senders = senders(zone: settings.timeZone ?? .utc)
        settings.wards = wards()
        root.finish()
        if !faults.isEmpty { throw ConfigurationError(lines: faults.lines) }
        return settings
    }

    /// The environment wins over the file; both are looked at.
    private func value<Value: Sendable>(
        _ section: inout ConfigurationSection, _ key: String, _ kind: ValueKind<Value>
    ) -> Value? {
        let written = section.value(key, kind)
        return environment.value(section.path + [key], kind) ?? written
    }

    private func values<Value: Sendable>(
        _ section: inout ConfigurationSection, _ key: String, _ kind: ValueKind<Value>
    ) -> [Value]? {
        let written = section.values(key, kind)
        return environment.values(section.path + [key], kind) ?? written
    }

    /// In the file a path begins at the file's folder, in the environment where the process runs.
    private func paths(_ section: inout ConfigurationSection, _ key: String) -> [String]? {
        let folder = source.file.lastIndex(of: "/").map { String(source.file[...$0]) } ?? ""
        let written = section.values(key, .text)?.map { $0.hasPrefix("/") ? $0 : folder + $0 }
        return environment.values(section.path + [key], .text) ?? written
    }

    // MARK: Single values

    private mutating func readRecord(_ settings: inout Settings) {
        var data = root.section("data")
        settings.dataDirectory = value(&data, "dir", .text)
        data.finish()
        var database = root.section("database")
        settings.databaseURL = value(&database, "url", .text)
        settings.statementTimeout = value(
            &database, "statement-timeout", .wholeNumber(1...Int(Int32.max), "milliseconds"))
        database.finish()
        var migrate = root.section("migrate")
        settings.migrateURL = value(&migrate, "url", .text)
        migrate.finish()
        var audit = root.section("audit")
        settings.readAudit = value(&audit, "reads", .choice)
        audit.finish()
        var log = root.section("log")
        settings.logFormat = value(&log, "format", .choice)
        settings.logLevel = value(&log, "level", .choice)
        log.finish()
    }

    private mutating func readServer(_ settings: inout Settings) {
        settings.host = value(&root, "host", .text)
        settings.port = value(&root, "port", .wholeNumber(0...65535))
        var mllp = root.section("mllp")
        settings.mllpPort = value(&mllp, "port", .wholeNumber(0...65535))
        mllp.finish()
        var base = root.section("base")
        settings.baseURL = value(&base, "url", .uri)
        base.finish()
        var http = root.section("http")
        settings.maximumBody = value(&http, "maximum-body", .wholeNumber(1...Int(Int32.max), "bytes"))
        settings.allowedOrigins = values(&http, "allowed-origins", .text)
        http.finish()
        readXML(&settings.xmlLimits)
        readJobs(&settings.jobs)
        settings.validation = value(&root, "validation", .choice)
        settings.profiles = paths(&root, "profiles")
        var search = root.section("search")
        settings.ignoredParameters = values(&search, "ignored-parameters", .text)
        settings.wideSearches = value(&search, "wide-searches", .wholeNumber(1...1000, "at once"))
        settings.searchParameters = paths(&search, "parameters")
        settings.includedResources = value(&search, "included-resources", .wholeNumber(1...100_000, "of a page"))
        search.finish()
        var writing = root.section("writing")
        settings.conditionalDeletes = value(&writing, "conditional-deletes", .wholeNumber(1...100_000, "at once"))
        writing.finish()
        var references = root.section("references")
        settings.enforcedReferences = values(&references, "enforce", .reference)
        settings.reportsReferences = value(&references, "report", .truth)
        references.finish()
        var benchmark = root.section("benchmark")
        settings.answersBenchmark = value(&benchmark, "route", .truth)
        benchmark.finish()
    }

    private mutating func readJobs(_ jobs: inout JobSettings) {
        var section = root.section("jobs")
        jobs.exportsAtOnce = value(&section, "exports-at-once", .wholeNumber(0...64)) ?? jobs.exportsAtOnce
        jobs.searchesAtOnce = value(&section, "searches-at-once", .wholeNumber(0...64)) ?? jobs.searchesAtOnce
        jobs.maximumExports = value(&section, "maximum-exports", .wholeNumber(0...100_000)) ?? jobs.maximumExports
        jobs.maximumSearches = value(&section, "maximum-searches", .wholeNumber(0...100_000)) ?? jobs.maximumSearches
        jobs.keep = value(&section, "keep", .wholeNumber(60...31_536_000, "seconds")) ?? jobs.keep
        jobs.export.fileBytes =
            value(&section, "file-size", .wholeNumber(1_048_576...1_073_741_824, "bytes")) ?? jobs.export.fileBytes
        jobs.statementTimeout =
            value(&section, "statement-timeout", .wholeNumber(1...Int(Int32.max), "milliseconds"))
            ?? jobs.statementTimeout
        section.finish()
    }

    private mutating func readXML(_ limits: inout XMLLimits) {
        var xml = root.section("xml")
        // libxml2 itself stops at 256 levels, and at ten million bytes of an attribute.
        limits.maximumDepth = value(&xml, "maximum-depth", .wholeNumber(1...256, "levels")) ?? limits.maximumDepth
        limits.maximumElements =
            value(&xml, "maximum-elements", .wholeNumber(1...100_000_000)) ?? limits.maximumElements
        limits.maximumAttributes =
            value(&xml, "maximum-attributes", .wholeNumber(1...10_000, "of one element")) ?? limits.maximumAttributes
        limits.maximumNameBytes =
            value(&xml, "maximum-name", .wholeNumber(64...50_000, "bytes")) ?? limits.maximumNameBytes
        limits.maximumAttributeBytes =
            value(&xml, "maximum-attribute", .wholeNumber(1024...10_000_000, "bytes")) ?? limits.maximumAttributeBytes
        limits.maximumTextBytes =
            value(&xml, "maximum-text", .wholeNumber(1024...Int(Int32.max), "bytes")) ?? limits.maximumTextBytes
        xml.finish()
    }

    // MARK: Senders and wards

    private mutating func senders(zone: TimeZoneSetting) -> [SenderSettings] {
        let maps = MapFiles(beside: source.file, faults: faults)
        var lines: [SenderPattern: Int] = [:]
        return root.sections("senders").compactMap { section in
            var section = section
            guard let sender = SenderSettings(&section, zone: zone, maps: maps) else { return nil }
            if let line = lines.updateValue(section.place?.line ?? 0, forKey: sender.pattern) {
                section.fault("the sender \(sender.pattern) stands here again; it stands in line \(line) already.")
            }
            return sender
        }
    }

    private mutating func wards() -> [WardRule] {
        var lines: [WardRule.Place: Int] = [:]
        return root.sections("wards").compactMap { section in
            var section = section
            guard let ward = WardRule(&section) else { return nil }
            if let line = lines.updateValue(section.place?.line ?? 0, forKey: ward.place) {
                section.fault("this ward stands here again; it stands in line \(line) already.")
            }
            return ward
        }
    }
}
