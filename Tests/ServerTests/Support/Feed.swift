import Testing

/// HL7 v2 messages of a hospital of a test's own, and what the server answers.
struct Feed: Sendable {
    let client: Client
    /// MSH-4: places and visits of one test are not those of another.
    let facility: String

    init(_ client: Client, facility: String = unique("FAC").uppercased()) {
        self.client = client
        self.facility = facility
    }

    struct Answer: CustomStringConvertible {
        let segments: [[String]]

        init(_ text: String) {
            // An answer has the delimiters of its message.
            let separator = text.dropFirst(3).first ?? "|"
            segments = text.split(separator: "\r").map {
                $0.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
            }
        }

        var code: String { segments.first { $0[0] == "MSA" }?[1] ?? "" }
        var controlID: String { segments.first { $0[0] == "MSA" }?[2] ?? "" }
        var errors: [String] { segments.filter { $0[0] == "ERR" }.map { $0.joined(separator: "|") } }
        var description: String { segments.map { $0.joined(separator: "|") }.joined(separator: "\n") }
    }

    /// - Parameters:
    ///   - at: minutes after a day's begin.
    ///   - more: further fields of PV1 and further segments, as they are.
    func adt(
        _ event: String, at minute: Int, control: String = unique("M"), mrn: String, visit: String? = nil,
        bed: String? = nil, prior: String? = nil, name: String = "Muster^Anna", pid: String = "", more: String = ""
    ) -> String {
        let time = Self.time(minute)
        var segments = [
            "MSH|^~\\&|HIS|\(facility)|MC|X|\(time)||ADT^\(event)|\(control)|P|2.5",
            "EVN|\(event)|\(time)|||", "PID|1||\(mrn)^^^\(facility)^MR||\(name)||19700101|F\(pid)",
        ]
        if let visit {
            let place = { (bed: String?) in bed.map { "WARD^R1^\($0)^\(facility)" } ?? "" }
            segments.append(
                "PV1|1|I|\(place(bed))|||\(place(prior))|||||||||||||\(visit)^^^\(facility)^VN")
        }
        return segments.joined(separator: "\r") + "\r" + more
    }

    /// Housekeeping says what a bed's operational status is (table 0116).
    func bedStatus(_ status: String, of bed: String, at minute: Int) -> String {
        let time = Self.time(minute)
        return [
            "MSH|^~\\&|HIS|\(facility)|MC|X|\(time)||ADT^A20|\(unique("M"))|P|2.5", "EVN|A20|\(time)",
            "NPU|WARD^R1^\(bed)^\(facility)|\(status)",
        ].joined(separator: "\r") + "\r"
    }

    func send(_ message: String) async throws -> Answer {
        let reply = try await client.send(
            .POST, "/hl7v2", body: Array(message.utf8), ["Content-Type": "application/hl7-v2"])
        #expect(reply.status == 200, "\(reply)")
        return Answer(reply.text)
    }

    /// The bed's Location.
    func bed(_ name: String) async throws -> Reply {
        let system = "urn:mediconnect:hl7v2:location"
        let found = try await client.get("Location?identifier=\(system)%7C\(facility)/WARD/R1/\(name)")
        return try await client.get("Location/\(found.ids.first ?? "none")")
    }

    func encounter(_ visit: String) async throws -> Reply {
        let found = try await client.get("Encounter?identifier=\(visit)")
        return try await client.get("Encounter/\(found.ids.first ?? "none")")
    }

    func patient(_ mrn: String) async throws -> Reply {
        let found = try await client.get("Patient?identifier=\(mrn)")
        return try await client.get("Patient/\(found.ids.first ?? "none")")
    }

    /// Who is in a bed now, by the record.
    func occupants(_ bed: String) async throws -> [String] {
        let id = try await self.bed(bed).id
        let encounters = try await client.get("Encounter?location=Location/\(id)&status=arrived,in-progress&_count=500")
        return encounters.resources.filter { encounter in
            encounter.elements("location").contains { entry in
                entry["location"]?["reference"]?.string == "Location/\(id)" && entry["status"]?.string == "active"
            }
        }.compactMap { $0["identifier"]?.elements.first { _ in true }?["value"]?.string }
    }

    static func time(_ minute: Int) -> String {
        let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
        return "20260301\(two(minute / 60))\(two(minute % 60))00"
    }
}
