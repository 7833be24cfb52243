extension StandardMaps {
    /// Vocabulary of orders and results.
    static let resultTables = #"""
        table HL70038
        CA DC RP = revoked
        CM = completed
        ER = entered-in-error
        HD = on-hold
        IP SC = active
        * = unknown

        table HL70485
        S = stat
        A = asap
        R = routine
        U = urgent

        table HL70123
        O I S = registered
        P = preliminary
        R A = partial
        F = final
        C = corrected
        X = cancelled
        * = unknown

        table HL70085
        F = final
        P = preliminary
        C = corrected
        A = amended
        X = cancelled
        D W = entered-in-error
        * = unknown

        table HL70074 as http://terminology.hl7.org/CodeSystem/v2-0074

        table HL70078 to http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation
        L = L Low
        H = H High
        LL = LL "Critical low"
        HH = HH "Critical high"
        < = < "Off scale low"
        > = > "Off scale high"
        N = N Normal
        A = A Abnormal
        AA = AA "Critical abnormal"
        U = U "Significant change up"
        D = D "Significant change down"
        B = B Better
        W = W Worse
        S = S Susceptible
        R = R Resistant
        I = I Intermediate
        MS = MS "moderately susceptible"
        VS = VS "very susceptible"
        POS = POS Positive
        NEG = NEG Negative
        IND = IND Indeterminate
        DET = DET Detected
        ND = ND "Not detected"
        RR = RR Reactive
        NR = NR Non-reactive
        WR = WR "Weakly reactive"
        E = E Equivocal
        IE = IE "Insufficient evidence"
        EXP = EXP Expected
        UNE = UNE Unexpected
        HU = HU "Significantly high"
        LU = LU "Significantly low"
        NS = NS Non-susceptible
        SDD = SDD "Susceptible-dose dependent"
        TOX = TOX "Cytotoxic substance present"


        """#

    /// What is written in OBX-6 and means one unit of UCUM beyond doubt.
    static let units = #"""
        table units
        % PERCENT MDC_DIM_PERCENT = %
        mmol/L mmol/l MMOLL = mmol/L
        umol/L umol/l UMOLL = umol/L
        nmol/L = nmol/L
        pmol/L = pmol/L
        g/L g/l = g/L
        g/dL g/dl = g/dL
        mg/L mg/l = mg/L
        mg/dL mg/dl = mg/dL
        ug/L = ug/L
        ng/mL ng/ml = ng/mL
        pg/mL = pg/mL
        fL fl = fL
        pg = pg
        x10*9/L 10*9/L 10^9/L = 10*9/L
        x10*12/L 10*12/L 10^12/L = 10*12/L
        10*3/uL 10^3/uL = 10*3/uL
        10*6/uL 10^6/uL = 10*6/uL
        U/L u/l = U/L
        IU/L = [IU]/L
        mIU/L = m[IU]/L
        mEq/L = meq/L
        mmHg MDC_DIM_MMHG mm[Hg] = mm[Hg]
        mL/min MLMIN = mL/min
        s sec = s
        kg = kg
        g = g
        cm = cm
        m = m
        Cel "deg C" MDC_DIM_DEGC = Cel
        /min MDC_DIM_BEAT_PER_MIN MDC_DIM_RESP_PER_MIN = /min

        """#
}
