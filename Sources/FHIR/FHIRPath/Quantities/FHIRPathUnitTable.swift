/// UCUM's units that healthcare uses, with their values in base units (UCUM 2.1, tables 1 to 24).
///
/// `mol` is a base of its own here, though UCUM makes a number of it: nobody means 6.02 × 10²³ by a mole per litre when
/// comparing it with a count.
enum FHIRPathUnitTable {
    struct Atom: Sendable {
        var unit: FHIRPathUnit
        /// Whether prefixes may stand before it.
        let isMetric: Bool
    }

    /// Powers of ten.
    static let prefixes: [String: Int] = [
        "Y": 24, "Z": 21, "E": 18, "P": 15, "T": 12, "G": 9, "M": 6, "k": 3, "h": 2, "da": 1, "d": -1, "c": -2,
        "m": -3, "u": -6, "n": -9, "p": -12, "f": -15, "a": -18, "z": -21, "y": -24,
    ]

    static let atoms: [String: Atom] = {
        var atoms: [String: Atom] = [:]
        func add(_ rows: [(String, String, String)], isMetric: Bool) {
            for (symbols, factor, dimensions) in rows {
                for symbol in symbols.split(separator: " ") {
                    atoms[String(symbol)] = Atom(unit: unit(factor, dimensions, String(symbol)), isMetric: isMetric)
                }
            }
        }
        add(metric, isMetric: true)
        add(plain, isMetric: false)
        // K = °C + 273.15; K = (°F + 459.67) × 5/9
        atoms["Cel"]?.unit.offset = FHIRDecimal("273.15")
        atoms["[degF]"]?.unit.offset = FHIRDecimal("459.67")
        return atoms
    }()

    /// `5/9` or `133.322`, and `g:1 m:-1 s:-2`; `*` is the symbol itself as a dimension.
    private static func unit(_ factor: String, _ dimensions: String, _ symbol: String) -> FHIRPathUnit {
        let parts = factor.split(separator: "/")
        var powers: [String: Int] = [:]
        for dimension in dimensions.split(separator: " ") {
            let pair = dimension.split(separator: ":")
            powers[pair[0] == "*" ? symbol : String(pair[0])] = pair.count > 1 ? Int(pair[1]) : 1
        }
        return FHIRPathUnit(
            numerator: FHIRDecimal(String(parts[0])) ?? FHIRDecimal(1),
            denominator: parts.count > 1 ? FHIRDecimal(String(parts[1])) ?? FHIRDecimal(1) : FHIRDecimal(1),
            dimensions: powers)
    }

    private static let metric: [(String, String, String)] = [
        ("m", "1", "m"), ("s", "1", "s"), ("g", "1", "g"), ("K", "1", "K"), ("mol eq osm", "1", "mol"),
        ("cd", "1", "cd"), ("C", "1", "C"), ("rad", "1", "rad"), ("sr", "1", "rad:2"),
        ("Hz Bq", "1", "s:-1"), ("N", "1000", "g m s:-2"), ("Pa", "1000", "g m:-1 s:-2"),
        ("J", "1000", "g m:2 s:-2"), ("W", "1000", "g m:2 s:-3"), ("A", "1", "C s:-1"),
        ("V", "1000", "g m:2 s:-2 C:-1"), ("F", "0.001", "C:2 g:-1 m:-2 s:2"), ("Ohm", "1000", "g m:2 s:-1 C:-2"),
        ("S", "0.001", "g:-1 m:-2 s C:2"), ("Wb", "1000", "g m:2 s:-1 C:-1"), ("T", "1000", "g s:-1 C:-1"),
        ("H", "1000", "g m:2 C:-2"), ("lm", "1", "cd rad:2"), ("lx", "1", "cd rad:2 m:-2"),
        ("Gy Sv", "1", "m:2 s:-2"), ("Cel", "1", "K"), ("l L", "0.001", "m:3"), ("ar", "100", "m:2"),
        ("t", "1000000", "g"), ("bar", "100000000", "g m:-1 s:-2"), ("u", "1.6605402e-24", "g"),
        ("eV", "1.60217733e-16", "g m:2 s:-2"), ("kat", "1", "mol s:-1"), ("U", "1/60000000", "mol s:-1"),
        ("m[Hg]", "133322000", "g m:-1 s:-2"), ("m[H2O]", "9806650", "g m:-1 s:-2"),
        ("cal cal_th", "4184", "g m:2 s:-2"), ("dyn", "0.01", "g m s:-2"), ("erg", "0.0001", "g m:2 s:-2"),
        ("P", "100", "g m:-1 s:-1"), ("St", "0.0001", "m:2 s:-1"), ("G", "0.1", "g s:-1 C:-1"),
        ("Ci", "37000000000", "s:-1"), ("R", "0.000000258", "C g:-1"), ("RAD REM", "0.01", "m:2 s:-2"),
        ("bit", "1", "bit"), ("By", "8", "bit"), ("Bd", "1", "s:-1"), ("[iU] [IU]", "1", "[iU]"), ("B", "1", "*"),
        ("Np", "1", "*"), ("g%", "10000", "g m:-3"), ("[g]", "9.80665", "m s:-2"),
    ]

