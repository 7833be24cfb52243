import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// From the file that an integrator writes to what the sender and the record see.
    @Suite("A configuration file")
    struct ConfiguredSenderTests {
        /// A folder with a configuration and a map file in it, and a port for MLLP.
        private struct Hospital {
            let folder = TestDirectory.unused()
            let port: Int
            var file: String { folder + "/mediconnect.yaml" }

            init() throws {
                port = try RawConnection.unusedPort()
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                try Self.configuration.write(toFile: file, atomically: true, encoding: .utf8)
                try "table HL70001\nX = other \"Divers\"\n"
                    .write(toFile: folder + "/divers.map", atomically: true, encoding: .utf8)
            }

            private static let configuration = """
                # The hospital of this test
                time:
                  zone: Asia/Tokyo
                senders:
                  - pattern: "HIS|HOSP"
                    authorities: {MRN: https://hosp.example/mrn}
                    patient-authorities: [MRN]
                    zone: Europe/Berlin
                    shared-locations: [HALL]
                    refuse: {bed-conflict: true, reused-control-id: true}
                    acknowledgement-type: short
                    maps: [divers.map]
                wards:
                  - {facility: HOSP, point-of-care: W1, after-release: contaminated}
                """

            func with(_ body: (ServerProcess, MLLPClient) async throws -> Void) async throws {
                try await ServerProcess.with(["--config", file, "--mllp-port", String(port)]) { server in
                    try await body(server, try MLLPClient(port: port))
                }
            }
        }

        private static func adt(
            _ event: String, _ control: String, sender: String = "HIS|HOSP", time: String, mrn: String, bed: String,
            sex: String = "F"
        ) -> [String] {
            [
                "MSH|^~\\&|\(sender)|MC|X|\(time)||ADT^\(event)|\(control)|P|2.5", "EVN|\(event)|\(time)",
                "PID|1||7^^^OTHER~\(mrn)^^^MRN^MR||Muster^Anna||19700101|\(sex)",
                "PV1|1|I|\(bed)^HOSP||||||||||||||||V\(mrn)",
            ]
        }

        @Test("decides how a sender's messages are read, refused and answered over MLLP")
        func sender() async throws {
            try await Hospital().with { server, link in
                let admission = Self.adt("A01", "C1", time: "20260701120000", mrn: "1", bed: "W1^R1^B1", sex: "X")
                let accepted = link.send(admission)
                #expect(accepted.contains("MSA|AA|C1"), "\(accepted)")
                #expect(accepted.contains("||ACK|"), "a short MSH-9: \(accepted)")

                let patient = try await server.client.get("Patient?identifier=https://hosp.example/mrn%7C1").text
                #expect(patient.contains(#""gender":"other""#), "the map file's code: \(patient)")
                let encounter = try await server.client.get("Encounter").text
                #expect(encounter.contains("2026-07-01T10:00:00Z"), "Berlin in summer: \(encounter)")

                let second = link.send(Self.adt("A01", "C2", time: "20260701130000", mrn: "2", bed: "W1^R1^B1"))
                #expect(second.contains("MSA|AE|C2"), "\(second)")
                #expect(second.contains("The bed is occupied by another patient"), "\(second)")
                #expect(try await server.client.get("Encounter?_summary=count").total == 1)

                let reused = link.send(Self.adt("A08", "C1", time: "20260701140000", mrn: "1", bed: "W1^R1^B1"))
                #expect(reused.contains("MSA|AR|C1"), "\(reused)")
                #expect(reused.contains("205"), "\(reused)")
                #expect(link.send(admission).contains("MSA|AA|C1"), "the same message again")

                for mrn in ["3", "4"] {
                    let answer = link.send(
                        Self.adt("A01", "H\(mrn)", time: "20260701150000", mrn: mrn, bed: "W1^Hall^1"))
                    #expect(answer.contains("MSA|AA|H\(mrn)"), "\(answer)")
                    #expect(!answer.contains("ERR|"), "two in the hall: \(answer)")
                }
            }
        }

        @Test("decides what a ward's bed becomes, and how times are read that come from others")
        func wardAndZone() async throws {
            try await Hospital().with { server, link in
                let bed = "W1^R1^B2"
                _ = link.send(Self.adt("A01", "W1", time: "20260701120000", mrn: "5", bed: bed))
                let identifier = "urn:mediconnect:hl7v2:location%7CHOSP/W1/R1/B2"
                let discharged = link.send(Self.adt("A03", "W2", time: "20260701130000", mrn: "5", bed: bed))
                #expect(discharged.contains("MSA|AA|W2"), "\(discharged)")
                let location = try await server.client.get("Location?identifier=\(identifier)").text
                #expect(location.contains(#""code":"K""#), "\(location)")

                let refused = link.send(Self.adt("A01", "W3", time: "20260701140000", mrn: "8", bed: bed))
                #expect(refused.contains("MSA|AE|W3") && refused.contains("contaminated"), "\(refused)")
                let warned = link.send(
                    Self.adt("A01", "O2", sender: "LAB|HOSP", time: "20260701200000", mrn: "9", bed: bed))
                #expect(warned.contains("MSA|AA|O2") && warned.contains("|W|"), "\(warned)")

                let other = link.send(
                    Self.adt("A01", "O1", sender: "LAB|HOSP", time: "20260701120000", mrn: "6", bed: "W2^R1^B1"))
                #expect(other.contains("MSA|AA|O1"), "\(other)")
                #expect(other.contains("ACK^A01"), "\(other)")
                let text = try await server.client.get("Encounter").text
                #expect(text.contains("2026-07-01T03:00:00Z"), "Tokyo: \(text)")
            }
        }

        @Test("that is wrong keeps every command from starting, with all its faults")
        func wrong() async throws {
            let hospital = try Hospital()
            try "prot: 1\ntime: {zone: Berlin}\n".write(toFile: hospital.file, atomically: true, encoding: .utf8)
            for command in ["serve", "migrate", "rebuild", "reindex"] {
                let result = try await ServerProcess.run([
                    command, "--data-dir", hospital.folder + "/data", "--config", hospital.file,
                ])
                #expect(result.status == 1)
                #expect(
                    result.output == """
                        Error: The configuration cannot be used:
                          \(hospital.file):1:1: the key "prot" is not known here. Did you mean "port"?
                          \(hospital.file):2:14: zone: "Berlin" found, expected UTC, an offset such as +01:00, or a zone's name such as Europe/Berlin.

                        """)
                #expect(!FileManager.default.fileExists(atPath: hospital.folder + "/data"))
            }
        }
    }
}
