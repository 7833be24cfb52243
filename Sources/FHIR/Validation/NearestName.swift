/// Finds what somebody probably meant to write.
public enum NearestName {
    /// The candidate with the fewest edits (insertion, deletion, exchange of a letter or of two neighbours); nil if even
    /// that is too far away to be meant.
    public static func of(_ name: String, among candidates: [String]) -> String? {
        let written = Array(name.lowercased().utf8.prefix(80))
        let limit = max(1, written.count / 3)
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let other = Array(candidate.lowercased().utf8)
            guard abs(other.count - written.count) <= limit else { continue }
            let distance = distance(written, other)
            if distance <= limit && distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var before: [Int] = []
        var previous = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var cost = min(
                    previous[column + 1] + 1, current[column] + 1, previous[column] + (letter == other ? 0 : 1))
                if row > 0 && column > 0 && letter == right[column - 1] && left[row - 1] == other {
                    cost = min(cost, before[column - 1] + 1)
                }
                current.append(cost)
            }
            before = previous
            previous = current
        }
        return previous[right.count]
    }
}
