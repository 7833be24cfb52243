/// Which resource an element belongs to. All are tape indexes.
struct JudgementScope {
    /// The resource that holds the element.
    let resource: Int
    /// The resource that contains it, or itself.
    let container: Int
    /// The Bundle around it; -1 if there is none.
    let bundle: Int
}

/// One value of an element.
struct JudgedItem {
    /// Tape index of the value, -1 where a primitive has only its companion.
    let value: Int
    /// Tape index of the companion of a primitive (`_birthDate`), -1 if it has none.
    let companion: Int
    /// The number of its type; of a Resource that of the concrete one.
    let type: UInt16
    /// The number of the element in R4's table.
    let element: UInt16

    /// Where a finding about it belongs.
    var place: Int { value >= 0 ? value : companion }
}

/// All values of one element of an object.
struct JudgedElement {
    let value: Int
    let companion: Int
    let type: UInt16
    let element: UInt16
    let count: Int

    /// Where a finding about all of them belongs.
    var place: Int { value >= 0 ? value : companion }
}
