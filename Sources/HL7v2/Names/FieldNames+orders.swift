extension FieldNames {
    /// Orders, results, scheduling, referral and documents (v2.5.1 ch. 4, 7, 9, 10 and 11).
    static let orders = #"""
        ORC 1 ID Order Control | EI Placer Order Number | EI Filler Order Number | EI Placer Group Number
            5 ID Order Status | ID Response Flag | TQ Quantity/Timing | EIP Parent | TS Date/Time of Transaction
            10 XCN Entered By | XCN Verified By | XCN Ordering Provider | PL Enterer's Location
            14 XTN Call Back Phone Number | TS Order Effective Date/Time | CE Order Control Code Reason
            17 CE Entering Organization | CE Entering Device | XCN Action By
            20 CE Advanced Beneficiary Notice Code | XON Ordering Facility Name | XAD Ordering Facility Address
            23 XTN Ordering Facility Phone Number | XAD Ordering Provider Address | CWE Order Status Modifier
            26 CWE Advanced Beneficiary Notice Override Reason | TS Filler's Expected Availability Date/Time
            28 CWE Confidentiality Code | CWE Order Type | CNE Enterer Authorization Mode
            31 CWE Parent Universal Service Identifier
        OBR 1 SI Set ID - OBR | EI Placer Order Number | EI Filler Order Number
            4 CE Universal Service Identifier | ID Priority OBR | TS Requested Date/Time
            7 TS Observation Date/Time | TS Observation End Date/Time | CQ Collection Volume
            10 XCN Collector Identifier | ID Specimen Action Code | CE Danger Code
            13 ST Relevant Clinical Information | TS Specimen Received Date/Time | SPS Specimen Source
            16 XCN Ordering Provider | XTN Order Callback Phone Number | ST Placer Field 1 | ST Placer Field 2
            20 ST Filler Field 1 | ST Filler Field 2 | TS Results Rpt/Status Chng - Date/Time
            23 MOC Charge to Practice | ID Diagnostic Serv Sect ID | ID Result Status | PRL Parent Result
            27 TQ Quantity/Timing | XCN Result Copies To | EIP Parent | ID Transportation Mode
            31 CE Reason for Study | NDL Principal Result Interpreter | NDL Assistant Result Interpreter
            34 NDL Technician | NDL Transcriptionist | TS Scheduled Date/Time | NM Number of Sample Containers
            38 CE Transport Logistics of Collected Sample | CE Collector's Comment
            40 CE Transport Arrangement Responsibility | ID Transport Arranged | ID Escort Required
            43 CE Planned Patient Transport Comment | CE Procedure Code | CE Procedure Code Modifier
            46 CE Placer Supplemental Service Information | CE Filler Supplemental Service Information
            48 CWE Medically Necessary Duplicate Procedure Reason | IS Result Handling
            50 CWE Parent Universal Service Identifier
        OBX 1 SI Set ID - OBX | ID Value Type | CE Observation Identifier | ST Observation Sub-ID
            5 varies Observation Value | CE Units | ST References Range | IS Abnormal Flags | NM Probability
            10 ID Nature of Abnormal Test | ID Observation Result Status
            12 TS Effective Date of Reference Range Values | ST User Defined Access Checks
            14 TS Date/Time of the Observation | CE Producer's Reference | XCN Responsible Observer
            17 CE Observation Method | EI Equipment Instance Identifier | TS Date/Time of the Analysis
            20 varies Reserved for Harmonization with V2.6 | varies Reserved for Harmonization with V2.6
            22 varies Reserved for Harmonization with V2.6 | XON Performing Organization Name
            24 XAD Performing Organization Address | XCN Performing Organization Medical Director
        SPM 1 SI Set ID - SPM | EIP Specimen ID | EIP Specimen Parent IDs | CWE Specimen Type
            5 CWE Specimen Type Modifier | CWE Specimen Additives | CWE Specimen Collection Method
            8 CWE Specimen Source Site | CWE Specimen Source Site Modifier | CWE Specimen Collection Site
            11 CWE Specimen Role | CQ Specimen Collection Amount | NM Grouped Specimen Count
            14 ST Specimen Description | CWE Specimen Handling Code | CWE Specimen Risk Code
            17 DR Specimen Collection Date/Time | TS Specimen Received Date/Time
            19 TS Specimen Expiration Date/Time | ID Specimen Availability | CWE Specimen Reject Reason
            22 CWE Specimen Quality | CWE Specimen Appropriateness | CWE Specimen Condition
            25 CQ Specimen Current Quantity | NM Number of Specimen Containers | CWE Container Type
            28 CWE Container Condition | CWE Specimen Child Role
        TQ1 1 SI Set ID - TQ1 | CQ Quantity | RPT Repeat Pattern | TM Explicit Time | CQ Relative Time and Units
            6 CQ Service Duration | TS Start Date/Time | TS End Date/Time | CWE Priority | TX Condition Text
            11 TX Text Instruction | ID Conjunction | CQ Occurrence Duration | NM Total Occurrences
        TQ2 1 SI Set ID - TQ2 | ID Sequence Results Flag | EI Related Placer Number | EI Related Filler Number
            5 EI Related Placer Group Number | ID Sequence Condition Code | ID Cyclic Entry Exit Indicator
            8 CQ Sequence Condition Time Interval | NM Cyclic Group Maximum Number of Repeats
            10 ID Special Service Request Relationship
        CTI 1 EI Sponsor Study ID | CE Study Phase Identifier | CE Study Scheduled Time Point
        RXO 1 CE Requested Give Code | NM Requested Give Amount - Minimum | NM Requested Give Amount - Maximum
            4 CE Requested Give Units | CE Requested Dosage Form | CE Provider's Pharmacy/Treatment Instructions
            7 CE Provider's Administration Instructions | LA1 Deliver-To Location | ID Allow Substitutions
            10 CE Requested Dispense Code | NM Requested Dispense Amount | CE Requested Dispense Units
            13 NM Number Of Refills | XCN Ordering Provider's DEA Number
            15 XCN Pharmacist/Treatment Supplier's Verifier ID | ID Needs Human Review
            17 ST Requested Give Per (Time Unit) | NM Requested Give Strength | CE Requested Give Strength Units
            20 CE Indication | ST Requested Give Rate Amount | CE Requested Give Rate Units
            23 CQ Total Daily Dose | CE Supplementary Code | NM Requested Drug Strength Volume
            26 CWE Requested Drug Strength Volume Units | ID Pharmacy Order Type | NM Dispensing Interval
        RXE 1 TQ Quantity Timing | CE Give Code | NM Give Amount Minimum | NM Give Amount Maximum
            5 CE Give Units | CE Give Dosage Form | CE Provider's Administration Instructions
            8 LA1 Deliver to Location | ID Substitution Status | NM Dispense Amount | CE Dispense Units
            12 NM Number of Refills | XCN Ordering Provider's DEA Number
            14 XCN Pharmacist/Treatment Supplier's Verifier ID | ST Prescription Number
            16 NM Number of Refills Remaining | NM Number of Refills Doses Dispensed
            18 TS D/T of Most Recent Refill or Dose Dispensed | CQ Total Daily Dose | ID Needs Human Review
            21 CE Pharmacy Treatment Supplier's Special Dispensing Instructions | ST Give per Time Unit
            23 ST Give Rate Amount | CE Give Rate Units | NM Give Strength | CE Give Strength Units
            27 CE Give Indication | NM Dispense Package Size | CE Dispense Package Size Unit
            30 ID Dispense Package Method | CE Supplementary Code | TS Original Order Date/Time
            33 NM Give Drug Strength Volume | CWE Give Drug Strength Volume Units
            35 CWE Controlled Substance Schedule | ID Formulary Status
            37 CWE Pharmaceutical Substance Alternative | CWE Pharmacy of Most Recent Fill
            39 NM Initial Dispense Amount | CWE Dispensing Pharmacy | XAD Dispensing Pharmacy Address
            42 PL Deliver to Patient Location | XAD Deliver to Address | ID Pharmacy Order Type
        RXR 1 CE Route | CWE Administration Site | CE Administration Device | CWE Administration Method
            5 CE Routing Instruction | CWE Administration Site Modifier
        RXA 1 NM Give Sub-ID Counter | NM Administration Sub-ID Counter | TS Date/Time Start of Administration
            4 TS Date/Time End of Administration | CE Administered Code | NM Administered Amount
            7 CE Administered Units | CE Administered Dosage Form | CE Administration Notes
            10 XCN Administering Provider | LA2 Administered-at Location | ST Administered Per (Time Unit)
            13 NM Administered Strength | CE Administered Strength Units | ST Substance Lot Number
            16 TS Substance Expiration Date | CE Substance Manufacturer Name
            18 CE Substance/Treatment Refusal Reason | CE Indication | ID Completion Status
            21 ID Action Code - RXA | TS System Entry Date/Time | NM Administered Drug Strength Volume
            24 CWE Administered Drug Strength Volume Units | CWE Administered Barcode Identifier
            26 ID Pharmacy Order Type
        RXC 1 ID RX Component Type | CE Component Code | NM Component Amount | CE Component Units
            5 NM Component Strength | CE Component Strength Units | CE Supplementary Code
            8 NM Component Drug Strength Volume | CWE Component Drug Strength Volume Units
        RGS 1 SI Set ID - RGS | ID Segment Action Code | CE Resource Group ID
        SCH 1 EI Placer Appointment ID | EI Filler Appointment ID | NM Occurrence Number
            4 EI Placer Group Number | CE Schedule ID | CE Event Reason | CE Appointment Reason
            8 CE Appointment Type | NM Appointment Duration | CE Appointment Duration Units
            11 TQ Appointment Timing Quantity | XCN Placer Contact Person | XTN Placer Contact Phone Number
            14 XAD Placer Contact Address | PL Placer Contact Location | XCN Filler Contact Person
            17 XTN Filler Contact Phone Number | XAD Filler Contact Address | PL Filler Contact Location
            20 XCN Entered By Person | XTN Entered By Phone Number | PL Entered By Location
            23 EI Parent Placer Appointment ID | EI Parent Filler Appointment ID | CE Filler Status Code
            26 EI Placer Order Number | EI Filler Order Number
        AIS 1 SI set ID -AIS | ID Segment Action Code | CE Universal Service Identifier | TS Start Date/Time
            5 NM Start Date/Time Offset | CE Start Date/Time Offset Units | NM Duration | CE Duration Units
            9 IS Allow Substitution Code | CE Filler Status Code | CE Placer Supplemental Service Information
            12 CE Filler Supplemental Service Information
        AIG 1 SI set ID -AIG | ID Segment Action Code | CE Resource ID | CE Resource Type | CE Resource Group
            6 NM Resource Quantity | CE Resource Quantity Units | TS Start Date/Time | NM Start Date/Time Offset
            10 CE Start Date/Time Offset Units | NM Duration | CE Duration Units | IS Allow Substitution Code
            14 CE Filler Status Code
        AIL 1 SI set ID -AIL | ID Segment Action Code | PL Location Resource ID | CE Location Type - AIL
            5 CE Location Group | TS Start Date/Time | NM Start Date/Time Offset
            8 CE Start Date/Time Offset Units | NM Duration | CE Duration Units | IS Allow Substitution Code
            12 CE Filler Status Code
        AIP 1 SI set ID -AIP | ID Segment Action Code | XCN Personnel Resource ID | CE Resource Type
            5 CE Resource Group | TS Start Date/Time | NM Start Date/Time Offset
            8 CE Start Date/Time Offset Units | NM Duration | CE Duration Units | IS Allow Substitution Code
            12 CE Filler Status Code
        RF1 1 CE Referral Status | CE Referral Priority | CE Referral Type | CE Referral Disposition
            5 CE Referral Category | EI Originating Referral Identifier | TS Effective Date | TS Expiration Date
            9 TS Process Date | CE Referral Reason | EI External Referral Identifier
        PRD 1 CE Provider Role | XPN Provider Name | XAD Provider Address | PL Provider Location
            5 XTN Provider Communication Information | CE Preferred Method of Contact | PLN Provider Identifiers
            8 TS Effective Start Date of Provider Role | TS Effective End Date of Provider Role
        TXA 1 SI Set ID - TXA | IS Document Type | ID Document Content Presentation | TS Activity Date/Time
            5 XCN Primary Activity Provider Code/Name | TS Origination Date/Time | TS Transcription Date/Time
            8 TS Edit Date/Time | XCN Originator Code/Name | XCN Assigned Document Authenticator
            11 XCN Transcriptionist Code/Name | EI Unique Document Number | EI Parent Document Number
            14 EI Placer Order Number | EI Filler Order Number | ST Unique Document File Name
            17 ID Document Completion Status | ID Document Confidentiality Status
            19 ID Document Availability Status | ID Document Storage Status | ST Document Change Reason
            22 PPN Authentication Person Time Stamp | XCN Distributed Copies (Code and Name of Recipient(s) )
        """#
}
