extension StandardMaps {
    /// Vocabulary of patients and visits.
    static let tables = #"""
        table HL70001 to http://hl7.org/fhir/administrative-gender
        F = female
        M = male
        O A N = other
        U = unknown

        table HL70002 to http://terminology.hl7.org/CodeSystem/v3-MaritalStatus as http://terminology.hl7.org/CodeSystem/v2-0002
        A E = L "Legally Separated"
        D = D Divorced
        M = M Married
        S = S "Never Married"
        W = W Widowed
        C = C "Common Law"
        G P R = T "Domestic partner"
        N = A Annulled
        I = I Interlocutory
        B = U unmarried

        table HL70004 to http://terminology.hl7.org/CodeSystem/v3-ActCode as http://terminology.hl7.org/CodeSystem/v2-0004
        E = EMER emergency
        I = IMP "inpatient encounter"
        O = AMB ambulatory
        P = PRENC pre-admission

        table HL70136
        Y = true
        N = false

        table HL70190
        BA = old
        BI = billing
        C = temp
        B O = work
        H HOME = home

        table HL70190-type
        M SH = postal

        table HL70200
        L R CURRENT = official
        D = usual
        M = maiden
        N = nickname
        MSK = anonymous
        BAD = old
        NAV TEMP = temp

        table HL70201
        PRN HOME = home
        WPN WORK = work
        PRS MOBILE = mobile

        table HL70202
        PH CP = phone
        FX = fax
        MD SAT TDD TTY = other
        BP = pager
        Internet X.400 = email

        table HL70202-use
        CP = mobile

        table HL70116 to http://terminology.hl7.org/CodeSystem/v2-0116
        C = C Closed
        H = H Housekeeping
        O = O Occupied
        U = U Unoccupied
        K = K Contaminated
        I = I Isolated

        table HL70052 to http://terminology.hl7.org/CodeSystem/diagnosis-role as http://terminology.hl7.org/CodeSystem/v2-0052
        A = AD "Admission diagnosis"
        F = DD "Discharge diagnosis"

        # These codes go over as they are.
        table HL70007 as http://terminology.hl7.org/CodeSystem/v2-0007
        table HL70009 as http://terminology.hl7.org/CodeSystem/v2-0009
        table HL70023 as http://terminology.hl7.org/CodeSystem/v2-0023
        table HL70069 as http://terminology.hl7.org/CodeSystem/v2-0069
        table HL70092 as http://terminology.hl7.org/CodeSystem/v2-0092
        table HL70099 as http://terminology.hl7.org/CodeSystem/v2-0099
        table HL70112 as http://terminology.hl7.org/CodeSystem/v2-0112
        table HL70114 as http://terminology.hl7.org/CodeSystem/v2-0114
        table HL70217 as http://terminology.hl7.org/CodeSystem/v2-0217

        table authorities

        table coding-systems
        LN LOINC = http://loinc.org
        SCT SNM SNOMED-CT SNOMEDCT = http://snomed.info/sct
        UCUM = http://unitsofmeasure.org
        I10 ICD10 = http://hl7.org/fhir/sid/icd-10
        I10C = http://hl7.org/fhir/sid/icd-10-cm
        I9 I9C = http://hl7.org/fhir/sid/icd-9-cm
        C4 CPT4 = http://www.ama-assn.org/go/cpt
        RXNORM RxNorm = http://www.nlm.nih.gov/research/umls/rxnorm
        NDC = http://hl7.org/fhir/sid/ndc
        CVX = http://hl7.org/fhir/sid/cvx
        ISO639 ISO639-1 ISO639-2 = urn:ietf:bcp:47
        ISO3166_1 = urn:iso:std:iso:3166
        MDC = urn:iso:std:iso:11073:10101


        """#
}
