import Domain

/// A clerk with a sheet per patient: takes messages in the order in which they were entered, turns the page for each,
/// and turns it back for a cancel. Knows nothing of times out of order. Written apart from `Journey`, to check it.
struct WardSimulation {
    private var pages: [(kind: Movement.Kind, before: Sight)] = []
    private(set) var sheet = Sight()
    private var wasCancelled = false

    mutating func take(_ message: Movement) {
        switch message.kind {
        case .cancelAdmit, .cancelTransfer, .cancelDischarge: turnBack(message.kind)
        default:
            pages.append((message.kind, sheet))
            write(message.kind, message.location?.rawValue, message.occurred / minute)
        }
    }

    private mutating func turnBack(_ cancel: Movement.Kind) {
        guard let page = pages.popLast() else { return }
        sheet = page.before
        if cancel == .cancelAdmit, sheet.status == .unknown || sheet.status == .planned {
            sheet = Sight(.cancelled)
        }
    }

    private mutating func write(_ kind: Movement.Kind, _ place: String?, _ time: Int64) {
        switch kind {
        case .preAdmit:
            sheet = Sight(.planned)
            if let place { sheet.entries = [.init(place: place, status: .planned)] }
        case .discharge:
            sheet.status = .finished
            sheet.end = time
            leave(time)
        default:
            if kind == .register { sheet.status = .arrived }
            if kind == .admit || kind == .toInpatient { sheet.status = .inProgress }
            if sheet.start == nil { sheet.start = time }
            if sheet.entries.last?.status == .planned { sheet.entries = [] }
            guard let place, sheet.entries.last?.place != place else { return }
            leave(time)
            sheet.entries.append(.init(place: place, status: .active, from: time))
        }
    }

    private mutating func leave(_ time: Int64) {
        guard let last = sheet.entries.indices.last else { return }
        sheet.entries[last].status = .completed
        sheet.entries[last].to = time
    }
}
