import Foundation
import Testing

/// A client that writes until it is cancelled between two writes, and repeats what was not acknowledged: creates under a
/// name of its own, creates on condition, updates of a version that it knows, and transactions of all of these.
struct Writer: Sendable {
    let number: Int
    let client: RecordClient
    let ledger: Ledger
    let isOver: @Sendable () -> Bool

    /// A patient that only this writer changes.
    private struct Patient {
        let id: String
        let identifier: String
        var version: Int
    }

    func run() async throws {
        var mine: [Patient] = []
        while !isOver() {
            switch mine.isEmpty ? 0 : Int.random(in: 0..<4) {
            case 0: mine.append(try await create())
            case 1: mine.append(try await createOnCondition())
            case 2: try await update(&mine[mine.indices.randomElement() ?? 0])
            default: mine.append(try await transact(&mine[mine.indices.randomElement() ?? 0]))
            }
            if mine.count > 40 { mine.remove(at: Int.random(in: mine.indices)) }
        }
    }

    /// PUT with If-None-Match: when a repetition finds it there, it was the first one.
    private func create() async throws -> Patient {
        let id = "w\(number)-\(Self.token())"
        let content = Samples.patient(id, identifier: id, number: 0, padding: .random(in: 0...3000))
        let (answer, isRepeated) = try await send("PUT", "Patient/\(id)", content, ["If-None-Match": "*"])
        #expect(answer.status == 201 || isRepeated && answer.status == 412, "\(answer)")
        await ledger.acknowledge("Patient", id, version: 1, content)
        return Patient(id: id, identifier: id, version: 1)
    }

    private func createOnCondition() async throws -> Patient {
        let identifier = Self.token()
        let content = Samples.patient(nil, identifier: identifier, number: 0, padding: .random(in: 0...3000))
        let (answer, isRepeated) = try await send(
            "POST", "Patient", content, ["If-None-Exist": Samples.query(identifier)])
        #expect(answer.status == 201 || isRepeated && answer.status == 200, "\(answer)")
        let id = try #require(answer.id)
        await ledger.acknowledge("Patient", id, version: 1, Self.naming(content, id))
        await ledger.madeOnce(identifier)
        return Patient(id: id, identifier: identifier, version: 1)
    }

    private func update(_ patient: inout Patient) async throws {
        let content = changed(patient)
        let (answer, isRepeated) = try await send(
            "PUT", "Patient/\(patient.id)", content, ["If-Match": "W/\"\(patient.version)\""])
        #expect(answer.status == 200 || isRepeated && answer.status == 412, "\(answer)")
        patient.version += 1
        await ledger.acknowledge("Patient", patient.id, version: patient.version, content)
    }

    /// All or nothing: a conditional create, some observations of known names, and an update.
    private func transact(_ patient: inout Patient) async throws -> Patient {
        let identifier = Self.token()
        let made = Samples.patient(nil, identifier: identifier, number: 0)
        let change = changed(patient)
        let observations = (0..<Int.random(in: 1...30)).map { number in
            let id = "\(identifier)-\(number)"
            return (id: id, content: Samples.observation(id, of: patient.id, value: number))
        }
        let entries =
            [Samples.entry(made, "POST", "Patient", #","ifNoneExist":"\#(Samples.query(identifier))""#)]
            + observations.map { Samples.entry($0.content, "PUT", "Observation/\($0.id)", #","ifNoneMatch":"*""#) }
            + [
                Samples.entry(
                    change, "PUT", "Patient/\(patient.id)", #","ifMatch":"W/\"\#(patient.version)\"""#)
            ]
        let (answer, isRepeated) = try await send("POST", "", Samples.transaction(entries))
        #expect(answer.status == 200 || isRepeated && answer.status == 412, "\(answer)")
        // Where the answer was lost the record is asked, and what is in the transaction is compared in the end.
        let (found, _) = try await send("GET", "Patient?\(Samples.query(identifier))")
        let id = try #require(found.text.firstMatch(of: /"resource":\{"resourceType":"Patient","id":"([^"]+)"/)).1
        patient.version += 1
        await ledger.acknowledge("Patient", String(id), version: 1, Self.naming(made, String(id)))
        await ledger.acknowledge("Patient", patient.id, version: patient.version, change)
        for observation in observations {
            await ledger.acknowledge("Observation", observation.id, version: 1, observation.content)
        }
        await ledger.madeOnce(identifier)
        return Patient(id: String(id), identifier: identifier, version: 1)
    }

    private func changed(_ patient: Patient) -> String {
        Samples.patient(
            patient.id, identifier: patient.identifier, number: patient.version, padding: .random(in: 0...3000))
    }

    private func send(
        _ method: String, _ path: String, _ body: String? = nil, _ headers: [String: String] = [:]
    ) async throws -> (answer: RecordClient.Answer, isRepeated: Bool) {
        var unavailable = 0
        let result = try await client.sendUntilAnswered(method, path, body, headers) { answer in
            #expect(answer.status < 500 || answer.status == 503 || answer.status == 504, "\(answer)")
            if answer.status == 503 {
                unavailable += 1
                #expect(answer.diagnostics != nil, "\(answer)")
            }
        }
        for _ in 0..<unavailable { await ledger.sawUnavailable() }
        return result
    }

    private static func token() -> String { String(UInt64.random(in: 0 ... .max), radix: 36) }

    /// The content with the id that the server gave, where the server puts it.
    private static func naming(_ content: String, _ id: String) -> String {
        content.replacing(
            #"{"resourceType":"Patient","#, with: #"{"resourceType":"Patient","id":"\#(id)","#, maxReplacements: 1)
    }
}
