import Exchange
import FHIR
import Foundation
import HL7v2
import Testing
import Translation

@testable import mediconnect

@Suite("The configuration")
struct ConfigurationTests {
    @Test("single values are read from a file with comments, under the names that they always had")
    func singleValues() throws {
        let settings = try Written(
            """
            # the hospital's server
            host: 0.0.0.0          # everywhere
            port: 8081
            data: {dir: /srv/record}
            database:
              url: postgresql://app@db/record
              statementTimeout: 500
            migrate: {url: "postgresql://owner@db/record"}
            mllp: {port: 0}
            base: {url: https://fhir.example.org/fhir}
            http:
              maximumBody: 1024
              allowedOrigins: [https://a.example, "*"]
            search: {ignoredParameters: []}
            audit: {reads: deferred}
            log: {format: json, level: warning}
            benchmark: {route: true}
            time: {zone: Europe/Berlin}
            """
        ).settings()
        #expect(settings.host == "0.0.0.0")
        #expect(settings.port == 8081)
        #expect(settings.dataDirectory == "/srv/record")
        #expect(settings.databaseURL == "postgresql://app@db/record")
        #expect(settings.migrateURL == "postgresql://owner@db/record")
        #expect(settings.statementTimeout == 500)
        #expect(settings.mllpPort == 0)
        #expect(settings.baseURL == "https://fhir.example.org/fhir")
        #expect(settings.maximumBody == 1024)
        #expect(settings.allowedOrigins == ["https://a.example", "*"])
        #expect(settings.ignoredParameters == [])
        #expect(settings.readAudit == .deferred)
        #expect(settings.logFormat == .json)
        #expect(settings.logLevel == .warning)
        #expect(settings.answersBenchmark == true)
        #expect(settings.timeZone == TimeZoneSetting("Europe/Berlin"))
    }

    @Test("a JSON file works as before, on one line or on many")
    func json() throws {
        for text in [
            #"{"audit":{"reads":"deferred"},"port":8081,"http":{"allowedOrigins":["https://a.example"]}}"#,
            "{\n\t\"audit\": {\"reads\": \"deferred\"},\n\t\"port\": 8081,\n\t\"http\": {\"allowedOrigins\": [\n\t\t\"https:\\/\\/a.example\"]}\n}\n",
        ] {
            let settings = try Written(text).settings()
            #expect(settings.readAudit == .deferred)
            #expect(settings.port == 8081)
            #expect(settings.allowedOrigins == ["https://a.example"])
        }
    }

    @Test("a file with nothing but comments says nothing", arguments: ["", "# later\n", "senders:\nwards:\nmllp:\n"])
    func empty(_ text: String) throws {
        let settings = try Written(text).settings()
        #expect(settings.port == nil)
        #expect(settings.senders.isEmpty)
        #expect(settings.wards.isEmpty)
    }

    @Test("the command line wins over the environment, the environment over the file")
    func precedence() throws {
        let written = try Written(
            "host: file.example\nport: 1\nmllp: {port: 1}\nhttp: {maximumBody: 1, allowedOrigins: [a]}\ntime: {zone: +01:00}\n"
        )
        let environment = [
            "MEDICONNECT_PORT": "2", "MEDICONNECT_MLLP_PORT": "2", "MEDICONNECT_HTTP_MAXIMUM_BODY": "2",
            "MEDICONNECT_HTTP_ALLOWED_ORIGINS": "b, c", "MEDICONNECT_TIME_ZONE": "+02:00", "MEDICONNECT_HOST": "",
        ]
        var reader = try SettingsReader(file: written.file, environment: environment)
        let settings = try reader.read()
        let command = try #require(try MediConnect.parseAsRoot(["serve", "--mllp-port", "3"]) as? ServeCommand)
        let server = command.configuration(settings)
        #expect(server.host == "file.example")
        #expect(server.port == 2)
        #expect(server.mllpPort == 3)
        #expect(server.maximumBody == 2)
        #expect(server.allowedOrigins == ["b", "c"])
        #expect(server.timeZone == .fixed(minutes: 120))
        #expect(command.configuration(Settings()).port == 8080)

        var second = try SettingsReader(file: written.file, environment: environment)
        #expect(try second.read(timeZone: .fixed(minutes: 180)).timeZone == .fixed(minutes: 180))
    }

