import Foundation
import TestSupport
import Testing

/// Compares the record with what senders had acknowledged, whole tables with whole expectations: nothing is missing,
/// nothing is there twice, and nothing is there that nobody sent.
struct FeedComparison {
    private let database: TestDatabase

    init(_ database: TestDatabase) {
        self.database = database
    }

    func compare(with senders: [FeedWriter.Result]) async throws {
        let stays = senders.flatMap(\.stays)
        let controlIDs = senders.flatMap(\.controlIDs)
        #expect(!controlIDs.isEmpty)
        try await expect(
            "messages", controlIDs.map { "\($0) applied" }, "select control_id || ' ' || outcome from message_log")
        try await expect(
            "provenance", controlIDs.map { "KILL/KILL/\($0)" },
            "select content->'entity'->0->'what'->'identifier'->>'value' from readable where type = 'Provenance'")
        try await expect(
            "patients", stays.map { "\($0.mrn) \($0.patientVersions) \($0.family)" },
            """
            select format('%s %s %s', content->'identifier'->0->>'value', version, content->'name'->0->>'family')
            from readable where type = 'Patient'
            """)
        try await expect(
            "encounters", stays.map { "\($0.visit) " + ($0.bed.map { "in-progress \($0)" } ?? "finished ") },
            """
            select format('%s %s %s', e.content->'identifier'->0->>'value', e.content->>'status', (
                select string_agg(b.content->>'name', ' ') from json_array_elements(e.content->'location') l
                    join readable b on b.type = 'Location' and b.id = split_part(l->'location'->>'reference', '/', 2)
                where l->>'status' = 'active'))
            from readable e where type = 'Encounter'
            """)
        try await expect(
            "occupied beds", stays.compactMap(\.bed),
            """
            select content->>'name' from readable
            where type = 'Location' and content->'operationalStatus'->>'code' = 'O'
            """)
        try await expect(
            "observations",
            stays.flatMap { stay in
                stay.results.map { "/\($0.key)/\(FeedWriter.code) \($0.value.versions) \($0.value.value)" }
            },
            """
            select format('%s %s %s', substring(content->'identifier'->0->>'value' from '/[^/]*/[^/]*$'), version,
                content->'valueQuantity'->>'value')
            from readable where type = 'Observation'
            """)
        print(
            "\(controlIDs.count) messages of \(stays.count) patients acknowledged,",
            "\(senders.reduce(0) { $0 + $1.repeats }) sent again; nothing is missing, nothing is there twice")
    }

    private func expect(_ what: String, _ wanted: [String], _ sql: String) async throws {
        let found = try await database.sql(sql).map { try $0.text(0) }.sorted()
        let wanted = wanted.sorted()
        guard found != wanted else { return }
        let difference = found.difference(from: wanted)
        let strange = difference.insertions.prefix(5).map { "\($0)" }
        let missing = difference.removals.prefix(5).map { "\($0)" }
        Issue.record(
            "\(what): \(difference.removals.count) missing, \(difference.insertions.count) strange: \(missing) \(strange)"
        )
    }
}
