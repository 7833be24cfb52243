import FHIR
import HL7v2

extension Converter {
    /// DTM, TS and DT as a FHIR dateTime with their precision (R4 §2.24.0.1).
    mutating func dateTime(_ piece: Piece) -> FHIRValue? {
        timestamp(piece).map { .string(text($0, at: piece.place)) }
    }

    /// As a date: a time of day is lost, and said to be unless it is midnight.
    mutating func date(_ piece: Piece) -> FHIRValue? {
        guard let timestamp = timestamp(piece) else { return nil }
        if timestamp.hasTimeOfDay {
            assume("FHIR has a date here; the time of day is not carried over.", at: piece.place)
        }
        return .string(dateText(timestamp))
    }

    /// As an instant, which needs seconds: a time that has none is left out.
    mutating func instant(_ piece: Piece) -> FHIRValue? {
        guard let timestamp = timestamp(piece) else { return nil }
        guard timestamp.precision >= .second else {
            assume("FHIR has an instant here, which needs seconds; the time is left out.", at: piece.place)
            return nil
        }
        return .string(text(timestamp, at: piece.place))
    }

    mutating func eventTime(_ piece: Piece) -> EventTime? {
        guard let timestamp = timestamp(piece) else { return nil }
        let offset = offsetMinutes(timestamp, at: piece.place)
        let seconds = timestamp.localSeconds - Int64(offset) * 60
        return EventTime(
            text: text(timestamp, at: piece.place),
            microseconds: seconds * 1_000_000 + timestamp.fractionMicroseconds)
    }

    /// TM: `HH[MM[SS[.S]]]`, which FHIR writes with minutes and seconds.
    mutating func time(_ text: String, at place: Place) -> FHIRValue? {
        guard let timestamp = Timestamp("20000101" + text), timestamp.hour != nil else {
            assume("'\(text)' is no time; it is left out.", at: place)
            return nil
        }
        if timestamp.offsetMinutes != nil { assume("FHIR's time has no offset; it is not carried over.", at: place) }
        return .string(clockText(timestamp))
    }

    /// The time of a piece; TS-2 (Y, L, D, H, M, S), where old senders wrote it, cuts it to its precision.
    mutating func timestamp(_ piece: Piece) -> Timestamp? {
        guard let text = piece.text(1) else { return nil }
        var written = text
        if let precision = piece.text(2), let length = Self.lengths[precision], text.utf8.count > length,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        {
            written = String(text.prefix(length))
        }
        if let timestamp = Timestamp(written) { return timestamp }
        assume("'\(text)' is no date; it is left out.", at: piece.place)
        return nil
    }

    private static let lengths: [String: Int] = ["Y": 4, "L": 6, "D": 8, "H": 10, "M": 12, "S": 14]

    // MARK: Text

    private mutating func text(_ time: Timestamp, at place: @autoclosure () -> Place) -> String {
        guard time.hour != nil else { return dateText(time) }
        if time.minute == nil {
            assume("FHIR cannot say an hour without minutes; they were taken as 0.", at: place())
        }
        let offset = offsetMinutes(time, at: place())
        return "\(dateText(time))T\(clockText(time))\(offset == 0 ? "+00:00" : TimeZoneSetting.text(offset))"
    }

    private mutating func offsetMinutes(_ time: Timestamp, at place: @autoclosure () -> Place) -> Int {
        if let offset = time.offsetMinutes { return offset }
        guard time.hour != nil else { return sender.zone.offsetMinutes(atLocal: time.localSeconds) }
        assumeOnce("Times without an offset were read in the zone \(sender.zone).", at: place())
        return sender.zone.offsetMinutes(atLocal: time.localSeconds)
    }

    private func dateText(_ time: Timestamp) -> String {
        var text = String(time.year)
        while text.utf8.count < 4 { text = "0" + text }
        guard let month = time.month else { return text }
        text += "-" + TwoDigits.text(month)
        if let day = time.day { text += "-" + TwoDigits.text(day) }
        return text
    }

    private func clockText(_ time: Timestamp) -> String {
        var text = TwoDigits.text(time.hour ?? 0) + ":" + TwoDigits.text(time.minute ?? 0)
        text += ":" + TwoDigits.text(time.second ?? 0)
        if let fraction = time.fraction { text += "." + fraction }
        return text
    }
}
