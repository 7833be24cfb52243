import HL7v2

/// Which messages there is a map for. What there is none for is never accepted as if there were: it is stored, parked
/// and refused with the condition of table 0357 that says why.
public struct MessageRouting: Sendable {
    private let routes: Set<MessageRoute>
    private let codes: Set<String>

    public init(_ routes: some Sequence<MessageRoute>) {
        self.routes = Set(routes)
        codes = Set(self.routes.map(\.messageCode))
    }

    /// The maps that this product has.
    public static let standard = MessageRouting(
        ADTEvents.all.map { MessageRoute("ADT", $0) } + [MessageRoute("ORU", "R01")])

    private enum ADTEvents {
        static let all = [
            "A01", "A02", "A03", "A04", "A05", "A06", "A07", "A08", "A11", "A12", "A13", "A17", "A20", "A28", "A31",
        ]
    }

    public enum Outcome: Sendable, Equatable {
        case route(MessageRoute)
        /// 200, 201 or 203, and the field that says so.
        case unsupported(ErrorCondition, Place, reason: String)
    }

    /// Looks at type, then event, then version, so that the answer names the first thing to change.
    public func route(_ header: Header) -> Outcome {
        let code = header.messageCode
        guard codes.contains(code) else {
            let reason =
                code.isEmpty ? "The message has no type." : "Messages of type \(code) are not processed here yet."
            return .unsupported(
                .unsupportedMessageType, Place(segment: "MSH", field: 9, component: 1), reason: reason)
        }
        let route = MessageRoute(code, header.triggerEvent)
        guard routes.contains(route) else {
            let event = header.triggerEvent.isEmpty ? "no event" : "event \(header.triggerEvent)"
            return .unsupported(
                .unsupportedEvent, Place(segment: "MSH", field: 9, component: 2),
                reason: "\(code) messages with \(event) are not processed here yet.")
        }
        guard header.version.isKnown else {
            let version =
                header.versionID.isEmpty ? "The version is missing." : "There is no version \(header.versionID)."
            return .unsupported(.unsupportedVersion, Place(segment: "MSH", field: 12), reason: version)
        }
        return .route(route)
    }
}
