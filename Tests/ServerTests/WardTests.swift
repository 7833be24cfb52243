import Exchange
import FHIR
import Testing

@testable import Server

@Suite("What a bed becomes when its last occupant has left")
struct WardTests {
    /// Wards of every kind: a house with a rule, in it one without and one with its own, in that a room with its own.
    private static func with(_ body: (Client) async throws -> Void) async throws {
        try await House.with { configuration in
            configuration.references.enforced = []
            configuration.wards = [
                WardRule(place: .location(id: "house"), afterRelease: .housekeeping),
                WardRule(place: .identifier(system: "urn:wards", value: "3B"), afterRelease: .contaminated),
                WardRule(place: .location(id: "private-room"), afterRelease: .unoccupied),
            ]
        } _: { house in
            let places = [
                place("house", "bu"), place("ward-a", "wa", in: "house"),
                place(
                    "ward-b", "wa", in: "house",
                    #","identifier":[{"system":"urn:x","value":"3B"},{"system":"urn:wards","value":"3B"}]"#),
                place("room-b", "ro", in: "ward-b"), place("private-room", "ro", in: "ward-b"),
                place("bed-a", "bd", in: "ward-a"), place("bed-b", "bd", in: "room-b"),
                place("bed-private", "bd", in: "private-room"), place("bed-alone", "bd"),
            ]
            let reply = try await house.client.post("", Sample.bundle("transaction", places))
            #expect(reply.status == 200, "\(reply)")
            try await body(house.client)
        }
    }

    private static func place(_ id: String, _ type: String, in parent: String? = nil, _ more: String = "") -> String {
        let system = "http://terminology.hl7.org/CodeSystem/location-physical-type"
        let partOf = parent.map { #","partOf":{"reference":"Location/\#($0)"}"# } ?? ""
        return Sample.entry(
            "PUT", "Location/\(id)",
            #"{"resourceType":"Location","id":"\#(id)","physicalType":{"coding":[{"system":"\#(system)","#
                + #""code":"\#(type)"}]}\#(partOf)\#(more)}"#)
    }

    private func encounter(_ id: String, in bed: String, status: String = "in-progress") -> String {
        #"{"resourceType":"Encounter","id":"\#(id)","status":"\#(status)","class":{"code":"IMP"},"#
            + #""subject":{"reference":"Patient/\#(id)"},"location":[{"location":{"reference":"Location/\#(bed)"}}]}"#
    }

    private func status(_ bed: String, _ client: Client) async throws -> String? {
        try await client.get("Location/\(bed)")["operationalStatus.code"]
    }

    @Test("is as the nearest configured place has it that the bed is part of, over FHIR")
    func fhir() async throws {
        try await Self.with { client in
            let beds = ["bed-a": "H", "bed-b": "K", "bed-private": "U", "bed-alone": "U"]
            for (bed, after) in beds {
                let id = "e-\(bed)"
                #expect(try await client.put("Encounter/\(id)", encounter(id, in: bed)).status == 201)
                #expect(try await status(bed, client) == "O")
                let ended = encounter(id, in: bed, status: "finished")
                #expect(try await client.put("Encounter/\(id)", ended).status == 200)
                #expect(try await status(bed, client) == after, "\(bed)")
            }
            // Who wants the bed next waits until it has been cleaned.
            expectRefusal(try await client.put("Encounter/next", encounter("next", in: "bed-a")), 422)
        }
    }

    @Test("is so for all beds of one transaction, also for one that moves to another ward in it")
    func transaction() async throws {
        try await Self.with { client in
            for bed in ["bed-a", "bed-b"] {
                #expect(try await client.put("Encounter/\(bed)", encounter(bed, in: bed)).status == 201)
            }
            let entries = [
                Self.place("bed-a", "bd", in: "room-b"),
                Sample.entry("PUT", "Encounter/bed-a", encounter("bed-a", in: "bed-alone")),
                Sample.entry("DELETE", "Encounter/bed-b"),
            ]
            let reply = try await client.post("", Sample.bundle("transaction", entries))
            #expect(reply.status == 200, "\(reply)")
            #expect(try await status("bed-a", client) == "K")
            #expect(try await status("bed-b", client) == "K")
            #expect(try await status("bed-alone", client) == "O")
        }
    }

    @Test("is so over HL7 v2, where the ward is named as messages name it, in whatever order they arrive")
    func feed() async throws {
        let facility = unique("FAC").uppercased()
        try await House.with { configuration in
            configuration.wards = [
                WardRule(
                    place: .identifier(system: "urn:mediconnect:hl7v2:location", value: "\(facility)/WARD"),
                    afterRelease: .housekeeping)
            ]
        } _: { house in
            let feed = Feed(house.client, facility: facility)
            for isReversed in [false, true] {
                let (mrn, visit, beds) = (unique("P"), unique("V"), [unique("B"), unique("B")])
                var messages = [
                    feed.adt("A01", at: 60, mrn: mrn, visit: visit, bed: beds[0]),
                    feed.adt("A02", at: 90, mrn: mrn, visit: visit, bed: beds[1], prior: beds[0]),
                    feed.adt("A03", at: 120, mrn: mrn, visit: visit, bed: beds[1]),
                ]
                if isReversed { messages.reverse() }
                for message in messages { #expect(try await feed.send(message).code == "AA") }
                for bed in beds {
                    #expect(try await feed.bed(bed)["operationalStatus.code"] == "H", "\(isReversed) \(bed)")
                }
                // A discharge that is taken back claims the bed again; the next one leaves it to be cleaned again.
                let cancel = feed.adt("A13", at: 130, mrn: mrn, visit: visit, bed: beds[1])
                #expect(try await feed.send(cancel).code == "AA")
                #expect(try await feed.bed(beds[1])["operationalStatus.code"] == "O")
            }
            // Another patient may come before anybody has said that the bed is clean: the feed tells what has happened.
            let (bed, visit) = (unique("B"), unique("V"))
            for (event, minute) in [("A01", 60), ("A03", 70)] {
                _ = try await feed.send(feed.adt(event, at: minute, mrn: unique("P"), visit: visit, bed: bed))
            }
            let next = try await feed.send(
                feed.adt("A01", at: 80, mrn: unique("P"), visit: unique("V"), bed: bed))
            #expect(next.code == "AA")
            #expect(next.errors.isEmpty, "\(next)")
            #expect(try await feed.bed(bed)["operationalStatus.code"] == "O")
        }
    }
}
