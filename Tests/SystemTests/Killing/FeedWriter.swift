import Foundation
import TestSupport
import Testing

/// A sender that sends messages over MLLP until it is told to stop, and repeats what was not acknowledged: admissions into
/// beds of its own, transfers, other names, results and their corrections, discharges.
final class FeedWriter {
    /// What the record should say of a patient when all messages are acknowledged.
    struct Stay: Sendable {
        let mrn: String
        let visit: String
        var minute = 0
        var family = ""
        var patientVersions = 0
        var moves = 0
        /// Nil once discharged.
        var bed: String?
        /// The last value by filler order number, and how many there were.
        var results: [String: (value: String, versions: Int)] = [:]
    }

    /// What a sender had acknowledged.
    struct Result: Sendable {
        let stays: [Stay]
        let controlIDs: [String]
        /// How often a message was sent again.
        let repeats: Int
    }

    static let code = "718-7"

    /// Sends on a thread of its own, because it waits for answers there.
    static func run(number: Int, port: Int, isOver: @escaping @Sendable () -> Bool) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                let writer = FeedWriter(number: number, port: port, isOver: isOver)
                continuation.resume(with: Swift.Result { try writer.run() })
            }
        }
    }

    private let number: Int
    private let port: Int
    private let isOver: @Sendable () -> Bool
    private var connection: RawConnection?
    private var stays: [Stay] = []
    /// Of the messages that were answered AA.
    private var controlIDs: [String] = []
    private var repeats = 0

    private init(number: Int, port: Int, isOver: @escaping @Sendable () -> Bool) {
        self.number = number
        self.port = port
        self.isOver = isOver
    }

    private func run() throws -> Result {
        while !isOver() {
            guard let index = stays.indices.suffix(20).filter({ stays[$0].bed != nil }).randomElement(),
                Int.random(in: 0..<6) > 0
            else {
                try admit()
                continue
            }
            var stay = stays[index]
            switch Int.random(in: 0..<6) {
            case 0: try transfer(&stay)
            case 1: try discharge(&stay)
            case 2: try rename(&stay)
            default: try report(&stay)
            }
            stays[index] = stay
        }
        return Result(stays: stays, controlIDs: controlIDs, repeats: repeats)
    }

    // MARK: Messages

    private func admit() throws {
        let name = "\(number)-\(stays.count)"
        var stay = Stay(mrn: "M\(name)", visit: "V\(name)")
        stay.family = "F0"
        stay.patientVersions = 1
        stay.bed = "B\(name)-0"
        try send("ADT^A01", &stay)
        stays.append(stay)
    }

    private func transfer(_ stay: inout Stay) throws {
        let prior = stay.bed
        stay.moves += 1
        stay.bed = "B\(stay.mrn.dropFirst())-\(stay.moves)"
        try send("ADT^A02", &stay, prior: prior)
    }

    private func discharge(_ stay: inout Stay) throws {
        try send("ADT^A03", &stay)
        stay.bed = nil
    }

    private func rename(_ stay: inout Stay) throws {
        stay.family = "F\(stay.patientVersions)"
        stay.patientVersions += 1
        try send("ADT^A08", &stay)
    }

    /// A new result, or the correction of one that was sent.
    private func report(_ stay: inout Stay) throws {
        let order = Bool.random() ? stay.results.keys.randomElement() : nil
        let filler = order ?? "O\(stay.mrn.dropFirst())-\(stay.results.count)"
        let versions = (stay.results[filler]?.versions ?? 0) + 1
        let value = "\(versions).50"
        stay.results[filler] = (value, versions)
        let time = Self.time(stay.minute + 1)
        try send(
            "ORU^R01", &stay,
            "OBR|1||\(filler)|\(Self.code)^Hemoglobin^LN|||\(time)\r"
                + "OBX|1|NM|\(Self.code)^Hemoglobin^LN||\(value)|g/dL^g/dL^UCUM||||||F|||\(time)\r")
    }

    private func send(_ type: String, _ stay: inout Stay, prior: String? = nil, _ more: String = "") throws {
        stay.minute += 1
        let time = Self.time(stay.minute)
        let place = { (bed: String?) in bed.map { "WARD^R\(self.number)^\($0)^KILL" } ?? "" }
        let control = "C\(number)-\(controlIDs.count)"
        let event = type.hasPrefix("ADT") ? "EVN|\(type.suffix(3))|\(time)\r" : ""
        try sendUntilAccepted(
            "MSH|^~\\&|KILL|KILL|MC|X|\(time)||\(type)|\(control)|P|2.5\r\(event)"
                + "PID|1||\(stay.mrn)^^^KILL^MR||\(stay.family)^Anna||19700101|F\r"
                + "PV1|1|I|\(place(stay.bed))|||\(place(prior))|||||||||||||\(stay.visit)^^^KILL^VN\r\(more)", control)
        controlIDs.append(control)
    }

    private static func time(_ minute: Int) -> String {
        let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
        return "202603\(two(1 + minute / 1440))\(two(minute / 60 % 24))\(two(minute % 60))00"
    }

    // MARK: The link

    /// Neither a broken connection nor AR 207 says what became of a message: it is sent again.
    private func sendUntilAccepted(_ message: String, _ control: String) throws {
        let deadline = ContinuousClock.now + .seconds(120)
        while true {
            let answer = try? exchange(message)
            if let answer, answer.contains("\rMSA|AA|\(control)\r") { return }
            let isPutOff = answer.map { $0.contains("\rMSA|AR|\(control)\r") && $0.contains("|207^") } ?? true
            guard isPutOff else { throw Refused(message: message, answer: answer ?? "") }
            guard ContinuousClock.now < deadline else { throw Refused(message: message, answer: "none") }
            repeats += 1
            Thread.sleep(forTimeInterval: 0.05)
        }
    }

    private func exchange(_ message: String) throws -> String? {
        let link = try connection ?? RawConnection(port: port)
        connection = link
        link.send("\u{0B}\(message)\u{1C}\r")
        let answer = link.receive(until: "\u{1C}\r")
        if answer.hasSuffix("\u{1C}\r") { return answer }
        connection = nil
        return nil
    }

    struct Refused: Error {
        let message: String
        let answer: String
    }
}
