import ArgumentParser
import Server

/// The command line: one command a file under `Commands/`.
@main
struct MediConnect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mediconnect",
        abstract: "A FHIR R4 and HL7 interoperability server on PostgreSQL.",
        version: ServerVersion.text,
        subcommands: [
            ServeCommand.self, MigrateCommand.self, RebuildCommand.self, ReindexCommand.self, LoadCommand.self,
            SendCommand.self, MessagesCommand.self, ValidateCommand.self, ConvertCommand.self, FHIRPathCommand.self,
            MeasureParsingCommand.self, MeasureContentCommand.self,
        ])
}
