import CFacts

/// One walk over a document's tape beside the table of facts.
///
/// It keeps no path: that of a finding is made by `ShapePath` when there is one. Nesting is bounded by the parser.
/// Content that depends on other places (references, contained resources, Bundles) is judged where the visitor wants it.
struct ShapeWalk<Visitor: ShapeVisitor> {
    let document: JSONDocument
    let tape: UnsafeBufferPointer<JSONTapeEntry>
    let text: UnsafeBufferPointer<UInt8>
    let facts = R4.table.facts
    let types = ShapeTypes.known
    var visitor: Visitor
    let findings: ShapeFindings

    /// Tape indexes of the nearest resource around the place of the walk, and of the one that contains that.
    var resource = 0
    var container = 0
    /// What `container` contains.
    var contained = ContainedResources()
    /// The nearest Bundle around the place of the walk.
    var bundle: BundleScope?

    /// - Parameter text: the document's bytes, which its caller lends for the walk.
    init(
        document: JSONDocument, text: UnsafeBufferPointer<UInt8>, visitor: Visitor,
        findings: ShapeFindings = ShapeFindings()
    ) {
        self.document = document
        self.tape = UnsafeBufferPointer(start: document.tape, count: document.tapeCount)
        self.text = text
        self.visitor = visitor
        self.findings = findings
    }

    /// Where a resource stands, which decides what it may hold.
    enum Place {
        case outermost, inside, contained
    }

    // MARK: Resources

    /// Checks a resource and answers the type that it says it has.
    @discardableResult
    mutating func checkResource(
        _ index: Int, place: Place, expected: ResourceType? = nil, element: ElementFact? = nil
    ) -> ResourceType? {
        guard tape[index].isObject else {
            report(.structure, index, "A resource is an object, but this is \(described(index)).")
            return nil
        }
        guard let named = member("resourceType", of: index) else {
            report(
                .required, index,
                "resourceType is missing. Name the resource's type, for example \"resourceType\": \"\(expected?.name ?? "Patient")\"."
            )
            return nil
        }
        let found = tape[named].isString ? withText(named) { ResourceType(utf8: $0) } : nil
        guard let type = found else {
            reportResourceType(named)
            return nil
        }
        if let expected, expected != type {
            report(
                .invalid, named,
                "The resource is a \(type.name), but the request is about \(expected.name). Send it to /\(type.name), or mend resourceType."
            )
        }
        guard Visitor.judgesContent else {
            checkObject(index, type: UInt16(type.code - 1), isResource: true, place: place, element: element)
            return type
        }
        let outer = (resource, container)
        defer { (resource, container) = outer }
        resource = index
        if place == .contained {
            checkContained(index)
            defer { contained.current = nil }
            checkObject(index, type: UInt16(type.code - 1), isResource: true, place: place, element: element)
        } else {
            container = index
            let outerContained = contained
            let outerBundle = bundle
            contained = containedResources(of: index)
            if type.code == ResourceType.bundle.code { bundle = bundleScope(of: index) }
            checkObject(index, type: UInt16(type.code - 1), isResource: true, place: place, element: element)
            checkUseOfContained()
            if type.code == ResourceType.bundle.code { checkBundle(index) }
            contained = outerContained
            bundle = outerBundle
        }
        return type
    }

    // MARK: Objects

    /// Checks the members of an object against the elements of its type.
    mutating func checkObject(
        _ index: Int, type: UInt16, isResource: Bool = false, place: Place, element: ElementFact?
    ) {
        let object = tape[index]
        guard object.isObject else {
            reportNotObject(index, type: type)
            return
        }
        let end = Int(object.next)
        if end == index + 1 {
            report(.structure, index, "The object is empty. Leave out what has no content.")
            return
        }
        let record = facts.types.base[Int(type)]
        // Bit n: the element at position n was there, with a value or with its companion alone.
        var values: UInt64 = 0
        var companions: UInt64 = 0
        var key = index + 1
        while key < end {
            let value = key + 1
            defer { key = Int(tape[value].next) }
            guard let (slot, isCompanion) = lookup(key, record) else {
                if isResource && isNamed(key, "resourceType") { continue }
                reportUnknown(key, type: type)
                continue
            }
            let number = record.first_element + UInt32(slot.number)
            let element = facts.elements.base[Int(number)]
            let reference = facts.references.base[Int(element.first_reference + UInt32(slot.ordinal))]
            let bit = UInt64(1) << UInt64(slot.number)
            let member = Member(
                key: key, value: value, object: index, owner: type, slot: slot, element: element,
                number: UInt16(truncatingIfNeeded: number), type: reference.type)
            if isCompanion {
                if companions & bit != 0 { reportSecondChoice(member) }
                companions |= bit
                checkCompanion(member, place: place)
            } else {
                if values & bit != 0 { reportSecondChoice(member) }
                values |= bit
                if place == .contained && isResource && isContained(member) {
                    reportNestedContained(member)
                    continue
                }
                checkMember(member, place: place)
            }
        }
        if values & companions != 0 { checkChoicesOfCompanions(index, type: type, both: values & companions) }
        let missing = record.required & ~(values | companions)
        if missing != 0 { reportMissing(missing, index, type: type) }
        guard Visitor.judgesContent, record.primitive == 0 else { return }
        if !isResource { checkElement(index, type: type, present: values | companions) }
        if isResource && place != .contained && record.base == types.domainResource { checkNarrative(of: index, type) }
        visit(index, type: type, element: element, present: values | companions)
    }

