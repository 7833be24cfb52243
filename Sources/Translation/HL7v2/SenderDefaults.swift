import HL7v2

/// What is known about a sender beside what it says.
public struct SenderDefaults: Sendable, Equatable {
    public var characters: CharacterSetPolicy
    /// MSH-9 of the answers it can read.
    public var acknowledgementType: Acknowledgement.MessageTypeForm
    public var limits: MessageLimits

    public init(
        characters: CharacterSetPolicy = CharacterSetPolicy(),
        acknowledgementType: Acknowledgement.MessageTypeForm = .byVersion, limits: MessageLimits = .default
    ) {
        self.characters = characters
        self.acknowledgementType = acknowledgementType
        self.limits = limits
    }
}
