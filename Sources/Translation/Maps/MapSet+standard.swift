extension MapSet {
    /// The project's own maps.
    public static let standard: MapSet = {
        do throws(MapError) {
            return try parse(StandardMaps.text)
        } catch {
            // The text is part of the program, and a test reads it.
            preconditionFailure("The standard maps cannot be read: \(error)")
        }
    }()
}
