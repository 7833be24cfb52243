import Domain
import FHIR

extension JSONNode {
    /// A date, dateTime or instant, as wide as it is precise; without zone it is read in UTC.
    var moment: Moment? {
        let range = withUTF8 { DateRange(fhir: $0) } ?? nil
        return range.map { Moment(earliest: $0.lower, latest: $0.upper) }
    }

    /// A Period.
    var period: Period { Period(start: self["start"]?.moment, end: self["end"]?.moment) }

    /// A code of a closed list.
    func code<Code: RawRepresentable>(_ key: StaticString, as type: Code.Type) -> Code? where Code.RawValue == String {
        self[key]?.string.flatMap(Code.init(rawValue:))
    }
}
