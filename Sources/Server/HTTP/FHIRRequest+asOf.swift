import Exchange
import FHIR

extension FHIRRequest {
    /// `_asOf`, an extension of this server's own: the instant at which the record is looked at, microseconds since 1970
    /// UTC; nil: now.
    func asOf() throws(Problem) -> Int64? {
        guard let value = query.parameters.last(where: { $0.name == "_asOf" && !$0.value.isEmpty })?.value else {
            return nil
        }
        guard value.utf8.contains(UInt8(ascii: "T")), let range = DateRange(fhir: value) else {
            throw Problem(
                .invalid, .value,
                "_asOf=\(value.prefix(80)) is no instant; write it with a zone, like 2026-05-01T12:00:00Z.",
                at: "http._asOf")
        }
        return range.lower
    }
}
