import FHIR
import Testing

/// search.html#include, #has
@Suite("Checklist: includes and reverse chains")
struct IncludeChecklistTests {
    /// An organization above another, a patient of the lower one, and two observations of the patient.
    private struct Story {
        let tag: String
        let above: String
        let below: String
        let patient: String
        let observations: [String]

        init(_ client: Client) async throws {
            tag = unique()
            above = try await client.make("Organization", #"{"resourceType":"Organization","name":"above"}"#)
            below = try await client.make(
                "Organization",
                #"{"resourceType":"Organization","name":"below","partOf":{"reference":"Organization/\#(above)"}}"#)
            patient = try await client.make(
                "Patient",
                Sample.patient(mrn: tag, #","managingOrganization":{"reference":"Organization/\#(below)"}"#))
            var observations: [String] = []
            for code in ["718-7", "2339-0"] {
                observations.append(
                    try await client.make(
                        "Observation",
                        Sample.observation(
                            subject: "Patient/\(patient)", code: code, #","identifier":[{"value":"\#(tag)"}]"#)))
            }
            self.observations = observations
        }
    }

    private func expect(
        _ query: String, _ client: Client, matches: [String], includes: [String],
        at place: SourceLocation = #_sourceLocation
    ) async throws {
        let reply = try await client.get(query)
        #expect(reply.status == 200, "\(reply)", sourceLocation: place)
        #expect(reply.ids(mode: "match").sorted() == matches.sorted(), "\(query)", sourceLocation: place)
        #expect(reply.references(mode: "include").sorted() == includes.sorted(), "\(query)", sourceLocation: place)
    }

    @Test("_include brings what matches refer to: once, by type, by *, never counted")
    func include() async throws {
        let client = try await House.client
        let story = try await Story(client)
        let query = "Observation?identifier=\(story.tag)"
        let all = story.observations
        for include in [
            "Observation:patient", "Observation:subject", "Observation:subject:Patient", "Observation:*", "*",
        ] {
            try await expect(
                "\(query)&_include=\(include)", client, matches: all, includes: ["Patient/\(story.patient)"])
        }
        try await expect("\(query)&_include=Observation:subject:Group", client, matches: all, includes: [])
        let counted = try await client.get("\(query)&_include=Observation:patient&_total=accurate&_count=1")
        #expect(counted["total"] == "2" && counted.ids(mode: "match").count == 1, "\(counted)")
        expectRefusal(try await client.get("\(query)&_include=Observation:nonsense"), 400, naming: "nonsense")
    }

    @Test("_revinclude brings what refers to matches")
    func reverseInclude() async throws {
        let client = try await House.client
        let story = try await Story(client)
        let observations = story.observations.map { "Observation/\($0)" }
        for include in ["Observation:patient", "Observation:subject"] {
            try await expect(
                "Patient?_id=\(story.patient)&_revinclude=\(include)", client, matches: [story.patient],
                includes: observations)
        }
    }

    @Test(":iterate goes on to what was included, and ends where references go round")
    func iterate() async throws {
        let client = try await House.client
        let story = try await Story(client)
        let organizations = ["Organization/\(story.below)", "Organization/\(story.above)"]
        try await expect(
            "Observation?_id=\(story.observations[0])&_include=Observation:patient&_include:iterate=Patient:organization"
                + "&_include:iterate=Organization:partof",
            client, matches: [story.observations[0]], includes: ["Patient/\(story.patient)"] + organizations)
        try await expect(
            "Observation?_id=\(story.observations[0])&_include=Observation:patient&_include=Patient:organization",
            client,
            matches: [story.observations[0]], includes: ["Patient/\(story.patient)"])
        let round =
            #"{"resourceType":"Organization","id":"\#(story.above)","name":"above","partOf":{"reference":"Organization/\#(story.below)"}}"#
        #expect(try await client.put("Organization/\(story.above)", round).status == 200)
        try await expect(
            "Patient?_id=\(story.patient)&_include=Patient:organization&_include:iterate=Organization:partof", client,
            matches: [story.patient], includes: organizations)
    }

    @Test("targets that are deleted, absent or elsewhere are left out, and the match stays")
    func absent() async throws {
        let client = try await House.client
        let story = try await Story(client)
        #expect(try await client.delete("Patient/\(story.patient)").status == 204)
        try await expect(
            "Observation?identifier=\(story.tag)&_include=Observation:patient", client, matches: story.observations,
            includes: [])
    }

    @Test("definitions are reached by their canonical urls: chains, _has, _include, _revinclude")
    func canonicals() async throws {
        let client = try await House.client
        let url = "http://x.example/\(unique())"
        let title = unique()
        let definition = try await client.make(
            "Questionnaire",
            #"{"resourceType":"Questionnaire","url":"\#(url)","version":"2","status":"active","title":"\#(title)"}"#)
        var answers: [String] = []
        for version in ["|2", "|1", ""] {
            answers.append(
                try await client.make(
                    "QuestionnaireResponse",
                    #"{"resourceType":"QuestionnaireResponse","questionnaire":"\#(url)\#(version)","status":"completed"}"#
                ))
        }
        let own = [answers[0], answers[2]]
        let query = "QuestionnaireResponse?questionnaire.title=\(title)"
        try await expect(query, client, matches: own, includes: [])
        try await expect(
            "\(query)&_include=QuestionnaireResponse:questionnaire", client, matches: own,
            includes: ["Questionnaire/\(definition)"])
        let reverse = "Questionnaire?url=\(url)&_has:QuestionnaireResponse:questionnaire:_id="
        try await expect("\(reverse)\(answers[1])", client, matches: [], includes: [])
        try await expect(
            "\(reverse)\(answers[0])&_revinclude=QuestionnaireResponse:questionnaire", client, matches: [definition],
            includes: own.map { "QuestionnaireResponse/\($0)" })
    }

    @Test("_has finds by what refers here: alternatives, several, nested, within a chain")
    func has() async throws {
        let client = try await House.client
        let story = try await Story(client)
        let query = "Patient?identifier=\(story.tag)&_has:Observation:patient:"
        try await client.expect("\(query)code=718-7", finds: [story.patient])
        try await client.expect("\(query)code=nothing", finds: [])
        try await client.expect("\(query)code=nothing,2339-0", finds: [story.patient])
        try await client.expect("\(query)code=718-7&_has:Observation:patient:code=2339-0", finds: [story.patient])
        try await client.expect("\(query)code=718-7&_has:Observation:patient:code=nothing", finds: [])
        try await client.expect(
            "Organization?_id=\(story.below)&_has:Patient:organization:_has:Observation:patient:code=718-7",
            finds: [story.below])
        try await client.expect(
            "Patient?identifier=\(story.tag)&organization._has:Patient:organization:identifier=\(story.tag)",
            finds: [story.patient])
        try await client.expect(
            "Observation?identifier=\(story.tag)&patient.organization.name=below", finds: story.observations)
    }
}
