/// Something about the movements of a stay that a person should know. The fold goes on in spite of it; which way, the
/// kind says.
public struct Oddity: Sendable, Hashable {
    public enum Kind: String, Sendable, CaseIterable {
        /// A move of somebody who was not admitted or registered before: the patient is taken to be in the house.
        case transferWithoutAdmit
        /// A move that names no location: nobody is moved.
        case transferWithoutLocation
        /// A discharge of somebody who was not admitted or registered before: the encounter is finished.
        case dischargeWithoutAdmit
        /// A cancel of something that is not known, or not known yet: nothing is undone.
        case cancelWithoutMatch
        /// A move or class change after the discharge: disregarded.
        case movedAfterDischarge
        /// A discharge after the discharge: the one that was recorded last counts.
        case dischargedTwice
        /// A discharge that carries an earlier time than the admission before it: the encounter is finished, and when
        /// is not known.
        case dischargedBeforeAdmit
        /// An admission or registration after the discharge, under the same visit number: the encounter goes on.
        case admittedAfterDischarge
        /// A second admission or registration that nothing cancelled: taken as a move.
        case admittedTwice
        /// A pre-admission of somebody who is there already: disregarded.
        case plannedAfterArrival
        /// A move or discharge of a stay whose admission was cancelled: disregarded.
        case withdrawnWithAdmit
        /// Two moves to different places at one time: the one that was recorded last counts.
        case twoPlacesAtOnce
        /// A move or discharge from somewhere other than where the patient was known to be: perhaps a message is
        /// missing. What is known stays.
        case priorLocationDiffers
        /// A cancelled transfer that puts the patient back somewhere other than where they were before it. What is
        /// known stays.
        case otherLocationAfterCancel
        /// Two different movements under one identity: the one that happened last counts.
        case reusedIdentity
    }

    public var kind: Kind
    public var movement: MovementID

    public init(_ kind: Kind, _ movement: MovementID) {
        self.kind = kind
        self.movement = movement
    }
}
