import FHIR
import HL7v2
import Testing
import Translation

@Suite("ADT to FHIR")
struct AdmissionTests {
    private let admission = Samples.message(
        "ADT^A01^ADT_A01", ["EVN|A01|20260301115900||||20260301115000", Samples.pid, Samples.pv1])

    @Test("an admission is a patient, an encounter, its place, its practitioner, a movement and a provenance")
    func admit() throws {
        let conversion = try Samples.convert(admission)
        #expect(
            conversion.drafts.map(\.name.text) == [
                "patient", "location/facility", "location/ward", "location/room", "location/bed", "practitioner",
                "encounter", "provenance",
            ])
        let movement = try #require(conversion.movements.first)
        #expect(conversion.movements.count == 1)
        #expect(movement.kind == .admit)
        #expect(movement.occurred.text == "2026-03-01T11:50:00+00:00")
        #expect(movement.recorded.text == "2026-03-01T11:59:00+00:00")
        #expect(movement.encounter == "encounter")
        #expect(movement.location == "location/bed")
        #expect(movement.priorLocation == nil)
        for draft in conversion.drafts {
            _ = try Samples.resource(draft)
            #expect(draft.eventTime == movement.occurred)
        }
        // A draft refers only to drafts before it.
        var known: Set<DraftName> = []
        for draft in conversion.drafts {
            #expect(known.isSuperset(of: draft.references))
            known.insert(draft.name)
        }
    }

    @Test("the patient has names, numbers and address of PID")
    func patient() throws {
        let draft = try Samples.convert(admission).draft("patient")
        #expect(draft?.identity == .identifiers([.init(system: "https://hosp.example/mrn", value: "4711")]))
        let patient = try Samples.resource(draft)
        #expect(patient["birthDate"]?.string == "1980-01-02")
        #expect(patient["gender"]?.string == "male")
        let name = patient.elements("name").first
        #expect(name?["family"]?.string == "Müller")
        #expect(name?.elements("given").map(\.string) == ["Jörg", "Karl"])
        #expect(name?["use"]?.string == "official")
        #expect(patient.elements("address").first?["city"]?.string == "X")
        #expect(
            patient.elements("identifier").compactMap { $0["system"]?.string } == [
                "https://hosp.example/mrn", "urn:oid:2.16.840.1.113883.2.1.4.1",
            ])
    }

    @Test("the encounter is found by its visit number and carries class, service and participants")
    func encounter() throws {
        let draft = try Samples.convert(admission).draft("encounter")
        #expect(draft?.identity == .identifiers([.init(system: "https://hosp.example/visit", value: "V1")]))
        let encounter = try Samples.resource(draft)
        #expect(encounter["class"]?["code"]?.string == "IMP")
        #expect(encounter["status"]?.string == "in-progress")
        #expect(encounter["location"] == nil)
        #expect(encounter["subject"]?["reference"]?.string == "urn:mediconnect:draft:patient")
        let participant = encounter.elements("participant").first
        #expect(participant?["individual"]?["reference"]?.string == "urn:mediconnect:draft:practitioner")
        #expect(participant?.elements("type").first?.elements("coding").first?["code"]?.string == "ATND")
    }

    @Test("places are a chain, and are found by facility, point of care, room and bed")
    func places() throws {
        let conversion = try Samples.convert(admission)
        let bed = conversion.draft("location/bed")
        #expect(bed?.identity == .identifiers([.init(system: ProjectURI.location, value: "HOSP/W1/R2/B3")]))
        let resource = try Samples.resource(bed)
        #expect(resource["partOf"]?["reference"]?.string == "urn:mediconnect:draft:location/room")
        #expect(resource["physicalType"]?.elements("coding").first?["code"]?.string == "bd")
        let floors = try Samples.convert(
            Samples.message(
                "ADT^A01",
                ["EVN|A01", Samples.pid, "PV1|1|I|W1^R2^B3^HOSP^^^North^4|||W0^^B9^HOSP|||||||||||||V1^^^HOSP-VISIT"]))
        #expect(
            floors.drafts.filter { $0.type == .location }.map(\.name.text) == [
                "location/facility", "location/building", "location/floor", "location/ward", "location/room",
                "location/bed", "prior/ward", "prior/bed",
            ])
        // Building and floor are no part of who the bed is.
        #expect(floors.draft("location/bed")?.identity == bed?.identity)
        #expect(floors.movements.first?.priorLocation == "prior/bed")
        #expect(floors.draft("prior/bed")?.identity.identifiers.first?.value == "HOSP/W0//B9")
    }

    @Test("a placeholder is no bed")
    func placeholders() throws {
        var settings = Samples.settings
        settings = SenderSettings(
            authorities: settings.authorities, patientAuthorities: ["HOSP-MRN"], sharedLocations: ["hall"])
        let conversion = try Samples.convert(
            Samples.message("ADT^A01", [Samples.pid, "PV1|1|E|ER^^HALL^HOSP||||||||||||||||V1^^^HOSP-VISIT"]),
            settings: settings)
        let hall = try Samples.resource(conversion.draft("location/bed"))
        #expect(hall["physicalType"]?.elements("coding").first?["code"]?.string == "area")
    }

    @Test("each event moves as it says; A08, A28 and A31 move nobody, and the latter two make no encounter")
    func movements() throws {
        let expected: [(String, Movement.Kind?, String?)] = [
            ("A01", .admit, "in-progress"), ("A02", .transfer, "in-progress"), ("A03", .discharge, "finished"),
            ("A04", .register, "arrived"), ("A05", .preadmit, "planned"), ("A06", .changeToInpatient, "in-progress"),
            ("A07", .changeToOutpatient, "in-progress"), ("A08", nil, "unknown"), ("A11", .cancelAdmit, "cancelled"),
            ("A12", .cancelTransfer, "in-progress"), ("A13", .cancelDischarge, "in-progress"), ("A28", nil, nil),
            ("A31", nil, nil),
        ]
        for (event, kind, status) in expected {
            let conversion = try Samples.convert(
                Samples.message("ADT^\(event)", ["EVN|\(event)|20260301", Samples.pid, Samples.pv1]))
            #expect(conversion.movements.map(\.kind) == (kind.map { [$0] } ?? []), "\(event)")
            let encounter = conversion.draft("encounter")
            #expect((encounter == nil) == (status == nil), "\(event)")
            if let status { #expect(try Samples.resource(encounter)["status"]?.string == status, "\(event)") }
            // What is known of its status stays.
            let known = #"{"resourceType":"Encounter","id":"1","status":"onleave","class":{"code":"IMP"}}"#
            if status != nil { #expect(try Samples.resource(encounter, over: known)["status"]?.string == "onleave") }
        }
    }

    @Test("a swap is two patients, two encounters and two movements")
    func swap() throws {
        let conversion = try Samples.convert(
            Samples.message(
                "ADT^A17",
                [
                    "EVN|A17|20260301", Samples.pid, Samples.pv1, "PID|2||4712^^^HOSP-MRN^MR||Other^One",
                    "PV1|1|I|W1^R2^B4^HOSP||||||||||||||||V2^^^HOSP-VISIT",
                ]))
        #expect(conversion.movements.map(\.kind) == [.swap, .swap])
        #expect(conversion.movements.map(\.encounter) == ["encounter", "encounter/2"])
        #expect(conversion.movements.map(\.location) == ["location/bed", "location/bed/2"])
        #expect(conversion.draft("patient/2")?.identity.identifiers.first?.value == "4712")
    }

    @Test("A20 sets the status of a bed and touches no patient")
    func bedStatus() throws {
        let conversion = try Samples.convert(
            Samples.message("ADT^A20", ["EVN|A20|20260301", "NPU|W1^R2^B3^HOSP|K"]))
        #expect(conversion.drafts.allSatisfy { $0.type == .location || $0.type == .provenance })
        let bed = try Samples.resource(conversion.draft("location/bed"))
        #expect(bed["operationalStatus"]?["code"]?.string == "K")
        #expect(conversion.movements.isEmpty)
        #expect(conversion.report.unmappedFields.isEmpty)
    }

    @Test("a newborn's encounter refers to the one its mother is here for, where there is one")
    func newborn() throws {
        let pid = "PID|1||5000^^^HOSP-MRN^MR||Müller^Kind||20260301113000|F|||||||||||||4711^^^HOSP-MRN^MR"
        let conversion = try Samples.convert(Samples.message("ADT^A01", [pid, Samples.pv1]))
        #expect(conversion.draft("mother")?.use == .findOnly)
        #expect(conversion.draft("mother")?.identity.identifiers.first?.value == "4711")
        #expect(conversion.draft("mother-encounter")?.identity == .currentEncounter(ofPatient: "mother"))
        let encounter = try Samples.resource(conversion.draft("encounter"))
        #expect(encounter["partOf"]?["reference"]?.string == "urn:mediconnect:draft:mother-encounter")
        let provenance = try Samples.text(conversion.draft("provenance"))
        #expect(!provenance.contains("mother"))
        #expect(conversion.report.assumptions.contains { $0.place?.description == "PID-7" })
    }

    @Test("a diagnosis is a Condition of the encounter")
    func diagnosis() throws {
        let conversion = try Samples.convert(
            Samples.message("ADT^A01", [Samples.pid, Samples.pv1, "DG1|1||I21.0^Infarct^I10||20260301|A"]))
        let condition = try Samples.resource(conversion.draft("condition"))
        #expect(condition["code"]?.elements("coding").first?["system"]?.string == "http://hl7.org/fhir/sid/icd-10")
        let encounter = try Samples.resource(conversion.draft("encounter"))
        let diagnosis = encounter.elements("diagnosis").first
        #expect(diagnosis?["condition"]?["reference"]?.string == "urn:mediconnect:draft:condition")
        #expect(diagnosis?["use"]?.elements("coding").first?["code"]?.string == "AD")
    }

    @Test("a message that does not say of whom or of which visit it speaks is refused with its place")
    func refusals() throws {
        func refusal(_ lines: [String], _ event: String = "A01") -> ConversionRefusal? {
            do {
                _ = try Samples.convert(Samples.message("ADT^\(event)", lines))
                return nil
            } catch let error as ConversionRefusal { return error } catch { return nil }
        }
        #expect(refusal([Samples.pv1])?.place.segment == "PID")
        #expect(refusal(["PID|1||", Samples.pv1])?.condition == .requiredField)
        #expect(refusal(["PID|1||9^^^OTHER", Samples.pv1])?.place.description == "PID-3")
        #expect(refusal([Samples.pid])?.place.segment == "PV1")
        #expect(refusal([Samples.pid, "PV1|1|I|W1"])?.place.description == "PV1-19")
        #expect(refusal([Samples.pid, "PV1|1|I|W1"], "A08") == nil)
        #expect(refusal(["EVN|A17", Samples.pid, Samples.pv1], "A17")?.condition == .segmentSequence)
        #expect(refusal(["EVN|A20"], "A20")?.place.description == "NPU-1")
    }
}
