import Domain
import FHIR
import Facade
import Testing

@Suite("FHIR and the domain")
struct FacadeTests {
    private func command(
        _ json: String, _ type: ResourceType, id: String = "x", resolving: (String) -> String? = { _ in nil }
    ) throws -> DomainCommand? {
        let document = try JSONDocument.parse(Array(json.utf8))
        return Facade.command(for: document.root, type: type, id: id, resolving: resolving)
    }

    private func issue(_ json: String, _ type: ResourceType, id: String = "x") throws -> FHIR.Issue? {
        try command(json, type, id: id)?.decide().refusal?.issue(in: type)
    }

    @Test("an encounter's stay that ends before it starts is an issue with its FHIRPath")
    func encounterStay() throws {
        let issue = try issue(
            """
            {"resourceType":"Encounter","status":"finished","location":[
              {"location":{"reference":"Location/a"},"period":{"start":"2026-01-01","end":"2026-01-01"}},
              {"location":{"reference":"Location/b"},
                "period":{"start":"2026-01-02T10:00:00Z","end":"2026-01-02T09:59:00Z"}}
            ]}
            """, .encounter)
        #expect(issue?.code == .invalid)
        #expect(issue?.severity == .error)
        #expect(issue?.expression == "Encounter.location[1].period")
    }

    @Test("times with different offsets are compared as times, imprecise ones with their whole width")
    func times() throws {
        func period(_ start: String, _ end: String) throws -> String? {
            try issue(
                #"{"resourceType":"Encounter","status":"finished","period":{"start":"\#(start)","end":"\#(end)"}}"#,
                .encounter)?.expression
        }
        #expect(try period("2026-01-01T10:00:00+02:00", "2026-01-01T09:00:00Z") == nil)
        #expect(try period("2026-01-01T10:00:00Z", "2026-01-01T11:00:00+02:00") == "Encounter.period")
        #expect(try period("2026-03-05", "2026-03") == nil)
        #expect(try period("2026-03-05", "2026-02") == "Encounter.period")
        #expect(try period("2026", "nonsense") == nil)
    }

    @Test("an encounter becomes what the domain knows of it")
    func encounter() throws {
        let command = try command(
            """
            {"resourceType":"Encounter","status":"in-progress","subject":{"reference":"Patient/p"},
             "partOf":{"reference":"Encounter/m/_history/3"},"location":[
              {"location":{"reference":"urn:uuid:1"},"status":"active"},
              {"location":{"reference":"#c"},"status":"odd"},
              {"location":{"reference":"http://elsewhere.example/fhir/Location/9"}},
              {"location":{"display":"somewhere"}}
            ]}
            """, .encounter, resolving: { $0 == "urn:uuid:1" ? "Location/bed" : nil })
        let stays: [(String?, LocationStay.Status?)] = [
            ("bed", .active), (nil, nil), ("http://elsewhere.example/fhir/Location/9", nil), (nil, nil),
        ]
        #expect(
            command
                == .recordEncounter(
                    Encounter(
                        id: EncounterID("x"), status: .inProgress, patient: PatientID("p"), partOf: EncounterID("m"),
                        stays: stays.enumerated().map {
                            LocationStay(
                                position: $0, location: $1.0.map { LocationID($0) }, status: $1.1)
                        })))
    }

    @Test("a patient linked to itself is an issue, one linked to a related person of the same id is not")
    func patient() throws {
        func link(_ reference: String) throws -> FHIR.Issue? {
            try issue(
                #"{"resourceType":"Patient","link":[{"other":{"reference":"\#(reference)"},"type":"seealso"}]}"#,
                .patient)
        }
        #expect(try link("Patient/x")?.expression == "Patient.link[0].other")
        #expect(try link("Patient/x/_history/1")?.code == .invalid)
        #expect(try link("Patient/y") == nil)
        #expect(try link("RelatedPerson/x") == nil)
        #expect(try link("http://elsewhere.example/Patient/x") == nil)
    }

    @Test("a slot, an appointment and a schedule that end before they start are issues")
    func scheduling() throws {
        let times = #""start":"2026-01-01T10:00:00Z","end":"2026-01-01T09:00:00Z""#
        #expect(
            try issue(#"{"resourceType":"Slot","status":"free",\#(times)}"#, .slot)?.expression == "Slot.end")
        #expect(
            try issue(#"{"resourceType":"Appointment","status":"booked",\#(times)}"#, .appointment)?.expression
                == "Appointment.end")
        #expect(
            try issue(
                #"{"resourceType":"Appointment","status":"proposed","requestedPeriod":[{"end":"2027"},{\#(times)}]}"#,
                .appointment)?.expression == "Appointment.requestedPeriod[1]")
        #expect(
            try issue(#"{"resourceType":"Schedule","planningHorizon":{\#(times)}}"#, .schedule)?.expression
                == "Schedule.planningHorizon")
    }

    @Test("a bed's vocabulary is read from its own code systems, and its parent is what the domain asks for")
    func location() throws {
        let command = try command(
            """
            {"resourceType":"Location","status":"active",
             "physicalType":{"coding":[{"system":"http://example.org","code":"wa"},
               {"system":"http://terminology.hl7.org/CodeSystem/location-physical-type","code":"bd"}]},
             "operationalStatus":{"system":"http://terminology.hl7.org/CodeSystem/v2-0116","code":"H"},
             "partOf":{"reference":"Location/room"}}
            """, .location)
        #expect(
            command
                == .recordLocation(
                    Location(
                        id: LocationID("x"), status: .active, physicalType: .bed, operationalStatus: .housekeeping,
                        partOf: LocationID("room"))))
        #expect(command?.need() == .locationAncestors(of: LocationID("room")))
        let state = DomainState(locationAncestors: [LocationID("room"), LocationID("x")])
        #expect(command?.decide(in: state).refusal?.issue(in: .location).expression == "Location.partOf")
        let other = try self.command(
            #"{"resourceType":"Location","operationalStatus":{"system":"http://example.org","code":"H"}}"#, .location)
        #expect(other == .recordLocation(Location(id: LocationID("x"))))
    }

    @Test("about other types the domain decides nothing")
    func others() throws {
        #expect(try command(#"{"resourceType":"Observation","status":"final"}"#, .observation) == nil)
        #expect(!Facade.decides(about: .observation))
        for type in ResourceType.all {
            let command = try command(#"{"resourceType":"\#(type.name)"}"#, type)
            #expect((command != nil) == Facade.decides(about: type))
            #expect(command?.decide().refusal == nil)
        }
    }

    @Test("what the house does not allow is a broken business rule")
    func issueTypes() {
        #expect(
            Refusal(.bedOccupied, "taken").issue(in: .encounter) == FHIR.Issue(.businessRule, "taken", at: "Encounter"))
        #expect(Refusal.Code.allCases.count { $0.issueType == .businessRule } == 3)
    }
}
