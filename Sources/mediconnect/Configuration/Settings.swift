import Exchange
import Logging
import Server
import Store
import Translation
import XML

/// What environment and configuration file say; nil where both are silent.
struct Settings {
    var dataDirectory: String?
    var databaseURL: String?
    var migrateURL: String?
    /// Milliseconds.
    var statementTimeout: Int?
    var host: String?
    var port: Int?
    /// 0 for none.
    var mllpPort: Int?
    var baseURL: String?
    /// Bytes.
    var maximumBody: Int?
    var allowedOrigins: [String]?
    var ignoredParameters: [String]?
    /// How many resources a DELETE by criteria may delete.
    var conditionalDeletes: Int?
    var enforcedReferences: [ReferenceRule]?
    var reportsReferences: Bool?
    var wideSearches: Int?
    var includedResources: Int?
    /// What the file and the environment say over the defaults.
    var xmlLimits = XMLLimits.default
    var validation: ValidationMode?
    /// Paths of folders, files and packages.
    var profiles: [String]?
    /// Paths of folders, files and packages.
    var searchParameters: [String]?
    /// What the file and the environment say over the defaults.
    var jobs = JobSettings()
    var readAudit: StoreConfiguration.ReadAudit?
    var answersBenchmark: Bool?
    var logFormat: LogFormat?
    var logLevel: Logger.Level?
    /// How times without an offset are read where the sender has no zone of its own.
    var timeZone: TimeZoneSetting?
    var senders: [SenderSettings] = []
    var wards: [WardRule] = []
}