    private static let plain: [(String, String, String)] = [
        // Time. Months and years are UCUM's mean Julian ones.
        ("min", "60", "s"), ("h", "3600", "s"), ("d", "86400", "s"), ("wk", "604800", "s"),
        ("mo mo_j", "2629800", "s"), ("a a_j", "31557600", "s"), ("mo_s", "2551442.976", "s"),
        ("a_g", "31556952", "s"), ("a_t", "31556925.216", "s"), ("mo_g", "2629746", "s"),
        // Numbers.
        ("%", "0.01", ""), ("[ppth]", "0.001", ""), ("[ppm]", "0.000001", ""), ("[ppb]", "0.000000001", ""),
        ("[pptr]", "0.000000000001", ""), ("[pi]", "3.1415926535897932384626433832795", ""),
        // Angles.
        ("deg", "0.017453292519943295769", "rad"), ("'", "0.00029088820866572159615", "rad"),
        ("''", "0.0000048481368110953599359", "rad"), ("gon", "0.015707963267948966192", "rad"),
        ("circ", "6.2831853071795864769", "rad"),
        // Length, area and volume.
        ("[in_i]", "0.0254", "m"), ("[ft_i]", "0.3048", "m"), ("[yd_i]", "0.9144", "m"), ("[mi_i]", "1609.344", "m"),
        ("[nmi_i]", "1852", "m"), ("[fth_i]", "1.8288", "m"), ("[in_us]", "100/3937", "m"),
        ("[ft_us]", "1200/3937", "m"), ("[sin_i]", "0.00064516", "m:2"), ("[sft_i]", "0.09290304", "m:2"),
        ("[syd_i]", "0.83612736", "m:2"), ("[cin_i]", "0.000016387064", "m:3"), ("[cft_i]", "0.028316846592", "m:3"),
        ("[acr_us]", "4046.872609874252", "m:2"), ("[gal_us]", "0.003785411784", "m:3"),
        ("[qt_us]", "0.000946352946", "m:3"), ("[pt_us]", "0.000473176473", "m:3"),
        ("[cup_us]", "0.0002365882365", "m:3"), ("[foz_us]", "0.0000295735295625", "m:3"),
        ("[tbs_us]", "0.00001478676478125", "m:3"), ("[tsp_us]", "0.00000492892159375", "m:3"),
        ("[fdr_us]", "0.0000036966911953125", "m:3"), ("[cup_m]", "0.00024", "m:3"), ("[foz_m]", "0.00003", "m:3"),
        ("[tbs_m]", "0.000015", "m:3"), ("[tsp_m]", "0.000005", "m:3"), ("[drp]", "0.00000005", "m:3"),
        ("[gal_br]", "0.00454609", "m:3"), ("[pt_br]", "0.00056826125", "m:3"), ("[foz_br]", "0.0000284130625", "m:3"),
        ("[Ch]", "0.001/3", "m"), ("[hd_i]", "0.1016", "m"), ("Ao", "0.0000000001", "m"),
        // Mass.
        ("[lb_av]", "453.59237", "g"), ("[oz_av]", "28.349523125", "g"), ("[dr_av]", "1.7718451953125", "g"),
        ("[gr]", "0.06479891", "g"), ("[stone_av]", "6350.29318", "g"), ("[ston_av]", "907184.74", "g"),
        ("[lton_av]", "1016046.9088", "g"), ("[oz_tr]", "31.1034768", "g"), ("[lb_tr]", "373.2417216", "g"),
        ("[oz_ap]", "31.1034768", "g"), ("[dr_ap]", "3.8879346", "g"), ("[car_m]", "0.2", "g"),
        // Pressure, energy, power.
        ("[in_i'Hg]", "3386378.8", "g m:-1 s:-2"), ("[in_i'H2O]", "249088.91", "g m:-1 s:-2"),
        ("atm", "101325000", "g m:-1 s:-2"), ("[psi]", "6894757.293168361", "g m:-1 s:-2"),
        ("[Cal]", "4184000", "g m:2 s:-2"), ("[Btu]", "1055055.85262", "g m:2 s:-2"),
        ("[HP]", "745699.87158227", "g m:2 s:-3"),
        ("[lbf_av]", "4448.2216152605", "g m s:-2"), ("[kn_i]", "1852/3600", "m s:-1"),
        // Temperature.
        ("[degF]", "5/9", "K"), ("[degR]", "5/9", "K"),
        // Clinical.
        ("[diop]", "1", "m:-1"), ("[MET]", "0.0000000035/60", "m:3 s:-1 g:-1"), ("[HPF]", "1", ""),
        ("[LPF]", "100", ""),
        ("[PRU]", "133322000000", "g m:-4 s:-1"), ("[S]", "0.0000000000001", "s"),
        ("[arb'U] [USP'U] [GPL'U] [MPL'U] [APL'U] [bdsk'U] [beth'U] [BAU] [AU] [Amb'a'1'U]", "1", "*"),
        ("[CFU] [PFU] [FFU] [LFU] [TCID_50] [CCID_50] [EID_50] [CPU] [dye'U] [knk'U] [mclg'U] [smgy'U]", "1", "*"),
        ("[todd'U] [tb'U] [D'ag'U] [ELU] [EU] [hnsf'U] [JDF'U] [MU] [ST'U] [DU] [IR] [PNU] [Lf]", "1", "*"),
        ("[pH] [m/s2/Hz^0.5] [p'diop] [QALY] [NTU] [FNU] [RFU] [kp_C] [hp_X] [hp_C] [hp_M] [hp_Q]", "1", "*"),
    ]
}
