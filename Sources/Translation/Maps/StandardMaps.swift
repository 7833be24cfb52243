/// The project's own maps, as an integrator reads them.
public enum StandardMaps {
    public static let text = format + fields + results + tables + resultTables + units

    private static let format = #"""
        # Maps from HL7 v2 to FHIR R4.
        #
        # A line says which field goes into which element:
        #
        #     PID-8    Patient.gender    table HL70001
        #
        # The source is a field, a component (PID-5.1) or a subcomponent (PID-5.1.2). How it is converted follows from the
        # type that R4 gives the element: an Identifier is read from CX, a HumanName from XPN, an Address from XAD, a
        # ContactPoint from XTN, a CodeableConcept or Coding from CWE, CE or IS, a Reference from XCN or XON, a Quantity
        # from CQ, a Period from DR, dates and times from DTM or TS. An absent field leaves what is stored; "" removes it; a
        # field that is sent replaces the element, and where the element is a list, the whole list. Of several lines for
        # one element that is no list, the first whose field says something counts.
        #
        # After the element may stand:
        #     table NAME             translate its code by that table
        #     actor Practitioner     what a Reference refers to; or actor Organization
        #     with ELEMENT=VALUE     a member that every value gets unless it has one; SYSTEM|CODE for a coded one
        #     replacing PATH=VALUE   replace only those elements of the list that have this value there
        #     keeping PATH=VALUE     replace all but those
        #     merge                  add identifiers that are not there yet (by system and value)
        #     default                only where the element is empty
        #
        # A table gives FHIR's codes for a sender's:
        #
        #     table HL70001 to http://hl7.org/fhir/administrative-gender
        #     A N = other "Other"        several codes may share an entry; the display is optional
        #     * = unknown                for codes without an entry (they are reported nevertheless)
        #     A =                        takes an entry away
        #
        # 'to' is the system of the codes behind '=', 'as' the system of the sender's own code: with it the code is kept beside
        # the mapped one, and a code without an entry is carried as it is. Tables with a meaning of their own:
        # coding-systems (names of CWE-3 to URIs), authorities (names of CX-4 to URIs), units (OBX-6 to UCUM).
        #
        #     ignore SEG-1 SEG-2         these fields carry nothing that a resource could hold
        #     off PID-8 Patient.gender   switches a line off; without the element, all lines of the field
        #
        # A file laid over this one adds lines and entries; a line with the same field and element takes the place of the one
        # here. A word with blanks stands in double quotes; # begins a comment.


        """#
}
