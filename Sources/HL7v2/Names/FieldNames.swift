/// What the fields of segments and the components of datatypes are called in version 2.5.1: for people who look at a
/// message. Nothing is decided by it.
///
///     FieldNames.standard.fields(of: "PID")[4].name             // "Patient Name"
///     FieldNames.standard.components(of: "XPN")[1].name         // "Given Name"
///
/// A table of text, which an integrator can check against the standard: a line begins with the segment or datatype
/// (blank: the one before) and the number of its first element; elements are a datatype and a name, with ` | ` between.
public struct FieldNames: Sendable {
    /// A field of a segment, or a component of a datatype.
    public struct Element: Sendable, Equatable {
        /// As table 0440 has it; `varies` where another field says it (OBX-5 by OBX-2).
        public let datatype: String
        public let name: String

        public init(datatype: String, name: String) {
            self.datatype = datatype
            self.name = name
        }
    }

    private let segments: [String: [Element]]
    private let datatypes: [String: [Element]]

    /// Version 2.5.1.
    public static let standard = FieldNames(segments: patients + "\n" + finances + "\n" + orders, datatypes: datatypes)

    init(segments: String, datatypes: String) {
        self.segments = Self.parse(segments)
        self.datatypes = Self.parse(datatypes)
    }

    /// The fields of a segment in order; none for a Z-segment or one that is not known here.
    public func fields(of segment: String) -> [Element] { segments[segment] ?? [] }

    /// The components of a datatype in order; none where it is not divided.
    public func components(of datatype: String) -> [Element] { datatypes[datatype] ?? [] }

    /// The element of a place that ERR-2 or a report names, as far as it is known: field, component, subcomponent.
    ///
    ///     FieldNames.standard.name(of: Place(segment: "PID", field: 3, component: 4))
    ///     // "Patient Identifier List, Assigning Authority"
    public func name(of place: Place) -> String? {
        guard let number = place.field, let field = Self.element(number, of: fields(of: place.segment)) else {
            return nil
        }
        var names = [field.name]
        var datatype = field.datatype
        for number in [place.component, place.subcomponent] {
            guard let number, let part = Self.element(number, of: components(of: datatype)) else { break }
            names.append(part.name)
            datatype = part.datatype
        }
        return names.joined(separator: ", ")
    }

    /// All datatypes that fields and components have.
    var everyDatatype: Set<String> {
        Set([segments, datatypes].flatMap { $0.values.joined() }.map(\.datatype))
    }

    /// The element of a number; nil where the standard has none.
    public static func element(_ number: Int, of elements: [Element]) -> Element? {
        number >= 1 && number <= elements.count ? elements[number - 1] : nil
    }

    private static func parse(_ text: String) -> [String: [Element]] {
        var table: [String: [Element]] = [:]
        var owner = ""
        for line in text.split(separator: "\n") {
            var words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: true)
            if line.first == " " {
                words = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
            } else {
                owner = String(words.removeFirst())
            }
            guard words.count == 2, words[0] == "\(table[owner, default: []].count + 1)" else { continue }
            for part in words[1].split(separator: "|") {
                let pair = part.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
                guard pair.count == 2 else { continue }
                let name = pair[1].hasSuffix(" ") ? pair[1].dropLast() : pair[1]
                table[owner, default: []].append(Element(datatype: String(pair[0]), name: String(name)))
            }
        }
        return table
    }
}

extension Field {
    /// Its name and datatype in the standard; nil where it has none. OBX-5 has the datatype that OBX-2 names.
    public var definition: FieldNames.Element? {
        let names = FieldNames.standard
        let segment = self.segment
        guard let known = FieldNames.element(number, of: names.fields(of: segment.name.description)) else { return nil }
        guard segment.name == "OBX", number == 5, let named = segment[2].value else { return known }
        return FieldNames.Element(datatype: named, name: known.name)
    }
}
