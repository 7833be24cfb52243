import ArgumentParser
import FHIR

/// `mediconnect fhirpath`
struct FHIRPathCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fhirpath",
        abstract: "Evaluate a FHIRPath expression on a resource.",
        discussion: """
            Prints the items of the result, one in a line: its type, its place in the resource where it is a part of it, \
            and its value. Nothing is printed where the result is empty. Ends with code 1 when the expression is none or \
            fails.
            """)

    @Argument(help: "The expression, such as \"Patient.name.where(use = 'official').family\".")
    var expression: String

    @Argument(help: ArgumentHelp("A file, JSON or XML, or - for standard input.", valueName: "file"))
    var path: String

    @Option(help: ArgumentHelp("How many steps the evaluation may take.", valueName: "n"))
    var steps = 10_000_000

    func validate() throws {
        guard steps > 0 else { throw ValidationError("--steps is 1 or more.") }
    }

    func run() throws {
        for line in try lines() { print(line) }
    }

    func lines() throws -> [String] {
        let bytes: [UInt8]
        do {
            bytes = try ContentReader().bytes(path: path)
        } catch {
            throw CommandFailure("\(path) \(error)")
        }
        switch ContentReader.document(bytes) {
        case .failure(let fault): throw CommandFailure("\(path): \(fault.sentence)")
        case .success(let document):
            do {
                let node = FHIRPathNode(resource: document.root)
                var environment = FHIRPathEnvironment.specification
                environment.resource = node
                environment.rootResource = node
                environment.context = node
                environment.now = Clock.now()
                environment.maximumSteps = steps
                let path = try FHIRPath(expression, context: node.type)
                return try path.evaluate(node, in: environment).map(\.rendering.line)
            } catch {
                throw CommandFailure("\(expression): \(error.message)")
            }
        }
    }
}
