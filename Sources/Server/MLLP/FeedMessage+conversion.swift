import Exchange
import FHIR
import Store
import Translation

// From what a message means to what the write path takes: the two rooms do not know each other.

extension FeedMessage {
    /// - Parameter digest: what tells the message from another of the same control id.
    init(
        _ conversion: Conversion, of message: InboundMessage, digest: [UInt8], number: Int64, by sender: SenderSettings
    ) {
        let name = "\(message.sender)|\(message.controlID ?? "")|\(Self.checksum(digest))"
        let drafts = conversion.drafts.map(FeedDraft.init)
        self.init(
            number: number, drafts: drafts,
            movements: conversion.movements.enumerated().map { position, movement in
                FeedMovement(movement, identity: "\(name)|\(position)")
            },
            occurred: conversion.drafts.first?.eventTime.microseconds ?? message.received,
            policy: sender.refusals.bedConflict ? .refuse : .newerWins)
    }

    /// FNV-1a: enough to keep two messages of one sender and control id apart.
    private static func checksum(_ bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return String(hash, radix: 36)
    }
}

extension FeedDraft {
    init(_ draft: Draft) {
        let finding: Finding =
            switch draft.identity {
            case .identifiers(let list): .identifiers(list.map { (system: $0.system, value: $0.value) })
            case .currentEncounter(let patient): .currentEncounter(ofPatient: patient.text)
            case .none: .none
            }
        let use: Use =
            switch draft.use {
            case .createOrUpdate: .createOrUpdate
            case .updateOnly: .updateOnly
            case .findOnly: .findOnly
            }
        self.init(
            name: draft.name.text, type: draft.type, finding: finding, use: use, reportedStatus: draft.reportedStatus,
            occurred: draft.eventTime.microseconds
        ) { try draft.resource(over: $0, resolving: $1) }
    }
}

extension FeedMovement {
    fileprivate init(_ movement: Movement, identity: String) {
        let range = DateRange(fhir: movement.occurred.text)
        self.init(
            event: movement.kind.event, identity: identity, occurred: movement.occurred.microseconds,
            width: range.map { max(1, $0.upper - $0.lower) } ?? 1, recorded: movement.recorded.microseconds,
            encounter: movement.encounter.text, location: movement.location?.text, prior: movement.priorLocation?.text)
    }
}

extension Movement.Kind {
    /// The trigger event that tells of it, table 0003.
    fileprivate var event: String {
        switch self {
        case .admit: "A01"
        case .transfer: "A02"
        case .discharge: "A03"
        case .register: "A04"
        case .preadmit: "A05"
        case .changeToInpatient: "A06"
        case .changeToOutpatient: "A07"
        case .cancelAdmit: "A11"
        case .cancelTransfer: "A12"
        case .cancelDischarge: "A13"
        case .swap: "A17"
        }
    }
}

extension ConversionReport {
    /// As it is kept with the message.
    func json(remarks: [String]) -> [UInt8] {
        var json = JSONBuilder()
        json.object { json in
            json.array("unmappedFields") { json in for field in unmappedFields { json.value("\(field.place)") } }
            json.array("unmappedCodes") { json in
                for code in unmappedCodes {
                    json.object { json in
                        json.member("place", "\(code.place)")
                        json.member("code", code.code)
                        json.member("table", code.table)
                    }
                }
            }
            json.array("assumptions") { json in
                for assumption in assumptions {
                    json.object { json in
                        json.member("place", ifPresent: assumption.place.map { "\($0)" })
                        json.member("sentence", assumption.sentence)
                    }
                }
            }
            json.array("remarks") { json in for remark in remarks { json.value(remark) } }
        }
        return json.bytes
    }
}
