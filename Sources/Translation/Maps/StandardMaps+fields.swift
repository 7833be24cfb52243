extension StandardMaps {
    /// ADT: patient, encounter, bed, diagnosis.
    static let fields = #"""
        ignore EVN-1 PID-1 PV1-1 PV2-1 OBR-1 OBX-1 NTE-1 ORC-1 DG1-1 DG1-2

        # Patient identification (v2.5.1 ch. 3 §3.4.2). Who it is, is decided by PID-3 and the sender's settings.
        PID-3   Patient.identifier          merge
        PID-2   Patient.identifier          merge
        PID-4   Patient.identifier          merge
        PID-19  Patient.identifier          merge with type=http://terminology.hl7.org/CodeSystem/v2-0203|SS with system=http://hl7.org/fhir/sid/us-ssn
        PID-20  Patient.identifier          merge with type=http://terminology.hl7.org/CodeSystem/v2-0203|DL
        PID-5   Patient.name                keeping use=maiden keeping use=old keeping use=nickname
        PID-9   Patient.name                with use=old replacing use=old replacing use=nickname
        PID-7   Patient.birthDate
        PID-8   Patient.gender              table HL70001
        PID-11  Patient.address
        PID-13  Patient.telecom             with use=home keeping use=work
        PID-14  Patient.telecom             with use=work replacing use=work
        PID-15  Patient.communication.language  with preferred=true
        PID-16  Patient.maritalStatus       table HL70002
        PID-25  Patient.multipleBirthInteger
        PID-24  Patient.multipleBirthBoolean table HL70136
        PID-29  Patient.deceasedDateTime
        PID-30  Patient.deceasedBoolean     table HL70136
        PD1-3   Patient.generalPractitioner actor Organization
        PD1-4   Patient.generalPractitioner actor Practitioner

        # Patient visit (§3.4.3). Status and location come of the movements.
        PV1-19  Encounter.identifier        merge with type=http://terminology.hl7.org/CodeSystem/v2-0203|VN
        PV1-50  Encounter.identifier        merge
        PV1-2   Encounter.class             table HL70004
        PV1-4   Encounter.type              table HL70007
        PV1-5   Encounter.hospitalization.preAdmissionIdentifier
        PV1-10  Encounter.serviceType       table HL70069
        PV1-13  Encounter.hospitalization.reAdmission table HL70092
        PV1-14  Encounter.hospitalization.admitSource table HL70023
        PV1-15  Encounter.hospitalization.specialArrangement table HL70009
        PV1-16  Encounter.hospitalization.specialCourtesy table HL70099
        PV1-36  Encounter.hospitalization.dischargeDisposition table HL70112
        PV1-38  Encounter.hospitalization.dietPreference table HL70114
        PV1-44  Encounter.period.start
        PV1-39  Encounter.serviceProvider   actor Organization
        PV1-7   Encounter.participant.individual actor Practitioner with type=http://terminology.hl7.org/CodeSystem/v3-ParticipationType|ATND replacing type.coding.code=ATND
        PV1-8   Encounter.participant.individual actor Practitioner with type=http://terminology.hl7.org/CodeSystem/v3-ParticipationType|REF replacing type.coding.code=REF
        PV1-9   Encounter.participant.individual actor Practitioner with type=http://terminology.hl7.org/CodeSystem/v3-ParticipationType|CON replacing type.coding.code=CON
        PV1-17  Encounter.participant.individual actor Practitioner with type=http://terminology.hl7.org/CodeSystem/v3-ParticipationType|ADM replacing type.coding.code=ADM
        PV2-3   Encounter.reasonCode
        PV2-25  Encounter.priority          table HL70217

        # Bed status (A20).
        NPU-2   Location.operationalStatus  table HL70116

        # Diagnosis (ch. 6 §6.5.2).
        DG1-3   Condition.code
        DG1-4   Condition.note
        DG1-5   Condition.onsetDateTime
        DG1-16  Condition.asserter          actor Practitioner
        DG1-19  Condition.recordedDate


        """#

    /// ORU: order, report, observation.
    static let results = #"""
        # The order (ch. 4 §4.5.1, §4.5.3). Its numbers are read by the program.
        OBR-4   ServiceRequest.code
        ORC-5   ServiceRequest.status       table HL70038
        ORC-9   ServiceRequest.authoredOn
        OBR-27.6 ServiceRequest.priority    table HL70485
        OBR-5   ServiceRequest.priority     table HL70485
        ORC-12  ServiceRequest.requester    actor Practitioner
        OBR-16  ServiceRequest.requester    actor Practitioner
        OBR-31  ServiceRequest.reasonCode
        OBR-13  ServiceRequest.patientInstruction

        # The report (ch. 7 §7.4.1).
        OBR-4   DiagnosticReport.code
        OBR-25  DiagnosticReport.status     table HL70123
        OBR-24  DiagnosticReport.category   table HL70074
        OBR-7   DiagnosticReport.effectiveDateTime
        OBR-22  DiagnosticReport.issued
        OBR-32.1 DiagnosticReport.resultsInterpreter actor Practitioner

        # The observation (ch. 7 §7.4.2). Value, unit, range and identity are read by the program.
        OBX-3   Observation.code
        OBX-11  Observation.status          table HL70085
        OBX-8   Observation.interpretation  table HL70078
        OBX-14  Observation.effectiveDateTime
        OBR-7   Observation.effectiveDateTime
        OBR-22  Observation.issued
        OBX-16  Observation.performer       actor Practitioner
        OBX-23  Observation.performer       actor Organization
        OBX-17  Observation.method
        OBX-20  Observation.bodySite


        """#
}
