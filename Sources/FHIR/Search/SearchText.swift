@_spi(_Unicode) import Swift

/// Text as string searches compare it (R4 search.html §3.1.1.4.8: by case and combining characters normalised).
///
/// What ``fold(_:)`` does, in this order:
/// 1. lower-, upper- and lower-cased by Unicode's full mappings, whatever the locale: ß, ẞ → ss, ﬁ → fi, ς → σ, ſ → s.
///    Going through upper case also makes one letter of the Turkish i, ı, I and İ: IŞIK, ışık and ISIK are equal.
/// 2. decomposed canonically (NFD), accents dropped: é → e, ё → е, ά → α, vowel points of Hebrew and Arabic. Marks
///    that tell letters apart stay: Indic vowel signs, nukta and virama, the voicing of kana. Letters that Unicode
///    does not decompose stay what they are: ø, đ, ł, æ, œ.
/// 3. every run of white space (no-break space and line ends included) becomes one space, none at either end.
///
/// Folding is idempotent, and the fold of a text begins with the fold of each of its beginnings that does not end
/// within a letter or in white space: what prefix search rests on.
public enum SearchText {
    public static func fold(_ text: String) -> String {
        var text = text
        return text.withUTF8 { bytes in fold(utf8: bytes) }
    }

    /// The same from UTF-8 bytes; ill-formed ones become U+FFFD.
    public static func fold(utf8 bytes: UnsafeBufferPointer<UInt8>) -> String {
        guard bytes.allSatisfy({ $0 < 0x80 }) else {
            return foldUnicode(String(decoding: bytes, as: UTF8.self))
        }
        return foldASCII(bytes)
    }

    private static func foldASCII(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        String(unsafeUninitializedCapacity: bytes.count) { output in
            var count = 0
            var pendingSpace = false
            for byte in bytes {
                if byte == 0x20 || 0x09...0x0D ~= byte {
                    pendingSpace = count > 0
                    continue
                }
                if pendingSpace {
                    output[count] = 0x20
                    count += 1
                    pendingSpace = false
                }
                output[count] = 0x41...0x5A ~= byte ? byte | 0x20 : byte
                count += 1
            }
            return count
        }
    }

    private static func foldUnicode(_ text: String) -> String {
        var output = String.UnicodeScalarView()
        var pendingSpace = false
        for scalar in text.lowercased().uppercased().lowercased()._nfd {
            let properties = scalar.properties
            if properties.isWhitespace {
                pendingSpace = !output.isEmpty
                continue
            }
            if isAccent(properties.canonicalCombiningClass) { continue }
            if pendingSpace {
                output.append(" ")
                pendingSpace = false
            }
            output.append(scalar)
        }
        return String(output)
    }

    /// Fixed-position classes of Hebrew and Arabic points, and the attached and free accents (UAX #44, table 15).
    private static func isAccent(_ combining: Unicode.CanonicalCombiningClass) -> Bool {
        10...36 ~= combining.rawValue || 200...240 ~= combining.rawValue
    }
}
