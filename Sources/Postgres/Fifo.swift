/// A queue that gives back its space when it runs empty or half of it is used up.
struct Fifo<Element> {
    private var elements: [Element?] = []
    private var head = 0

    var count: Int { elements.count - head }
    var isEmpty: Bool { head == elements.count }

    var first: Element? {
        isEmpty ? nil : elements[head]
    }

    func contains(where condition: (Element) -> Bool) -> Bool {
        elements[head...].contains { $0.map(condition) ?? false }
    }

    func forEach(_ body: (Element) -> Void) {
        for case let element? in elements[head...] { body(element) }
    }

    mutating func append(_ element: Element) {
        elements.append(element)
    }

    mutating func append(contentsOf more: some Sequence<Element>) {
        for element in more { append(element) }
    }

    mutating func prepend(contentsOf more: [Element]) {
        elements.replaceSubrange(0..<head, with: more.map(Optional.some))
        head = 0
    }

    mutating func popFirst() -> Element? {
        guard !isEmpty else { return nil }
        let element = elements[head].take()
        head += 1
        if head == elements.count {
            elements.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 1024, head * 2 > elements.count {
            elements.removeFirst(head)
            head = 0
        }
        return element
    }

    /// Changes the first element in place; nothing happens when there is none.
    mutating func withFirst(_ body: (inout Element) -> Void) {
        guard head < elements.count, var element = elements[head].take() else { return }
        body(&element)
        elements[head] = element
    }

    mutating func removeAll(where condition: (Element) -> Bool) -> [Element] {
        var removed: [Element] = []
        var kept: [Element?] = []
        while let element = popFirst() {
            if condition(element) { removed.append(element) } else { kept.append(element) }
        }
        elements = kept
        head = 0
        return removed
    }
}
