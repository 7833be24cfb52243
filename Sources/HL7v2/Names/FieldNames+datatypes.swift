extension FieldNames {
    /// Components of the datatypes (v2.5.1 ch. 2A).
    static let datatypes = #"""
        AD 1 ST Street Address | ST Other Designation | ST City | ST State or Province | ST Zip or Postal Code
           6 ID Country | ID Address Type | ST Other Geographic Designation
        AUI 1 ST Authorization Number | DT Date | ST Source
        CE 1 ST Identifier | ST Text | ID Name of Coding System | ST Alternate Identifier | ST Alternate Text
           6 ID Name of Alternate Coding System
        CF 1 ST Identifier | FT Formatted Text | ID Name of Coding System | ST Alternate Identifier
           5 FT Alternate Formatted Text | ID Name of Alternate Coding System
        CNE 1 ST Identifier | ST Text | ID Name of Coding System | ST Alternate Identifier | ST Alternate Text
            6 ID Name of Alternate Coding System | ST Coding System Version ID
            8 ST Alternate Coding System Version ID | ST Original Text
        CNN 1 ST ID Number | ST Family Name | ST Given Name
            4 ST Second and Further Given Names or Initials Thereof | ST Suffix (e.g., JR or III)
            6 ST Prefix (e.g., DR) | IS Degree (e.g., MD) | IS Source Table
            9 IS Assigning Authority - Namespace ID | ST Assigning Authority - Universal ID
            11 ID Assigning Authority - Universal ID Type
        CP 1 MO Price | ID Price Type | NM From Value | NM To Value | CE Range Units | ID Range Type
        CQ 1 NM Quantity | CE Units
        CWE 1 ST Identifier | ST Text | ID Name of Coding System | ST Alternate Identifier | ST Alternate Text
            6 ID Name of Alternate Coding System | ST Coding System Version ID
            8 ST Alternate Coding System Version ID | ST Original Text
        CX 1 ST ID Number | ST Check Digit | ID Check Digit Scheme | HD Assigning Authority
           5 ID Identifier Type Code | HD Assigning Facility | DT Effective Date | DT Expiration Date
           9 CWE Assigning Jurisdiction | CWE Assigning Agency or Department
        DDI 1 NM Delay Days | MO Monetary Amount | NM Number of Days
        DLD 1 IS Discharge Location | TS Effective Date
        DLN 1 ST License Number | IS Issuing State, Province, Country | DT Expiration Date
        DR 1 TS Range Start Date/Time | TS Range End Date/Time
        DTN 1 IS Day Type | NM Number of Days
        ED 1 HD Source Application | ID Type of Data | ID Data Subtype | ID Encoding | TX Data
        EI 1 ST Entity Identifier | IS Namespace ID | ST Universal ID | ID Universal ID Type
        EIP 1 EI Placer Assigned Identifier | EI Filler Assigned Identifier
        ELD 1 ST Segment ID | NM Segment Sequence | NM Field Position | CE Code Identifying Error
        ERL 1 ST Segment ID | NM Segment Sequence | NM Field Position | NM Field Repetition
            5 NM Component Number | NM Sub Component Number
        FC 1 IS Financial Class Code | TS Effective Date
        FN 1 ST Surname | ST Own Surname Prefix | ST Own Surname | ST Surname Prefix from Partner/Spouse
           5 ST Surname from Partner/Spouse
        HD 1 IS Namespace ID | ST Universal ID | ID Universal ID Type
        ICD 1 IS Certification Patient Type | ID Certification Required | TS Date/Time Certification Required
        JCC 1 IS Job Code | IS Job Class | TX Job Description Text
        LA1 1 IS Point of Care | IS Room | IS Bed | HD Facility | IS Location Status | IS Patient Location Type
            7 IS Building | IS Floor | AD Address
        LA2 1 IS Point of Care | IS Room | IS Bed | HD Facility | IS Location Status | IS Patient Location Type
            7 IS Building | IS Floor | ST Street Address | ST Other Designation | ST City | ST State or Province
            13 ST Zip or Postal Code | ID Country | ID Address Type | ST Other Geographic Designation
        MO 1 NM Quantity | ID Denomination
        MOC 1 MO Monetary Amount | CE Charge Code
        MOP 1 ID Money or Percentage Indicator | NM Money or Percentage Quantity | ID Currency Denomination
        MSG 1 ID Message Code | ID Trigger Event | ID Message Structure
        NA 1 NM Value 1 | NM Value 2 | NM Value 3 | NM Value 4
        NDL 1 CNN Name | TS Start Date/Time | TS End Date/Time | IS Point of Care | IS Room | IS Bed
            7 HD Facility | IS Location Status | IS Patient Location Type | IS Building | IS Floor
        NR 1 NM Low Value | NM High Value
        OCD 1 CNE Occurrence Code | DT Occurrence Date
        OSD 1 ID Sequence Results Flag | ST Placer Order Number Entity Identifier
            3 IS Placer Order Number Namespace ID | ST Filler Order Number Entity Identifier
            5 IS Filler Order Number Namespace ID | ST Sequence Condition Value | NM Maximum Number of Repeats
            8 ST Placer Order Number Universal ID | ID Placer Order Number Universal ID Type
            10 ST Filler Order Number Universal ID | ID Filler Order Number Universal ID Type
        OSP 1 CNE Occurrence Span Code | DT Occurrence Span Start Date | DT Occurrence Span Stop Date
        PL 1 IS Point of Care | IS Room | IS Bed | HD Facility | IS Location Status | IS Person Location Type
           7 IS Building | IS Floor | ST Location Description | EI Comprehensive Location Identifier
           11 HD Assigning Authority for Location
        PLN 1 ST ID Number | IS Type of ID Number | ST State/other Qualifying Information | DT Expiration Date
        PPN 1 ST ID Number | FN Family Name | ST Given Name
            4 ST Second and Further Given Names or Initials Thereof | ST Suffix (e.g., JR or III)
            6 ST Prefix (e.g., DR) | IS Degree (e.g., MD) | IS Source Table | HD Assigning Authority
            10 ID Name Type Code | ST Identifier Check Digit | ID Check Digit Scheme | ID Identifier Type Code
            14 HD Assigning Facility | TS Date/Time Action Performed | ID Name Representation Code
            17 CE Name Context | DR Name Validity Range | ID Name Assembly Order | TS Effective Date
            21 TS Expiration Date | ST Professional Suffix | CWE Assigning Jurisdiction
            24 CWE Assigning Agency or Department
        PRL 1 CE Parent Observation Identifier | ST Parent Observation Sub Identifier
            3 TX Parent Observation Value Descriptor
        PT 1 ID Processing ID | ID Processing Mode
        PTA 1 IS Policy Type | IS Amount Class | NM Money or Percentage Quantity | MOP Money or Percentage
        RI 1 IS Repeat Pattern | ST Explicit Time Interval
        RMC 1 IS Room Type | IS Amount Type | NM Coverage Amount | MOP Money or Percentage
        RP 1 ST Pointer | HD Application ID | ID Type of Data | ID Subtype
        RPT 1 CWE Repeat Pattern Code | ID Calendar Alignment | NM Phase Range Begin Value
            4 NM Phase Range End Value | NM Period Quantity | IS Period Units | ID Institution Specified Time
            8 ID Event | NM Event Offset Quantity | IS Event Offset Units | GTS General Timing Specification
        SAD 1 ST Street or Mailing Address | ST Street Name | ST Dwelling Number
        SN 1 ST Comparator | NM Num1 | ST Separator/Suffix | NM Num2
        SPS 1 CWE Specimen Source Name or Code | CWE Additives | TX Specimen Collection Method | CWE Body Site
            5 CWE Site Modifier | CWE Collection Method Modifier Code | CWE Specimen Role
        SRT 1 ST Sort by Field | ID Sequencing
        TQ 1 CQ Quantity | RI Interval | ST Duration | TS Start Date/Time | TS End Date/Time | ST Priority
           7 ST Condition | TX Text | ID Conjunction | OSD Order Sequencing | CE Occurrence Duration
           12 NM Total Occurrences
        TS 1 DTM Time | ID Degree of Precision
        UVC 1 CNE Value Code | MO Value Amount
        VID 1 ID Version ID | CE Internationalization Code | CE International Version ID
        XAD 1 SAD Street Address | ST Other Designation | ST City | ST State or Province | ST Zip or Postal Code
            6 ID Country | ID Address Type | ST Other Geographic Designation | IS County/Parish Code
            10 IS Census Tract | ID Address Representation Code | DR Address Validity Range | TS Effective Date
            14 TS Expiration Date
        XCN 1 ST ID Number | FN Family Name | ST Given Name
            4 ST Second and Further Given Names or Initials Thereof | ST Suffix (e.g., JR or III)
            6 ST Prefix (e.g., DR) | IS Degree (e.g., MD) | IS Source Table | HD Assigning Authority
            10 ID Name Type Code | ST Identifier Check Digit | ID Check Digit Scheme | ID Identifier Type Code
            14 HD Assigning Facility | ID Name Representation Code | CE Name Context | DR Name Validity Range
            18 ID Name Assembly Order | TS Effective Date | TS Expiration Date | ST Professional Suffix
            22 CWE Assigning Jurisdiction | CWE Assigning Agency or Department
        XON 1 ST Organization Name | IS Organization Name Type Code | NM ID Number | NM Check Digit
            5 ID Check Digit Scheme | HD Assigning Authority | ID Identifier Type Code | HD Assigning Facility
            9 ID Name Representation Code | ST Organization Identifier
        XPN 1 FN Family Name | ST Given Name | ST Second and Further Given Names or Initials Thereof
            4 ST Suffix (e.g., JR or III) | ST Prefix (e.g., DR) | IS Degree (e.g., MD) | ID Name Type Code
            8 ID Name Representation Code | CE Name Context | DR Name Validity Range | ID Name Assembly Order
            12 TS Effective Date | TS Expiration Date | ST Professional Suffix
        XTN 1 ST Telephone Number | ID Telecommunication Use Code | ID Telecommunication Equipment Type
            4 ST Email Address | NM Country Code | NM Area/City Code | NM Local Number | NM Extension
            9 ST Any Text | ST Extension Prefix | ST Speed Dial Code | ST Unformatted Telephone Number
        """#
}
