extension FieldNames {
    /// Control, patient and visit segments (v2.5.1 ch. 2 and 3).
    static let patients = #"""
        MSH 1 ST Field Separator | ST Encoding Characters | HD Sending Application | HD Sending Facility
            5 HD Receiving Application | HD Receiving Facility | TS Date/Time of Message | ST Security
            9 MSG Message Type | ST Message Control ID | PT Processing ID | VID Version ID | NM Sequence Number
            14 ST Continuation Pointer | ID Accept Acknowledgment Type | ID Application Acknowledgment Type
            17 ID Country Code | ID Character Set | CE Principal Language Of Message
            20 ID Alternate Character Set Handling Scheme | EI Message Profile Identifier
        SFT 1 XON Software Vendor Organization | ST Software Certified Version or Release Number
            3 ST Software Product Name | ST Software Binary ID | TX Software Product Information
            6 TS Software Install Date
        MSA 1 ID Acknowledgment Code | ST Message Control ID | ST Text Message | NM Expected Sequence Number
            5 ID Delayed Acknowledgment Type | CE Error Condition
        ERR 1 ELD Error Code and Location | ERL Error Location | CWE HL7 Error Code | ID Severity
            5 CWE Application Error Code | ST Application Error Parameter | TX Diagnostic Information
            8 TX User Message | IS Inform Person Indicator | CWE Override Type | CWE Override Reason Code
            12 XTN Help Desk Contact Point
        NTE 1 SI Set ID - NTE | ID Source of Comment | FT Comment | CE Comment Type
        DSC 1 ST Continuation Pointer | ID Continuation Style
        QPD 1 CE Message Query Name | ST Query Tag | varies User Parameters in Successive Fields
        RCP 1 ID Query Priority | CQ Quantity Limited Request | CE Response Modality
            4 TS Execution and Delivery Time | ID Modify Indicator | SRT Sort by Field
            7 ID Segment Group Inclusion
        QAK 1 ST Query Tag | ID Query Response Status | CE Message Query Name | NM Hit Count | NM This Payload
            6 NM Hits Remaining
        EVN 1 ID Event Type Code | TS Recorded Date/Time | TS Date/Time Planned Event | IS Event Reason Code
            5 XCN Operator ID | TS Event Occurred | HD Event Facility
        PID 1 SI Set ID - PID | CX Patient ID | CX Patient Identifier List | CX Alternate Patient ID - PID
            5 XPN Patient Name | XPN Mother's Maiden Name | TS Date/Time of Birth | IS Administrative Sex
            9 XPN Patient Alias | CE Race | XAD Patient Address | IS County Code | XTN Phone Number - Home
            14 XTN Phone Number - Business | CE Primary Language | CE Marital Status | CE Religion
            18 CX Patient Account Number | ST SSN Number - Patient | DLN Driver's License Number - Patient
            21 CX Mother's Identifier | CE Ethnic Group | ST Birth Place | ID Multiple Birth Indicator
            25 NM Birth Order | CE Citizenship | CE Veterans Military Status | CE Nationality
            29 TS Patient Death Date and Time | ID Patient Death Indicator | ID Identity Unknown Indicator
            32 IS Identity Reliability Code | TS Last Update Date/Time | HD Last Update Facility
            35 CE Species Code | CE Breed Code | ST Strain | CE Production Class Code | CWE Tribal Citizenship
        PD1 1 IS Living Dependency | IS Living Arrangement | XON Patient Primary Facility
            4 XCN Patient Primary Care Provider Name & ID No. | IS Student Indicator | IS Handicap
            7 IS Living Will Code | IS Organ Donor Code | ID Separate Bill | CX Duplicate Patient
            11 CE Publicity Code | ID Protection Indicator | DT Protection Indicator Effective Date
            14 XON Place of Worship | CE Advance Directive Code | IS Immunization Registry Status
            17 DT Immunization Registry Status Effective Date | DT Publicity Code Effective Date
            19 IS Military Branch | IS Military Rank/Grade | IS Military Status
        NK1 1 SI Set ID - NK1 | XPN Name | CE Relationship | XAD Address | XTN Phone Number
            6 XTN Business Phone Number | CE Contact Role | DT Start Date | DT End Date
            10 ST Next of Kin / Associated Parties Job Title
            11 JCC Next of Kin / Associated Parties Job Code/Class
            12 CX Next of Kin / Associated Parties Employee Number | XON Organization Name - NK1
            14 CE Marital Status | IS Administrative Sex | TS Date/Time of Birth | IS Living Dependency
            18 IS Ambulatory Status | CE Citizenship | CE Primary Language | IS Living Arrangement
            22 CE Publicity Code | ID Protection Indicator | IS Student Indicator | CE Religion
            26 XPN Mother's Maiden Name | CE Nationality | CE Ethnic Group | CE Contact Reason
            30 XPN Contact Person's Name | XTN Contact Person's Telephone Number | XAD Contact Person's Address
            33 CX Next of Kin/Associated Party's Identifiers | IS Job Status | CE Race | IS Handicap
            37 ST Contact Person Social Security Number | ST Next of Kin Birth Place | IS VIP Indicator
        PV1 1 SI Set ID - PV1 | IS Patient Class | PL Assigned Patient Location | IS Admission Type
            5 CX Preadmit Number | PL Prior Patient Location | XCN Attending Doctor | XCN Referring Doctor
            9 XCN Consulting Doctor | IS Hospital Service | PL Temporary Location | IS Preadmit Test Indicator
            13 IS Re-admission Indicator | IS Admit Source | IS Ambulatory Status | IS VIP Indicator
            17 XCN Admitting Doctor | IS Patient Type | CX Visit Number | FC Financial Class
            21 IS Charge Price Indicator | IS Courtesy Code | IS Credit Rating | IS Contract Code
            25 DT Contract Effective Date | NM Contract Amount | NM Contract Period | IS Interest Code
            29 IS Transfer to Bad Debt Code | DT Transfer to Bad Debt Date | IS Bad Debt Agency Code
            32 NM Bad Debt Transfer Amount | NM Bad Debt Recovery Amount | IS Delete Account Indicator
            35 DT Delete Account Date | IS Discharge Disposition | DLD Discharged to Location | CE Diet Type
            39 IS Servicing Facility | IS Bed Status | IS Account Status | PL Pending Location
            43 PL Prior Temporary Location | TS Admit Date/Time | TS Discharge Date/Time
            46 NM Current Patient Balance | NM Total Charges | NM Total Adjustments | NM Total Payments
            50 CX Alternate Visit ID | IS Visit Indicator | XCN Other Healthcare Provider
        PV2 1 PL Prior Pending Location | CE Accommodation Code | CE Admit Reason | CE Transfer Reason
            5 ST Patient Valuables | ST Patient Valuables Location | IS Visit User Code
            8 TS Expected Admit Date/Time | TS Expected Discharge Date/Time
            10 NM Estimated Length of Inpatient Stay | NM Actual Length of Inpatient Stay | ST Visit Description
            13 XCN Referral Source Code | DT Previous Service Date | ID Employment Illness Related Indicator
            16 IS Purge Status Code | DT Purge Status Date | IS Special Program Code | ID Retention Indicator
            20 NM Expected Number of Insurance Plans | IS Visit Publicity Code | ID Visit Protection Indicator
            23 XON Clinic Organization Name | IS Patient Status Code | IS Visit Priority Code
            26 DT Previous Treatment Date | IS Expected Discharge Disposition | DT Signature on File Date
            29 DT First Similar Illness Date | CE Patient Charge Adjustment Code | IS Recurring Service Code
            32 ID Billing Media Code | TS Expected Surgery Date and Time | ID Military Partnership Code
            35 ID Military Non-Availability Code | ID Newborn Baby Indicator | ID Baby Detained Indicator
            38 CE Mode of Arrival Code | CE Recreational Drug Use Code | CE Admission Level of Care Code
            41 CE Precaution Code | CE Patient Condition Code | IS Living Will Code | IS Organ Donor Code
            45 CE Advance Directive Code | DT Patient Status Effective Date | TS Expected LOA Return Date/Time
            48 TS Expected Pre-admission Testing Date/Time | IS Notify Clergy Code
        ROL 1 EI Role Instance ID | ID Action Code | CE Role-ROL | XCN Role Person | TS Role Begin Date/Time
            6 TS Role End Date/Time | CE Role Duration | CE Role Action Reason | CE Provider Type
            10 CE Organization Unit Type | XAD Office/Home Address/Birthplace | XTN Phone
        MRG 1 CX Prior Patient Identifier List | CX Prior Alternate Patient ID | CX Prior Patient Account Number
            4 CX Prior Patient ID | CX Prior Visit Number | CX Prior Alternate Visit ID | XPN Prior Patient Name
        NPU 1 PL Bed Location | IS Bed Status
        DB1 1 SI Set ID - DB1 | IS Disabled Person Code | CX Disabled Person Identifier | ID Disabled Indicator
            5 DT Disability Start Date | DT Disability End Date | DT Disability Return to Work Date
            8 DT Disability Unable to Work Date
        AL1 1 SI Set ID - AL1 | CE Allergen Type Code | CE Allergen Code/Mnemonic/Description
            4 CE Allergy Severity Code | ST Allergy Reaction Code | DT Identification Date
        IAM 1 SI Set ID - IAM | CE Allergen Type Code | CE Allergen Code/Mnemonic/Description
            4 CE Allergy Severity Code | ST Allergy Reaction Code | CNE Allergy Action Code
            7 EI Allergy Unique Identifier | ST Action Reason | CE Sensitivity to Causative Agent Code
            10 CE Allergen Group Code/Mnemonic/Description | DT Onset Date | ST Onset Date Text
            13 TS Reported Date/Time | XPN Reported By | CE Relationship to Patient Code | CE Alert Device Code
            17 CE Allergy Clinical Status Code | XCN Statused by Person | XON Statused by Organization
            20 TS Statused at Date/Time
        """#
}
