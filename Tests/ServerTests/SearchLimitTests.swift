import FHIR
import Postgres
import TestSupport
import Testing

@testable import Server

@Suite("Limits of searches, and clients that go away")
struct SearchLimitTests {
    /// Runs `body` while nobody can look at the record: searches of it wait.
    private func whileClosed<Value>(_ house: House, _ body: () async throws -> Value) async throws -> Value {
        let pool = try ConnectionPool(configuration: ConnectionConfiguration(house.database.owner), maximum: 1)
        do {
            let value = try await pool.withConnection { connection in
                _ = try await connection.query(Query(Statement("begin")))
                let lock = Statement("lock table search, search_string in access exclusive mode")
                _ = try await connection.query(Query(lock))
                let value = try await body()
                _ = try await connection.query(Query(Statement("rollback")))
                return value
            }
            await pool.close()
            return value
        } catch {
            await pool.close()
            throw error
        }
    }

    /// How many statements of the server wait for a lock.
    private func waiting(_ house: House) async throws -> Int64 {
        let rows = try await house.sql(
            "select count(*) from pg_locks l join pg_database d on d.oid = l.database "
                + "where d.datname = current_database() and not l.granted")
        return try rows.first?.int8(0) ?? 0
    }

    private func wait(_ house: House, for count: Int64) async throws {
        for _ in 0..<600 {
            if try await waiting(house) == count { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        Testing.Issue.record("\(try await waiting(house)) statements wait, not \(count)")
    }

    @Test("a search that takes longer than the server allows is 504 and says what to do")
    func timeout() async throws {
        try await House.with {
            $0.statementTimeout = 300
        } _: { house in
            let reply = try await whileClosed(house) { try await house.client.get("Patient?family=x") }
            expectRefusal(reply, 504, naming: "Narrow")
            #expect(reply["issue.0.code"] == "timeout")
            #expect(try await house.client.get("Patient?family=x").status == 200)
        }
    }

    @Test("a url that is too long is 413 and says how long searches are sent; as a form they are answered")
    func longURL() async throws {
        let client = try await House.client
        let ids = (0..<8000).map { "some-identifier-\($0)" }.joined(separator: ",")
        let connection = try RawConnection(port: client.port)
        connection.send("GET /fhir/Patient?_id=\(ids) HTTP/1.1\r\nHost: x\r\n\r\n")
        let answer = connection.receive(until: nil)
        #expect(answer.hasPrefix("HTTP/1.1 413 "))
        #expect(answer.contains("_search"))
        let form = ["Content-Type": "application/x-www-form-urlencoded"]
        let reply = try await client.post("Patient/_search", "_id=\(ids)", form)
        #expect(reply.status == 200, "\(reply)")
        expectRefusal(
            try await client.post("Patient/_search", "_id=\(ids),\(ids),\(ids)", form), 413, naming: "http._id")
    }

    @Test("a client that goes away ends its search in the database, and the audit says so")
    func goneClient() async throws {
        try await House.with { house in
            try await whileClosed(house) {
                var connection: RawConnection? = try RawConnection(port: house.client.port)
                connection?.send("GET /fhir/Patient?family=gone HTTP/1.1\r\nHost: x\r\n\r\n")
                try await wait(house, for: 1)
                connection = nil
                try await wait(house, for: 0)
            }
            var detail: String?
            for _ in 0..<600 where detail == nil {
                detail = try await house.sql("select detail from audit where query = 'family=gone'").first?.text(0)
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(detail?.contains("closed its connection") == true)
            #expect(try await house.client.get("Patient?family=gone").status == 200)
        }
    }

    @Test("a client that has ended its side and waits gets its answer, however long that takes")
    func patientClient() async throws {
        try await House.with { house in
            let connection = try RawConnection(port: house.client.port)
            try await whileClosed(house) {
                connection.send("GET /fhir/Patient?family=x HTTP/1.1\r\nHost: x\r\n\r\n")
                connection.finishSending()
                try await wait(house, for: 1)
                // By now it was asked whether it is there.
                #expect(connection.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 102 "))
            }
            #expect(connection.receive(until: nil).hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test("of searches that look at much of the record some work, some wait, and more are 429; others go on")
    func tooMany() async throws {
        try await House.with {
            $0.wideSearches = 1
        } _: { house in
            let client = house.client
            _ = try await client.post("Patient", Sample.patient())
            try await withThrowingTaskGroup(of: Reply.self) { group in
                try await whileClosed(house) {
                    for _ in 0..<12 { group.addTask { try await client.get("Patient?name:contains=x") } }
                    // One works and eight are in line, whichever they are.
                    for _ in 0..<3 {
                        let refused = try #require(try await group.next())
                        expectRefusal(refused, 429)
                        #expect(refused.header("Retry-After") != nil)
                    }
                    #expect(try await client.get("Patient/none").status == 404)
                }
                for try await reply in group { #expect(reply.status == 200, "\(reply)") }
            }
        }
    }
}
