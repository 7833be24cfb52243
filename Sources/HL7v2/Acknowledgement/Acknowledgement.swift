/// The answer to a message in the original mode (v2.5.1 ch. 2 §2.9.2): MSH with sender and receiver swapped, MSA, and
/// ERR in the layout of the message's version, all in the sender's delimiters, version and character set.
///
/// It can always be built, whatever the message was: also from no readable header at all.
public struct Acknowledgement: Sendable, Equatable {
    /// Table 0008, original mode.
    public enum Code: String, Sendable {
        /// Application accept.
        case accept = "AA"
        /// Application error: the message is understood and cannot be applied.
        case error = "AE"
        /// Application reject: not for us, not now, or not understood.
        case reject = "AR"
    }

    /// MSH-9 of the answer.
    public enum MessageTypeForm: Sendable, Equatable {
        /// `ACK` before 2.3, `ACK^A01` before 2.4, `ACK^A01^ACK` from 2.4.
        case byVersion
        /// `ACK`, for peers that fail on the longer forms.
        case short
    }

    public var code: Code
    public var problems: [Problem]
    public var messageType: MessageTypeForm

    public init(_ code: Code, problems: [Problem] = [], messageType: MessageTypeForm = .byVersion) {
        self.code = code
        self.problems = problems
        self.messageType = messageType
    }

    /// Something that ERR says about the message.
    public struct Problem: Sendable, Equatable {
        /// Table 0516.
        public enum Severity: String, Sendable {
            case error = "E"
            case warning = "W"
            case information = "I"
        }

        public var severity: Severity
        public var condition: ErrorCondition
        public var place: Place?
        /// A sentence for the person who looks after the sender.
        public var message: String

        public init(_ severity: Severity, _ condition: ErrorCondition, at place: Place? = nil, _ message: String) {
            self.severity = severity
            self.condition = condition
            self.place = place
            self.message = message
        }
    }
}
