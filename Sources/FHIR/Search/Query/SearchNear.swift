#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The value of Location's `near`: `latitude|longitude|distance|units`.
///
/// Source: R4 location.html §8.7.6.1 (positional searching).
public enum SearchNear {
    /// Where no distance is written.
    static let defaultMetres = 10_000.0

    static func test(_ text: Substring) throws(SearchFault) -> SearchTest {
        let parts = SearchEscape.split(text, at: "|").map(SearchEscape.unescaped)
        guard (2...4).contains(parts.count), let latitude = degrees(parts[0], within: 90),
            let longitude = degrees(parts[1], within: 180)
        else { throw malformed(text) }
        var metres = defaultMetres
        if parts.count > 2, !parts[2].isEmpty {
            guard let distance = Double(parts[2]), distance.isFinite, distance >= 0 else { throw malformed(text) }
            let unit = parts.count > 3 && !parts[3].isEmpty ? parts[3] : "km"
            guard let length = units[unit] else {
                throw SearchFault(
                    .value,
                    "'\(unit.prefix(SearchLimits.shown))' is no unit of length that near knows; expected one of UCUM's "
                        + "\(units.keys.sorted().joined(separator: ", ")).")
            }
            metres = distance * length
        }
        return .near(latitude: latitude, longitude: longitude, metres: metres)
    }

    private static func malformed(_ text: Substring) -> SearchFault {
        SearchFault(
            .value,
            "'\(text.prefix(SearchLimits.shown))' is no place; expected latitude|longitude|distance|units in degrees, "
                + "such as 47.38|8.54|5|km.")
    }

    private static func degrees(_ text: String, within limit: Double) -> Double? {
        guard let value = Double(text), value.isFinite, abs(value) <= limit else { return nil }
        return value
    }

    /// Metres in a unit, by its UCUM code.
    private static let units: [String: Double] = [
        "m": 1, "km": 1_000, "dm": 0.1, "cm": 0.01, "mm": 0.001, "[in_i]": 0.0254, "[ft_i]": 0.3048,
        "[yd_i]": 0.9144, "[mi_i]": 1_609.344, "[mi_us]": 6_336_000.0 / 3_937, "[nmi_i]": 1_852,
    ]
}

extension SearchNear {
    /// Great-circle distance on a sphere of the Earth's mean radius (IUGG), between places in degrees.
    public static func metres(
        from one: (latitude: Double, longitude: Double), to other: (latitude: Double, longitude: Double)
    ) -> Double {
        let radians = Double.pi / 180
        let height = sin((other.latitude - one.latitude) * radians / 2)
        let width = sin((other.longitude - one.longitude) * radians / 2)
        let square =
            height * height
            + cos(one.latitude * radians) * cos(other.latitude * radians) * width * width
        return 2 * earthRadius * asin(min(1, square.squareRoot()))
    }

    /// Metres.
    public static let earthRadius = 6_371_008.8
}