    @Test("a sender has every setting that there is, and what is not said is the default")
    func sender() throws {
        let settings = try Written(
            """
            time: {zone: -03:30}
            senders:
              - pattern: LAB|*
              - pattern: "SIM*|HOSP"
                authorities:
                  SIM MRN: https://hospital.example/mrn
                  2.16.840.1.1: "urn:oid:2.16.840.1.1"
                patient-authorities: [SIM MRN]
                visit-authorities: [VISIT, https://hospital.example/visit]
                zone: Europe/London
                replaced-identifier-systems: [https://hospital.example/mrn]
                shared-locations: [Wait, HALL]
                refuse:
                  bed-conflict: true
                  reused-control-id: true
                control-id-window: 3600
                character-set: {default: iso-8859-1, ignores-header: true}
                acknowledgement-type: short
                limits:
                  maximum-bytes: 1000
                  maximum-segments: 10
                maps: [more.map]
            """, maps: ["more.map": "table HL70001\nD = other\n"]
        ).settings()
        #expect(settings.senders.count == 2)
        let plain = SenderSettings(
            pattern: try #require(SenderPattern("LAB|*")), zone: .fixed(minutes: -210))
        #expect(settings.senders.first == plain)
        let sender = SenderSettings(
            pattern: try #require(SenderPattern("SIM*|HOSP")),
            defaults: SenderDefaults(
                characters: CharacterSetPolicy(fallback: .latin1, ignoresHeader: true), acknowledgementType: .short,
                limits: MessageLimits(maximumBytes: 1000, maximumSegments: 10)),
            authorities: ["SIM MRN": "https://hospital.example/mrn", "2.16.840.1.1": "urn:oid:2.16.840.1.1"],
            patientAuthorities: ["SIM MRN"], visitAuthorities: ["VISIT", "https://hospital.example/visit"],
            zone: try #require(TimeZoneSetting("Europe/London")),
            replacedIdentifierSystems: ["https://hospital.example/mrn"], sharedLocations: ["WAIT", "HALL"],
            refusals: .init(reusedControlID: true, bedConflict: true), controlIDWindow: 3600,
            maps: try MapSet.parse("table HL70001\nD = other\n", over: .standard))
        #expect(settings.senders.last == sender)
    }

    @Test("map files lie over the standard maps in their order, each beside the configuration file or where it says")
    func maps() throws {
        let elsewhere = try ScratchFolder()
        defer { withExtendedLifetime(elsewhere) {} }
        let absolute = try elsewhere.write("absolute.map", Array("table HL70001\r\nX = male\r\nY = male\r\n".utf8))
        let settings = try Written(
            """
            senders:
              - {pattern: A|*, maps: [one.map, \(absolute)]}
              - {pattern: B|*, maps: [one.map, \(absolute)]}
              - {pattern: C|*, maps: [\(absolute), one.map]}
              - {pattern: D|*}
            """, maps: ["one.map": "table HL70001\nX = female\n"]
        ).settings()
        func code(_ sender: Int, _ code: String) -> String? {
            settings.senders[sender].maps.tables["HL70001"]?.entries[code]?.code
        }
        #expect(code(0, "X") == "male")
        #expect(code(0, "Y") == "male")
        #expect(code(0, "F") == "female")
        #expect(settings.senders[0].maps == settings.senders[1].maps)
        #expect(code(2, "X") == "female")
        #expect(settings.senders[3].maps == .standard)
    }

    @Test("a ward is named as messages name it, by an identifier or by its Location")
    func wards() throws {
        let settings = try Written(
            """
            wards:
              - {facility: Simulated Hospital, point-of-care: RenalWard, after-release: housekeeping}
              - {facility: H, point-of-care: W, room: R 1, afterRelease: contaminated}
              - {identifier: "https://h.example/wards|3B|x", after-release: unoccupied}
              - {location: Location/icu, after-release: contaminated}
            """
        ).settings()
        let system = "urn:mediconnect:hl7v2:location"
        #expect(
            settings.wards == [
                WardRule(
                    place: .identifier(system: system, value: "Simulated%20Hospital/RenalWard"),
                    afterRelease: .housekeeping),
                WardRule(place: .identifier(system: system, value: "H/W/R%201"), afterRelease: .contaminated),
                WardRule(
                    place: .identifier(system: "https://h.example/wards", value: "3B|x"), afterRelease: .unoccupied),
                WardRule(place: .location(id: "icu"), afterRelease: .contaminated),
            ])
    }
}
