/// Where a file stands in the order that its name asks for.
///
/// A name that begins with one to three digits and then `-`, `_`, `.` or a space carries a number (`0-`, `01-`,
/// `10_`): all files of one number are finished before the first of a greater number begins. Names without a number
/// come after those with one. Folders count as names do, so that `01-base/…` precedes `02-more/…`. Longer digits
/// (dates, record numbers, UUIDs) are no numbers.
struct LoadRank: Hashable, Comparable {
    /// A number per component, `Int.max` where it carries none; trailing ones left out.
    private let numbers: [Int]

    init(path: some StringProtocol) {
        var numbers = path.split(separator: "/").map { Self.number($0) ?? .max }
        while numbers.last == .max { numbers.removeLast() }
        self.numbers = numbers
    }

    static func < (left: LoadRank, right: LoadRank) -> Bool {
        for index in 0..<max(left.numbers.count, right.numbers.count) {
            let a = index < left.numbers.count ? left.numbers[index] : .max
            let b = index < right.numbers.count ? right.numbers[index] : .max
            if a != b { return a < b }
        }
        return false
    }

    private static func number(_ name: some StringProtocol) -> Int? {
        let digits = name.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard (1...3).contains(digits.count), let next = name.utf8.dropFirst(digits.count).first,
            "-_. ".utf8.contains(next)
        else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 & 15) }
    }
}
