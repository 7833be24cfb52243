/// All functions that work on a whole input at once, by name. Those that can stop early have operations of their own.
enum FHIRPathFunctions {
    static let all: [String: FHIRPathFunction] = {
        var all: [String: FHIRPathFunction] = [:]
        for table in [
            existence, subsetting, combining, conversion, text, moreText, math, utility, fhir, boundaries,
        ] {
            all.merge(table) { first, _ in first }
        }
        return all
    }()

    /// Functions that give some of their input's items.
    static let keepingType: Set<String> = [
        "first", "last", "tail", "skip", "take", "single", "distinct", "trace", "intersect", "exclude", "sort",
    ]

    /// Functions that go by the order of their input (FHIRPath N1 §5.3).
    static let ordered: Set<String> = ["first", "last", "tail", "skip", "take"]

    /// Functions that are about text alone.
    static let strings: Set<String> = [
        "indexOf", "substring", "startsWith", "endsWith", "contains", "upper", "lower", "replace", "replaceMatches",
        "length", "toChars", "trim", "split", "encode", "decode", "escape", "unescape",
    ]

    /// What functions answer whatever they are given.
    static let results: [String: FHIRPathTypes.System] = [
        "allTrue": .boolean, "anyTrue": .boolean, "allFalse": .boolean, "anyFalse": .boolean, "subsetOf": .boolean,
        "supersetOf": .boolean, "isDistinct": .boolean, "toInteger": .integer, "toDecimal": .decimal,
        "toString": .string, "toBoolean": .boolean, "toDate": .date, "toDateTime": .dateTime, "toTime": .time,
        "toQuantity": .quantity, "length": .integer, "indexOf": .integer, "startsWith": .boolean,
        "endsWith": .boolean, "contains": .boolean, "now": .dateTime, "today": .date, "timeOfDay": .time,
        "convertsToInteger": .boolean, "convertsToDecimal": .boolean, "convertsToString": .boolean,
        "convertsToBoolean": .boolean, "convertsToDate": .boolean, "convertsToDateTime": .boolean,
        "convertsToTime": .boolean, "convertsToQuantity": .boolean, "upper": .string, "lower": .string,
        "replace": .string, "replaceMatches": .string, "substring": .string, "join": .string,
    ]
}
