import ArgumentParser
import FHIR
import Foundation

/// `mediconnect convert`
struct ConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Write a FHIR resource as JSON or as XML.",
        discussion: """
            What the file is, its content says. Nothing is added and nothing left out: decimals keep their digits and \
            narratives their bytes. The content is not validated, but what cannot be told in the other format is said. \
            Ends with code 1 when the file cannot be converted.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case json, xml
    }

    @Argument(help: ArgumentHelp("A file, or - for standard input.", valueName: "file"))
    var path: String

    @Option(help: "json or xml.")
    var to: Format

    @Flag(help: "Without white space for people.")
    var compact = false

    func run() throws {
        do {
            FileHandle.standardOutput.write(Data(try convert(try ContentReader().bytes(path: path))))
        } catch let error as ReadingError {
            throw CommandFailure("\(path) \(error)")
        }
    }

    func convert(_ bytes: [UInt8]) throws -> [UInt8] {
        let document: JSONDocument
        switch ContentReader.document(bytes) {
        case .success(let read): document = read
        case .failure(let fault): throw CommandFailure("\(path): \(fault.sentence)")
        }
        do throws(FHIRXMLError) {
            switch to {
            case .json: return compact ? JSONWriter.compact(document.root) : JSONWriter.pretty(document.root) + [0x0A]
            case .xml: return try FHIRXML.write(document.root, pretty: !compact)
            }
        } catch {
            throw CommandFailure("\(path): \(ContentFault.malformed(error.issues).sentence)")
        }
    }
}

extension ContentFault {
    /// For people, with the place.
    var sentence: String {
        switch self {
        case .unreadable(let reason): reason
        case .malformed(let issues):
            issues.map { issue in (issue.expression.map { "\($0): " } ?? "") + issue.diagnostics }
                .joined(separator: "\n")
        }
    }
}

/// A command that ends with code 1 and says why.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
