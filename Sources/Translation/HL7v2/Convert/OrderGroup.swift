import HL7v2

/// The segments of one order of an ORU: ORC, OBR, what is noted of it, and its observations (v2.5.1 ch. 7 §7.3.1
/// ORDER_OBSERVATION).
struct OrderGroup {
    var common: Int?
    var request: Int
    var notes: [Int] = []
    var observations: [ObservationGroup] = []
}

/// An OBX, with lines of the same text that follow it, and its notes.
struct ObservationGroup {
    var rows: [Int]
    var notes: [Int] = []
}

extension MessageFields {
    /// The orders of a patient's segments, and the observations that belong to none: those before the first order, and
    /// those behind SPM, which are of the specimen. A segment that the grammar does not expect does not end an order;
    /// notes belong to what stands before them.
    func orders(in group: SegmentGroup) -> (orders: [OrderGroup], strays: [Int]) {
        var orders: [OrderGroup] = []
        var strays: [Int] = []
        var common: Int?
        var isAfterObservation = false
        var isAfterSpecimen = false
        for (name, row) in group.rows {
            switch name {
            case "ORC": common = row
            case "OBR":
                orders.append(OrderGroup(common: common, request: row))
                common = nil
                isAfterObservation = false
                isAfterSpecimen = false
            case "SPM": isAfterSpecimen = true
            case "OBX":
                guard !orders.isEmpty, !isAfterSpecimen else {
                    strays.append(row)
                    continue
                }
                isAfterObservation = true
                add(observation: row, to: &orders[orders.count - 1])
            case "NTE":
                guard !orders.isEmpty, !isAfterSpecimen else { continue }
                let order = orders.count - 1
                if isAfterObservation {
                    orders[order].observations[orders[order].observations.count - 1].notes.append(row)
                } else {
                    orders[order].notes.append(row)
                }
            default: continue
            }
        }
        return (orders, strays)
    }

    /// Several OBX of one code and sub-id that follow each other are the lines of one text, if they are text.
    private func add(observation row: Int, to order: inout OrderGroup) {
        if let last = order.observations.last, last.notes.isEmpty, let before = last.rows.last,
            isText(row), isText(before), isSame(row, before, 3), isSame(row, before, 4)
        {
            order.observations[order.observations.count - 1].rows.append(row)
        } else {
            order.observations.append(ObservationGroup(rows: [row]))
        }
    }

    private func isText(_ row: Int) -> Bool {
        let type = peek(row, 2).bytes
        return type.elementsEqual("TX".utf8) || type.elementsEqual("FT".utf8)
    }

    private func isSame(_ a: Int, _ b: Int, _ field: Int) -> Bool {
        peek(a, field).bytes.elementsEqual(peek(b, field).bytes)
    }
}
