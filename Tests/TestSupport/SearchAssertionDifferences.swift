/// The published assertions on which this project differs, each with its reason: the parameter without the chain that
/// leads to it, and the value. An hour without minutes, which R4 does not allow in a date, is read as that hour.
public enum SearchAssertionDifferences {
    public static let all = Set(reasons.values.joined()).union(inMemory.values.joined())

    /// What a value is and what a prefix asks: differences in memory and over HTTP alike.
    public static let reasons: [String: [String]] = [
        "a stored number is the number itself, and with gt, lt, ge, le, sa and eb so is the searched one (R4 §3.1.1.4.4)":
            [
                "decimal lt9999e-2", "decimal gt99.99", "decimal ge100", "decimal eb99.995", "Quantity gt25||s",
                "Quantity le24.5001||s", "Quantity sa24|http://unitsofmeasure.org|s",
                "Quantity eb26|http://unitsofmeasure.org|s", "Quantity-withExponent 120", "Quantity-withExponent sa1e2",
            ],
        "between a number and an open end next to it there are others; the original counts in billionths": [
            "Quantity-unicodeLessThan gt2.999999999||ult", "Quantity-unicodeLessThan ge2.999999999||ult",
            "Quantity-greaterThan lt3.000000001||gt",
        ],
        "both ends of a Range, and the value of <=, belong to it (R4 datatypes)": [
            "Quantity-lessThanOrEqual ge3||lte", "Range ge10||s", "Range le5||s", "Range-noLow ge10||s",
        ],
        "a side of a Range that is not known may be anywhere: found rather than missed": [
            "Range-noHigh ap5.7||s", "Range-noHigh gt10||s", "Range-noLow le4||s", "Range-noLow le5||s",
        ],
        "a stored second is not contained in a searched microsecond (R4 §3.1.1.4.7)": [
            "instant 2018-10-29T17:12:44.000000-04:00"
        ],
        "an unknown prefix is refused rather than compared": ["decimal zz99.99"],
        "a modifier with a type that the parameter does not refer to is refused rather than finding nothing": [
            "Reference-relative:Basic 123"
        ],
    ]

    /// In memory the parameters have the words of the originals; over HTTP the test gives such a one another word.
    public static let inMemory: [String: [String]] = [
        "Basic is searched by R4's own code; a definition that takes its word is refused (R4 searchparameter.html, code)":
            [
                "code |code", "code code", "code:not code", "code:not |code", "composite-code code$miss",
                "composite-string-code-date-integer test$code$2018-10-29$12",
                "composite-string-code-date-integer testString$badcode$2018-10-29$12",
                "composite-string-code-date-integer testString$code$2020-10-29$12",
            ]
    ]
}
