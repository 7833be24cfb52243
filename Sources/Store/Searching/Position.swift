#if canImport(Glibc)
    import Glibc
#endif

/// Distances on a sphere of the Earth's mean radius.
enum Position {
    /// Metres.
    static let earthRadius = 6_371_008.8

    /// Metres along the great circle between two places in degrees (haversine), as the search's SQL reckons it.
    static func distance(_ latitude: Double, _ longitude: Double, _ other: Double, _ otherLongitude: Double) -> Double {
        let degree = Double.pi / 180
        let (a, b) = (sin((other - latitude) * degree / 2), sin((otherLongitude - longitude) * degree / 2))
        let h = a * a + cos(latitude * degree) * cos(other * degree) * b * b
        return 2 * earthRadius * asin(min(1, h.squareRoot()))
    }
}
