import ArgumentParser
import Foundation
import HL7v2
import Translation

/// `mediconnect measure-parsing`: how many of a file's HL7 v2 messages are read in a second, on one thread. A part of the
/// benchmarks (`Benchmarks/bench/parsers.py`); prints `<messages> <seconds>`.
struct MeasureParsingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure-parsing", abstract: "Measure how fast the HL7 v2 messages of a file are parsed.",
        shouldDisplay: false)

    /// What is done with each message.
    enum Work: String, ExpressibleByArgument {
        /// Parse it and read every value, down to the subcomponent, as text.
        case values
        /// Parse it and find out what it means for the record.
        case conversion
    }

    @Argument(help: "A file of messages.")
    var path: String

    @Option(help: "values, or conversion to what is written into the record.")
    var work = Work.values

    @Option(help: "How long.")
    var seconds = 4.0

    func run() throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ValidationError("\(path) cannot be read.")
        }
        let messages = MessageFile.messages(Array(data))
        guard !messages.isEmpty else { throw ValidationError("There is no HL7 v2 message in \(path).") }
        let start = ContinuousClock.now
        var done = 0
        var found = 0
        repeat {
            for message in messages { found &+= try work.carryOut(message) }
            done += messages.count
        } while start.duration(to: .now) < .seconds(seconds)
        let elapsed = start.duration(to: .now) / .seconds(1)
        // What was found is used, so that nothing of the work can be left out.
        guard found != 0 else { throw ValidationError("The messages of \(path) hold nothing.") }
        print(done, elapsed)
    }
}

extension MeasureParsingCommand.Work {
    /// - Returns: how much was found; only what uses it makes sure that the work is done.
    func carryOut(_ bytes: [UInt8]) throws -> Int {
        switch self {
        case .values: Self.length(ofValuesIn: try Message.parse(bytes))
        case .conversion: Self.drafts(bytes)
        }
    }

    private static func length(ofValuesIn message: Message) -> Int {
        message.subcomponents.reduce(0) { length, subcomponent in length + (subcomponent.value?.utf8.count ?? 0) }
    }

    /// A message without a map is refused, which is an answer too.
    private static func drafts(_ bytes: [UInt8]) -> Int {
        guard case .parsed(let message, let route, let report) = Translation.receive(bytes).outcome,
            let conversion = try? Translation.convert(message, route: route, recorded: 0, report: report)
        else { return 1 }
        return conversion.drafts.count
    }
}
