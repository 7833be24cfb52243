import Store
import Synchronization

/// Counts of what the server did, in Prometheus' text format (exposition format 0.0.4).
final class ServerMetrics: Sendable {
    /// Upper bounds of the histogram's buckets, microseconds.
    private static let bounds: [Int64] = [
        500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 5_000_000,
    ]

    private struct Series {
        var statuses: [Int: Int] = [:]
        var buckets = [Int](repeating: 0, count: bounds.count + 1)
        var sum: Int64 = 0
    }

    private let state = Mutex<[String: Series]>([:])
    private let started: Int64
    let feed = FeedMetrics()

    /// - Parameter started: microseconds since 1970 UTC.
    init(started: Int64) {
        self.started = started
    }

    func count(interaction: String, status: Int, microseconds: Int64) {
        let bucket = Self.bounds.firstIndex { microseconds <= $0 } ?? Self.bounds.count
        state.withLock { state in
            state[interaction, default: Series()].statuses[status, default: 0] += 1
            state[interaction, default: Series()].buckets[bucket] += 1
            state[interaction, default: Series()].sum += microseconds
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
        for (interaction, series) in series { text += Self.histogram(interaction, series) }
        return text + feed.exposition
    }

    private static func histogram(_ interaction: String, _ series: Series) -> String {
        var text = ""
        var sum = 0
        let name = "mediconnect_fhir_request_seconds"
        for (bound, count) in zip(bounds.map { String(Double($0) / 1_000_000) } + ["+Inf"], series.buckets) {
            sum += count
            text += "\(name)_bucket{interaction=\"\(interaction)\",le=\"\(bound)\"} \(sum)\n"
        }
        text += "\(name)_sum{interaction=\"\(interaction)\"} \(Double(series.sum) / 1_000_000)\n"
        text += "\(name)_count{interaction=\"\(interaction)\"} \(sum)\n"
        return text
    }
}
