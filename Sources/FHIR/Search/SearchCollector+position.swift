// R4 location.html §8.7.6.1: positional searching.
extension SearchCollector {
    /// WGS84 degrees; what lies outside of them is no place on Earth.
    mutating func position(_ node: JSONNode, _ parameter: Int32) {
        guard let latitude = degrees(node["latitude"], within: 90),
            let longitude = degrees(node["longitude"], within: 180)
        else { return }
        append(parameter, .position(latitude: latitude, longitude: longitude))
    }

    private func degrees(_ node: JSONNode?, within limit: Double) -> Double? {
        guard let text = node?.numberText, let value = Double(text), abs(value) <= limit else { return nil }
        return value
    }
}
