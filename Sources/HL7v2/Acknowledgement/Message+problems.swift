extension Message {
    /// What the ERR segments of an acknowledgement say, in either layout (ERR-1 before 2.5, ERR-2, 3, 4 and 8 from it).
    /// What names no condition of table 0357 is left out.
    public var problems: [Acknowledgement.Problem] {
        all("ERR").flatMap { error in
            error[3].isAbsent ? error[1].repetitions.compactMap(oldProblem) : [modernProblem(error)].compactMap { $0 }
        }
    }

    private func modernProblem(_ error: Segment) -> Acknowledgement.Problem? {
        let location = error[2].repetition(1)
        return problem(
            error[3].component(1), severity: error[4].value.flatMap(Acknowledgement.Problem.Severity.init(rawValue:)),
            place: (1...6).map { location.component($0).value }, error[8].value)
    }

    private func oldProblem(_ error: Repetition) -> Acknowledgement.Problem? {
        problem(
            error.component(4).subcomponent(1), severity: nil, place: (1...3).map { error.component($0).value },
            first("MSA")?[3].value)
    }

    /// - Parameter place: segment, sequence, field, repetition, component, subcomponent.
    private func problem(
        _ code: some Part, severity: Acknowledgement.Problem.Severity?, place parts: [String?], _ text: String?
    ) -> Acknowledgement.Problem? {
        guard let number = code.value.flatMap({ Int($0) }), let condition = ErrorCondition(rawValue: number) else {
            return nil
        }
        let numbers = parts.dropFirst().map { $0.flatMap { Int($0) } } + [Int?](repeating: nil, count: 5)
        let place = parts.first.flatMap { $0 }.map { name in
            Place(
                segment: name, sequence: numbers[0] ?? 1, field: numbers[1], repetition: numbers[2],
                component: numbers[3], subcomponent: numbers[4])
        }
        return Acknowledgement.Problem(severity ?? .error, condition, at: place, text ?? condition.text)
    }
}
