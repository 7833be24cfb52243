import Store
import Synchronization

/// Counts of what the server did, in Prometheus' text format (exposition format 0.0.4).
final class ServerMetrics: Sendable {
    private struct Series {
        var statuses: [Int: Int] = [:]
        var times = Histogram()
    }

    private let state = Mutex<[String: Series]>([:])
    private let started: Int64
    let feed = FeedMetrics()
    let jobs = JobMetrics()

    /// - Parameter started: microseconds since 1970 UTC.
    init(started: Int64) {
        self.started = started
    }

    func count(interaction: String, status: Int, microseconds: Int64) {
        state.withLock { state in
            state[interaction, default: Series()].statuses[status, default: 0] += 1
            state[interaction, default: Series()].times.add(microseconds: microseconds)
        }
    }

    func exposition(_ store: Store.Statistics) -> String {
        var text = """
            # HELP mediconnect_start_time_seconds When the server started, seconds since 1970.
            # TYPE mediconnect_start_time_seconds gauge
            mediconnect_start_time_seconds \(started / 1_000_000)
            # HELP mediconnect_database_leased_connections Connections that one request holds for itself.
            # TYPE mediconnect_database_leased_connections gauge
            mediconnect_database_leased_connections{state="busy"} \(store.leasedOpen - store.leasedIdle)
            mediconnect_database_leased_connections{state="idle"} \(store.leasedIdle)
            # HELP mediconnect_database_lease_waiting Requests that wait for a connection.
            # TYPE mediconnect_database_lease_waiting gauge
            mediconnect_database_lease_waiting \(store.leasedWaiting)
            # HELP mediconnect_fhir_requests_total Requests to the FHIR API by interaction and status.
            # TYPE mediconnect_fhir_requests_total counter

            """
        let series = state.withLock { $0 }.sorted { $0.key < $1.key }
        for (interaction, series) in series {
            for (status, count) in series.statuses.sorted(by: { $0.key < $1.key }) {
                text +=
                    "mediconnect_fhir_requests_total{interaction=\"\(interaction)\",status=\"\(status)\"} \(count)\n"
            }
        }
        text += """
            # HELP mediconnect_fhir_request_seconds Time to answer a request to the FHIR API.
            # TYPE mediconnect_fhir_request_seconds histogram

            """
        for (interaction, series) in series {
            text += series.times.exposition(
                "mediconnect_fhir_request_seconds", label: "interaction=\"\(interaction)\"")
        }
        return text + jobs.exposition + feed.exposition
    }
}
