/// The resources of a Bundle by what references call them.
struct BundleIndex {
    /// Tape indexes by fullUrl and by `Type/id`.
    private var places: [String: Int] = [:]

    init(_ bundle: JSONNode) {
        for entry in bundle.elements("entry") {
            guard let resource = entry["resource"] else { continue }
            if let url = entry["fullUrl"]?.string { places[url] = Int(resource.index) }
            guard let type = resource["resourceType"]?.string, let id = resource["id"]?.string else { continue }
            let relative = "\(type)/\(id)"
            if places[relative] == nil { places[relative] = Int(resource.index) }
        }
    }

    /// The tape index of a reference's target.
    func target(of reference: String) -> Int? {
        if let place = places[reference] { return place }
        // A version is no part of an entry's name.
        guard let mark = reference.start(of: "/_history/") else { return nil }
        return places[String(reference[..<mark])]
    }
}

extension String {
    /// Where another string begins in this one.
    fileprivate func start(of other: String) -> String.Index? {
        let wanted = Array(other.utf8)
        let own = Array(utf8)
        guard own.count >= wanted.count else { return nil }
        for start in 0...(own.count - wanted.count) where own[start] == wanted[0] {
            if own[start..<start + wanted.count].elementsEqual(wanted) {
                return utf8.index(startIndex, offsetBy: start)
            }
        }
        return nil
    }
}
