import Testing

@testable import mediconnect

@Suite("A configuration that is wrong")
struct ConfigurationFaultTests {
    @Test(
        "is refused with the place, what was found and what is expected",
        arguments: [
            ("# x\nprot: 1", "2:1", "the key \"prot\" is not known here. Did you mean \"port\"?"),
            ("xyz: 1", "1:1", "Known are audit, base, benchmark,"),
            ("data-dir: /x", "1:1", "Did you mean \"dir\" under \"data\"?"),
            ("port: \"8080\"", "1:7", "port: the text \"8080\" found, expected a whole number from 0 to 65535."),
            ("port: 65536", "1:7", "port: \"65536\" found, expected a whole number from 0 to 65535."),
            ("port:", "1:6", "port: nothing found"), ("port: [1]", "1:7", "port: a list found"),
            ("port: {a: 1}", "1:7", "port: a group of keys found"),
            ("port: 1\nhost: a\nport: 2", "3:1", "the key \"port\" stands here again; it stands in line 1 already."),
            ("http:\n  maximumBody: 1\n  maximum-body: 1", "3:3", "stands here again; it stands in line 2 already"),
            ("http: 5", "1:7", "http: \"5\" found, expected a group of keys"),
            ("http: {allowedOrigins: x}", "1:24", "allowed-origins: \"x\" found, expected a list"),
            ("benchmark: {route: yes}", "1:20", "route: \"yes\" found, expected true or false."),
            ("audit: {reads: defered}", "1:16", "expected grouped or deferred. Did you mean \"deferred\"?"),
            ("log: {level: loud}", "1:14", "expected trace, debug, info, notice, warning, error or critical."),
            ("time: {zone: Europe/Berln}", "1:14", "such as Europe/Berlin. Did you mean \"Europe/Berlin\"?"),
            ("base: {url: fhir.example.org}", "1:13", "expected a URI"),
            ("- a", "1:1", "the file: a list found, expected a group of keys"),
            ("senders: {a: 1}", "1:10", "senders: a group of keys found, expected a list"),
            ("senders:\n  - zone: UTC", "2:5", "pattern is missing here; expected APPLICATION|FACILITY"),
            ("senders:\n  - pattern: LAB", "2:14", "pattern: \"LAB\" found, expected APPLICATION|FACILITY"),
            ("senders:\n  - pattern: A|B\n  - pattern: A|B", "3:5", "the sender A|B stands here again"),
            ("senders:\n  - {pattern: A|B, maxlimit: 1}", "2:20", "the key \"maxlimit\" is not known here."),
            ("senders: [{pattern: A|B, authorities: {X: nouri}}]", "1:43", "X: \"nouri\" found, expected a URI"),
            (
                "senders:\n- pattern: A|B\n  authorities:\n    X: urn:a\n    X: urn:b", "5:5",
                "the name \"X\" stands here again; it stands in line 4 already."
            ),
            ("senders: [{pattern: A|B, authorities: [X]}]", "1:39", "expected names, each with a URI"),
            ("senders: [{pattern: A|B, zone: Mars/Base}]", "1:32", "zone: \"Mars/Base\" found"),
            ("senders: [{pattern: A|B, refuse: {bed-conflicts: true}}]", "1:35", "Did you mean \"bed-conflict\"?"),
            ("senders: [{pattern: A|B, character-set: {default: klingon}}]", "1:51", "table 0211: ASCII, UNICODE"),
            ("senders: [{pattern: A|B, acknowledgement-type: long}]", "1:48", "expected by-version or short."),
            ("senders: [{pattern: A|B, control-id-window: 1.5}]", "1:45", "(seconds)"),
            ("senders: [{pattern: A|B, limits: {maximum-bytes: 99999999}}]", "1:50", "to 16777216 (bytes)"),
            (
                "senders: [{pattern: A|B, maps: [none.map]}]", "1:33",
                "none.map: the file cannot be opened: No such file"
            ),
            ("wards:\n  - {point-of-care: W}", "2:5", "facility is missing here"),
            ("wards: [{after-release: housekeeping}]", "1:9", "a ward is named in one way"),
            ("wards: [{location: ward-1, after-release: unoccupied}]", "1:20", "such as Location/ward-3b"),
            ("wards: [{identifier: 3B, after-release: unoccupied}]", "1:22", "SYSTEM|VALUE"),
            ("wards: [{location: Location/a, after-release: clean}]", "1:47", "housekeeping or contaminated."),
            (
                "wards:\n- {location: Location/a, after-release: unoccupied}\n- {location: Location/a, after-release: unoccupied}",
                "3:3", "this ward stands here again; it stands in line 2 already."
            ),
            ("port: [1", "2:1", "this is no YAML: while parsing a flow sequence from line 1 on"),
            ("host: a\n\tport: 1", "2:1", "this is no YAML"), ("host: *nobody", "1:7", "undefined alias"),
            ("host: a\n---\nport: 1", "2:1", "this is no YAML"),
        ])
    func places(text: String, place: String, message: String) throws {
        let faults = try Written(text).faults()
        #expect(faults.contains { $0.hasPrefix("mediconnect.yaml:\(place): ") && $0.contains(message) }, "\(faults)")
    }

    @Test("is refused with all that is wrong, repeated keys and the environment included")
    func all() throws {
        let faults = try Written(
            """
            port: x
            port: 2
            "port": 3
            hots: a
            senders:
              - pattern: A|*
                zone: Mars/Base
                zone: UTC
                maps: [bad.map]
              - pattern: B|*
                maps: [bad.map]
            """, maps: ["bad.map": "PID-8 Patient.gender\n\nPID-8 Patient.gendre\n"]
        ).faults(["MEDICONNECT_MLLP_PORT": "none", "MEDICONNECT_AUDIT_READS": "all"])
        #expect(
            faults.map { $0.prefix { $0 != " " } } == [
                "mediconnect.yaml:1:7:", "mediconnect.yaml:2:1:", "mediconnect.yaml:3:1:", "mediconnect.yaml:4:1:",
                "mediconnect.yaml:7:11:", "mediconnect.yaml:8:5:", "the", "the", "bad.map:3:",
            ], "\(faults)")
        #expect(faults.contains { $0.contains("MEDICONNECT_MLLP_PORT: \"none\" found, expected a whole number") })
        #expect(
            faults.contains { $0.contains("MEDICONNECT_AUDIT_READS: \"all\" found, expected grouped or deferred.") })
        #expect(faults.last?.contains("no element 'gendre'") ?? false)
    }

    @Test("in which aliases repeat aliases without end is refused")
    func aliases() throws {
        var text = "a0: &a0 [x]\n"
        for level in 1...9 {
            let items = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ",")
            text += "a\(level): &a\(level) [\(items)]\n"
        }
        #expect(
            try Written(text).faults() == [
                "mediconnect.yaml: the file has more than 100000 values, with those that aliases repeat."
            ])
    }

    @Test("that is not there, or no text, is refused with its name")
    func unreadable() throws {
        #expect(
            throws: ConfigurationError(lines: ["nowhere.yaml: the file cannot be opened: No such file or directory."])
        ) {
            _ = try SettingsReader(file: "nowhere.yaml", environment: [:])
        }
        let folder = try ScratchFolder()
        defer { withExtendedLifetime(folder) {} }
        let file = try folder.write("latin.yaml", [0x68, 0x3A, 0xFC])
        #expect(throws: ConfigurationError(lines: ["\(file): the file is no text in UTF-8."])) {
            _ = try SettingsReader(file: file, environment: [:])
        }
    }
}
