import TestSupport
import Testing

@testable import FHIR

@Suite("Folded text")
struct SearchTextTests {
    @Test(
        "case, accents and white space do not matter",
        arguments: [
            ("Müller", "muller"), ("MU\u{308}LLER", "muller"), ("Straße", "strasse"), ("STRASSE", "strasse"),
            ("ẞ", "ss"), ("Łódź", "łodz"), ("Ørsted", "ørsted"), ("Ærø", "ærø"), ("ﬁn", "fin"),
            ("  Peter \t James\u{A0}\n", "peter james"), ("", ""), (" \n ", ""), ("Ångström", "angstrom"),
            ("ΟΔΥΣΣΕΥΣ", "οδυσσευσ"), ("Οδυσσεύς", "οδυσσευσ"), ("Ёлка", "елка"), ("שָׁלוֹם", "שלום"),
            ("Nguyễn Văn", "nguyen van"),
        ])
    func folds(text: String, expected: String) {
        #expect(SearchText.fold(text) == expected)
    }

    @Test("the four Turkish i are one letter")
    func turkish() {
        #expect(Set(["IŞIK", "ışık", "İŞİK", "isik"].map(SearchText.fold)) == ["isik"])
    }

    @Test("marks that make another letter stay, however they were written")
    func letters() {
        #expect(SearchText.fold("が") != SearchText.fold("か"))
        #expect(SearchText.fold("が") == SearchText.fold("か\u{3099}"))
        #expect(SearchText.fold("कि") != SearchText.fold("क"))
        #expect(SearchText.fold("한글") == SearchText.fold("\u{1112}\u{1161}\u{11AB}\u{1100}\u{1173}\u{11AF}"))
    }

    @Test("folding twice changes nothing, and ASCII folds the same on both ways")
    func properties() {
        var random = SeededRandom(state: 3)
        for _ in 0..<2_000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<random.next() % 12 {
                if let scalar = Unicode.Scalar(UInt32(random.next() % 0x2500)) { text.append(scalar) }
            }
            let folded = SearchText.fold(String(text))
            #expect(SearchText.fold(folded) == folded)
            let ascii = String(String.UnicodeScalarView(text.filter(\.isASCII)))
            #expect(SearchText.fold(ascii + "é") == (SearchText.fold(ascii + "e")))
        }
    }
}
