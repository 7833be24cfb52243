extension FieldNames {
    /// Diagnoses, procedures, insurance and accounts (v2.5.1 ch. 6).
    static let finances = #"""
        DG1 1 SI Set ID - DG1 | ID Diagnosis Coding Method | CE Diagnosis Code DG1 | ST Diagnosis Description
            5 TS Diagnosis Date/Time | IS Diagnosis Type | CE Major Diagnostic Category
            8 CE Diagnostic Related Group | ID DRG Approval Indicator | IS DRG Grouper Review Code
            11 CE Outlier Type | NM Outlier Days | CP Outlier Cost | ST Grouper Version And Type
            15 ID Diagnosis Priority | XCN Diagnosing Clinician | IS Diagnosis Classification
            18 ID Confidential Indicator | TS Attestation Date/Time | EI Diagnosis Identifier
            21 ID Diagnosis Action Code
        DRG 1 CE Diagnostic Related Group | TS DRG Assigned Date/Time | ID DRG Approval Indicator
            4 IS DRG Grouper Review Code | CE Outlier Type | NM Outlier Days | CP Outlier Cost | IS DRG Payor
            9 CP Outlier Reimbursement | ID Confidential Indicator | IS DRG Transfer Type
        PR1 1 SI Set ID - PR1 | IS Procedure Coding Method | CE Procedure Code | ST Procedure Description
            5 TS Procedure Date/Time | IS Procedure Functional Type | NM Procedure Minutes
            8 XCN Anesthesiologist | IS Anesthesia Code | NM Anesthesia Minutes | XCN Surgeon
            12 XCN Procedure Practitioner | CE Consent Code | ID Procedure Priority
            15 CE Associated Diagnosis Code | CE Procedure Code Modifier | IS Procedure DRG Type
            18 CE Tissue Type Code | EI Procedure Identifier | ID Procedure Action Code
        GT1 1 SI Set ID - GT1 | CX Guarantor Number | XPN Guarantor Name | XPN Guarantor Spouse Name
            5 XAD Guarantor Address | XTN Guarantor Phone Number Home | XTN Guarantor Phone Number Business
            8 TS Guarantor Date/Time of Birth | IS Guarantor Administrative Sex | IS Guarantor Type
            11 CE Guarantor Relationship | ST Guarantor SSN | DT Guarantor Date Begin | DT Guarantor Date End
            15 NM Guarantor Priority | XPN Guarantor Employer Name | XAD Guarantor Employer Address
            18 XTN Guarantor Employer Phone Number | CX Guarantor Employee ID Number
            20 IS Guarantor Employment Status | XON Guarantor Organization Name | ID Guarantor Billing Hold Flag
            23 CE Guarantor Credit Rating Code | TS Guarantor Death Date and Time | ID Guarantor Death Flag
            26 CE Guarantor Charge Adjustment Code | CP Guarantor Household Annual Income
            28 NM Guarantor Household Size | CX Guarantor Employer ID Number | CE Guarantor Marital Status Code
            31 DT Guarantor Hire Effective Date | DT Employment Stop Date | IS Living Dependency
            34 IS Ambulatory Status | CE Citizenship | CE Primary Language | IS Living Arrangement
            38 CE Publicity Code | ID Protection Indicator | IS Student Indicator | CE Religion
            42 XPN Mother's Maiden Name | CE Nationality | CE Ethnic Group | XPN Contact Person's Name
            46 XTN Contact Person's Telephone Number | CE Contact Reason | IS Contact Relationship
            49 ST Job Title | JCC Job Code Class | XON Guarantor Employer's Organization Name | IS Handicap
            53 IS Job Status | FC Guarantor Financial Class | CE Guarantor Race | ST Guarantor Birth Place
            57 IS VIP Indicator
        IN1 1 SI Set ID - IN1 | CE Insurance Plan ID | CX Insurance Company ID | XON Insurance Company Name
            5 XAD Insurance Company Address | XPN Insurance Co Contact Person | XTN Insurance Co Phone Number
            8 ST Group Number | XON Group Name | CX Insured's Group Emp ID | XON Insured's Group Emp Name
            12 DT Plan Effective Date | DT Plan Expiration Date | AUI Authorization Information | IS Plan Type
            16 XPN Name Of Insured | CE Insured's Relationship To Patient | TS Insured's Date Of Birth
            19 XAD Insured's Address | IS Assignment Of Benefits | IS Coordination Of Benefits
            22 ST Coord Of Ben. Priority | ID Notice Of Admission Flag | DT Notice Of Admission Date
            25 ID Report Of Eligibility Flag | DT Report Of Eligibility Date | IS Release Information Code
            28 ST Pre-Admit Cert (PAC) | TS Verification Date/Time | XCN Verification By
            31 IS Type Of Agreement Code | IS Billing Status | NM Lifetime Reserve Days
            34 NM Delay Before L.R. Day | IS Company Plan Code | ST Policy Number | CP Policy Deductible
            38 CP Policy Limit - Amount | NM Policy Limit - Days | CP Room Rate - Semi-Private
            41 CP Room Rate - Private | CE Insured's Employment Status | IS Insured's Administrative Sex
            44 XAD Insured's Employer's Address | ST Verification Status | IS Prior Insurance Plan ID
            47 IS Coverage Type | IS Handicap | CX Insured's ID Number | IS Signature Code
            51 DT Signature Code Date | ST Insured's Birth Place | IS VIP Indicator
        IN2 1 CX Insured's Employee ID | ST Insured's Social Security Number
            3 XCN Insured's Employer's Name and ID | IS Employer Information Data | IS Mail Claim Party
            6 ST Medicare Health Ins Card Number | XPN Medicaid Case Name | ST Medicaid Case Number
            9 XPN Military Sponsor Name | ST Military ID Number | CE Dependent of Military Recipient
            12 ST Military Organization | ST Military Station | IS Military Service | IS Military Rank Grade
            16 IS Military Status | DT Military Retire Date | ID Military Non Avail Cert on File
            19 ID Baby Coverage | ID Combine Baby Bill | ST Blood Deductible
            22 XPN Special Coverage Approval Name | ST Special Coverage Approval Title
            24 IS Non-Covered Insurance Code | CX Payor ID | CX Payor Subscriber ID | IS Eligibility Source
            28 RMC Room Coverage Type Amount | PTA Policy Type Amount | DDI Daily Deductible
            31 IS Living Dependency | IS Ambulatory Status | CE Citizenship | CE Primary Language
            35 IS Living Arrangement | CE Publicity Code | ID Protection Indicator | IS Student Indicator
            39 CE Religion | XPN Mother's Maiden Name | CE Nationality | CE Ethnic Group | CE Marital Status
            44 DT Insured's Employment Start Date | DT Employment Stop Date | ST Job Title | JCC Job Code Class
            48 IS Job Status | XPN Employer Contact Person Name | XTN Employer Contact Person Phone Number
            51 IS Employer Contact Reason | XPN Insured's Contact Person's Name
            53 XTN Insured's Contact Person Phone Number | IS Insured's Contact Person Reason
            55 DT Relationship to the Patient Start Date | DT Relationship to the Patient Stop Date
            57 IS Insurance Co Contact Reason | XTN Insurance Co Contact Phone Number | IS Policy Scope
            60 IS Policy Source | CX Patient Member Number | CE Guarantor's Relationship to Insured
            63 XTN Insured's Phone Number Home | XTN Insured's Employer Phone Number
            65 CE Military Handicapped Program | ID Suspend Flag | ID Copay Limit Flag | ID Stoploss Limit Flag
            69 XON Insured Organization Name and ID | XON Insured Employer Organization Name and ID | CE Race
            72 CE CMS Patient's Relationship to Insured
        IN3 1 SI Set ID - IN3 | CX Certification Number | XCN Certified By | ID Certification Required
            5 MOP Penalty | TS Certification Date/Time | TS Certification Modify Date/Time | XCN Operator
            9 DT Certification Begin Date | DT Certification End Date | DTN Days
            12 CE Non-Concur Code/Description | TS Non-Concur Effective Date/Time | XCN Physician Reviewer
            15 ST Certification Contact | XTN Certification Contact Phone Number | CE Appeal Reason
            18 CE Certification Agency | XTN Certification Agency Phone Number
            20 ICD Pre-Certification Requirement | ST Case Manager | DT Second Opinion Date
            23 IS Second Opinion Status | IS Second Opinion Documentation Received
            25 XCN Second Opinion Physician
        ACC 1 TS Accident Date/Time | CE Accident Code | ST Accident Location | CE Auto Accident State
            5 ID Accident Job Related Indicator | ID Accident Death Indicator | XCN Entered by
            8 ST Accident Description | ST Brought in by | ID Police Notified Indicator | XAD Accident Address
        UB1 1 SI Set ID - UB1 | NM Blood Deductible 43 | NM Blood Furnished Pints of 40
            4 NM Blood Replaced Pints 41 | NM Blood Not Replaced Pints 42 | NM Co-Insurance Days 25
            7 IS Condition Code 35 39 | NM Covered Days 23 | NM Non-Covered Days 24
            10 UVC Value Amount Code 46-49 | NM Number of Grace Days 90 | CE Special Program Indicator 44
            13 CE PSRO/UR Approval Indicator 87 | DT PSRO/UR Approved Stay From 88
            15 DT PSRO/UR Approved Stay to 89 | OCD Occurrence 28 32 | CE Occurrence Span 33
            18 DT Occur Span Start Date 33 | DT Occur Span End Date 33 | ST UB 82 Locator 2 | ST UB 82 Locator 9
            22 ST UB 82 Locator 27 | ST UB 82 Locator 45
        UB2 1 SI Set ID - UB2 | ST Co-Insurance Days 9 | IS Condition Code 24 30 | ST Covered Days 7
            5 ST Non-Covered Days 8 | UVC Value Amount Code | OCD Occurrence Code Date 32 35
            8 OSP Occurrence Span Code Dates 36 | ST UB92 Locator 2 State | ST UB92 Locator 11 State
            11 ST UB92 Locator 31 National | ST Document Control Number | ST UB92 Locator 49 National
            14 ST UB92 Locator 56 State | ST UB92 Locator 57 National | ST UB92 Locator 78 State
            17 NM Special Visit Count
        FT1 1 SI Set ID - FT1 | ST Transaction ID | ST Transaction Batch ID | DR Transaction Date
            5 TS Transaction Posting Date | IS Transaction Type | CE Transaction Code
            8 ST Transaction Description | ST Transaction Description Alt | NM Transaction Quantity
            11 CP Transaction Amount Extended | CP Transaction Amount Unit | CE Department Code
            14 CE Insurance Plan ID | CP Insurance Amount | PL Assigned Patient Location | IS Fee Schedule
            18 IS Patient Type | CE Diagnosis Code FT1 | XCN Performed by Code | XCN Ordered by Code
            22 CP Unit Cost | EI Filler Order Number | XCN Entered by Code | CE Procedure Code
            26 CE Procedure Code Modifier | CE Advanced Beneficiary Notice Code
            28 CWE Medically Necessary Duplicate Procedure Reason | CNE NDC Code | CX Payment Reference ID
            31 SI Transaction Reference Key
        """#
}
