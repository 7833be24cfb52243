import FHIR
import HL7v2

/// One line of a map: which field goes into which element. How it is converted follows from the element's type in R4.
public struct MapLine: Sendable, Equatable {
    public var segment: SegmentName
    public var field: Int
    public var component: Int?
    public var subcomponent: Int?
    /// The resource, and the element below it.
    public var type: ResourceType
    public var path: ElementPath
    /// The type of the element at the end of the path.
    var elementType: TypeFact
    /// What the type asks for.
    var conversion: Conversion
    /// How many names of the path lead to the list whose elements the field's repetitions become; 0 where there is none.
    var listDepth: Int
    /// The table that translates its codes.
    public var table: String?
    /// Which element it fills: lines of one type with the same number fill the same one.
    var slot = 0
    /// What the element refers to.
    public var actor: ResourceType?
    /// Members that every value gets, where the conversion gives it no other.
    public var constants: [Constant] = []
    /// Which elements of the list it replaces.
    public var scope: Edit.Scope = .all
    /// Identifiers are added to those that are there.
    public var merges = false
    /// Only where the element is still empty.
    public var onlyIfAbsent = false
    /// The line of the text that it stands in.
    public var lineNumber: Int

    /// `with use=home`, `with type=HL70443:ATND`
    public struct Constant: Sendable, Equatable {
        public var name: String
        public var value: FHIRValue
    }

    /// `PID-5.1 Patient.name`: what an overlay names a line by.
    var key: String { "\(source) \(type.name).\(path)" }

    /// What stands for the authority of a number that names none. A number must get the same system wherever it is read.
    var role: String {
        switch (segment, field) {
        case ("PID", 2), ("PID", 3), ("PID", 4): "patient"
        case ("PV1", 19), ("PV1", 50): "visit"
        default: source
        }
    }

    /// `PID-5.1`
    public var source: String {
        var text = "\(segment)-\(field)"
        if let component { text += ".\(component)" }
        if let subcomponent { text += ".\(subcomponent)" }
        return text
    }
}

extension MapLine {
    /// The conversions that there are, by the type of the element.
    enum Conversion: Sendable, Equatable {
        case primitive(PrimitiveKind)
        case identifier, humanName, address, contactPoint, codeableConcept, coding, quantity, period, annotation
        case reference

        /// Nil for types that there is none for.
        init?(_ type: TypeFact) {
            if let primitive = type.primitive {
                self = .primitive(primitive)
            } else if let found = Self.complex[type.name] {
                self = found
            } else {
                return nil
            }
        }

        private static let complex: [String: Conversion] = [
            "Identifier": .identifier, "HumanName": .humanName, "Address": .address, "ContactPoint": .contactPoint,
            "CodeableConcept": .codeableConcept, "Coding": .coding, "Quantity": .quantity, "Period": .period,
            "Annotation": .annotation, "Reference": .reference,
        ]
    }
}