    @inline(__always)
    mutating func visit(_ index: Int, type: UInt16, element: ElementFact?, present: UInt64) {
        visitor.visit(
            VisitedObject(
                index: Int32(truncatingIfNeeded: index), type: TypeFact(number: type), element: element,
                present: present, resource: Int32(truncatingIfNeeded: resource),
                container: Int32(truncatingIfNeeded: container)))
    }

    /// A member of an object and what R4 says about it.
    struct Member {
        let key: Int
        let value: Int
        /// The object that it is a member of, and the number of the object's type.
        let object: Int
        let owner: UInt16
        let slot: mediconnect_fact_slot
        let element: mediconnect_fact_element
        /// The element's number in the table.
        let number: UInt16
        /// The number of the type that its key chooses.
        let type: UInt16

        var fact: ElementFact { ElementFact(number: number) }
        var isList: Bool { element.maximum > 1 }
    }

    private mutating func checkMember(_ member: Member, place: Place) {
        let entry = tape[member.value]
        let isArray = entry.isContainer && !entry.isObject
        guard member.isList else {
            if isArray {
                reportUnwantedArray(member)
            } else {
                checkValue(member.value, member, place: place)
            }
            return
        }
        guard isArray else {
            reportMissingArray(member)
            // What is inside is judged all the same, so that one round of mending is enough.
            if entry.head & 0xF != UInt32(JSONKind.null.rawValue) { checkValue(member.value, member, place: place) }
            return
        }
        var element = member.value + 1
        let end = Int(entry.next)
        if element == end {
            report(.structure, member.value, "The array is empty. Leave out what has no content.")
            return
        }
        var position = 0
        var companions: ArrayCursor?
        while element < end {
            if isNull(element) {
                if companions == nil { companions = ArrayCursor(sibling(of: member), in: tape) }
                // Where both are null, the companion's own check says so.
                if companions?.element(at: position, in: tape) == nil { reportNull(element, member) }
            } else {
                checkValue(element, member, place: place)
            }
            position += 1
            element = Int(tape[element].next)
        }
        if member.element.maximum != 0xFFFF && position > Int(member.element.maximum) {
            report(
                .structure, member.value,
                "\(position) values of \(member.fact.name) were found; R4 allows \(member.element.maximum) at most.")
        }
    }

    /// Checks one value, not an array, against the type of its element.
    private mutating func checkValue(_ index: Int, _ member: Member, place: Place) {
        let type = facts.types.base[Int(member.type)]
        if type.primitive != 0 {
            checkPrimitive(index, kind: type.primitive, member)
        } else if isNull(index) {
            reportNull(index, member)
        } else if member.type == types.resource {
            checkResource(index, place: isContained(member) ? .contained : .inside, element: member.fact)
        } else {
            checkObject(index, type: member.type, place: place, element: member.fact)
            if member.element.binding != FactTable.none { checkCodings(index, member) }
            if Visitor.judgesContent {
                if member.type == types.reference {
                    checkReference(index, member)
                } else if member.type == types.coding {
                    checkSystem(of: index)
                } else if member.type == types.quantity {
                    checkSimple(index, member)
                }
            }
        }
    }

    /// Whether a member is DomainResource.contained, the only element of type Resource that may repeat.
    private func isContained(_ member: Member) -> Bool {
        member.isList && member.type == types.resource
    }
}
