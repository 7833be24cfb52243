import Store
import TestSupport
import Testing

@testable import Server

@Suite("Metrics of a feed")
struct FeedMetricsTests {
    private func lines(_ metrics: FeedMetrics) -> [String] {
        metrics.exposition.split(separator: "\n").map(String.init)
    }

    @Test("answers, outcomes, repeats, alerts and times are counted by sender")
    func counting() async throws {
        try await House.with { house in
            let feed = Feed(house.client)
            let (mrn, visit) = (unique("P"), unique("V"))
            let first = feed.adt("A01", at: 60, control: "C1", mrn: mrn, visit: visit, bed: "B1")
            _ = try await feed.send(first)
            _ = try await feed.send(first)
            _ = try await feed.send(feed.adt("A08", at: 61, control: "C1", mrn: mrn, visit: visit, bed: "B1"))
            _ = try await feed.send(feed.adt("A01", at: 62, mrn: unique("P"), visit: unique("V"), bed: "B1"))
            _ = try await feed.send(feed.adt("A34", at: 63, mrn: mrn))
            let page = try await house.client.get("/metrics").text
            let lines = page.split(separator: "\n").map(String.init)
            let sender = #"sender="HIS|\#(feed.facility)""#
            for line in [
                #"mediconnect_hl7v2_messages_total{\#(sender),event="ADT^A01",code="AA"} 3"#,
                #"mediconnect_hl7v2_messages_total{\#(sender),event="ADT^A34",code="AR"} 1"#,
                #"mediconnect_hl7v2_outcomes_total{\#(sender),outcome="applied"} 1"#,
                #"mediconnect_hl7v2_outcomes_total{\#(sender),outcome="warned"} 2"#,
                #"mediconnect_hl7v2_outcomes_total{\#(sender),outcome="parked"} 1"#,
                "mediconnect_hl7v2_repeats_total{\(sender)} 1",
                #"mediconnect_hl7v2_alerts_total{\#(sender),kind="reused-control-id"} 1"#,
                #"mediconnect_hl7v2_alerts_total{\#(sender),kind="bed-conflict"} 1"#,
                #"mediconnect_hl7v2_alerts_total{\#(sender),kind="parked"} 1"#,
                "mediconnect_hl7v2_acknowledgement_seconds_count{\(sender)} 5",
                "mediconnect_mllp_connections 0",
            ] {
                #expect(lines.contains(line), "\(line)\n\(page)")
            }
            for line in lines where !line.hasPrefix("#") {
                #expect(line.split(separator: " ").last.flatMap { Double($0) } != nil, "\(line)")
            }
            let warned = try await house.client.get("/messages?status=warned")
            #expect(warned.count("messages") == 2)
        }
    }

    @Test("open MLLP connections are counted")
    func connections() async throws {
        let port = try RawConnection.unusedPort()
        try await House.with({ $0.mllpPort = port }) { house in
            let connection = try RawConnection(port: port)
            connection.send("\u{b}MSH|^~\\&|HIS|F|||1||ADT^A99|1|P|2.5\r\u{1c}\r")
            #expect(connection.receive(until: "\u{1c}").contains("MSA|AR|1"))
            #expect(try await house.client.get("/metrics").text.contains("mediconnect_mllp_connections 1\n"))
        }
    }

    @Test("many senders and events do not grow it without end: what is too many is counted as other")
    func bounds() {
        let metrics = FeedMetrics(maximumSenders: 2, maximumEvents: 3)
        for number in 0..<50 {
            metrics.count(
                sender: "S\(number)", event: "E\(number)", code: "AR", outcome: .parked, received: 1, took: 1000)
            metrics.alert(.parked, sender: "S\(number)")
        }
        let lines = lines(metrics)
        #expect(lines.contains(#"mediconnect_hl7v2_outcomes_total{sender="S1",outcome="parked"} 1"#))
        #expect(lines.contains(#"mediconnect_hl7v2_outcomes_total{sender="other",outcome="parked"} 48"#))
        #expect(lines.contains(#"mediconnect_hl7v2_alerts_total{sender="other",kind="parked"} 48"#))
        #expect(lines.contains(#"mediconnect_hl7v2_messages_total{sender="other",event="other",code="AR"} 47"#))
        #expect(!lines.contains { $0.contains(#""S2""#) })
    }

    @Test("what a sender writes stays inside its label")
    func escaping() {
        let metrics = FeedMetrics()
        metrics.repeated(sender: "a\"} 1\nevil{x=\"\\")
        #expect(
            lines(metrics).contains(#"mediconnect_hl7v2_repeats_total{sender="a\"} 1\nevil{x=\"\\"} 1"#),
            "\(metrics.exposition)")
        metrics.repeated(sender: String(repeating: "x", count: 10_000))
        #expect(metrics.exposition.utf8.count < 10_000)
    }
}
