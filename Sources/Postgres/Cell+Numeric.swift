extension Cell {
    /// The decimal as text, as PostgreSQL would write it: groups of four digits to base 10,000, the weight of the
    /// first one, a sign, and how many digits to show after the point (`numeric_send`).
    func numeric() throws(PostgresError) -> String {
        guard bytes.count >= 8 else { throw mismatch("a numeric") }
        let groupCount = Int(word(0))
        let weight = Int(Int16(bitPattern: word(1)))
        let sign = word(2)
        let scale = Int(word(3))
        guard bytes.count == 8 + 2 * groupCount else { throw mismatch("a numeric") }

        switch sign {
        case 0x0000, 0x4000: break
        case 0xC000: return "NaN"
        case 0xD000: return "Infinity"
        case 0xF000: return "-Infinity"
        default: throw mismatch("a numeric")
        }

        var text: [UInt8] = sign == 0x4000 ? [UInt8(ascii: "-")] : []
        if weight < 0 {
            text.append(UInt8(ascii: "0"))
        } else {
            for index in 0...weight {
                let digits = fourDigits(index < groupCount ? word(4 + index) : 0)
                text += index == 0 ? digits.drop { $0 == UInt8(ascii: "0") } : digits[...]
            }
            if text.isEmpty || text == [UInt8(ascii: "-")] { text.append(UInt8(ascii: "0")) }
        }
        if scale > 0 {
            text.append(UInt8(ascii: "."))
            let end = text.count + scale
            var index = weight + 1
            if index < 0 {
                text += repeatElement(UInt8(ascii: "0"), count: min(-index * 4, scale))
                index = 0
            }
            while text.count < end {
                text += fourDigits(index < groupCount ? word(4 + index) : 0)
                index += 1
            }
            text.removeLast(text.count - end)
        }
        return String(decoding: text, as: UTF8.self)
    }

    private func word(_ index: Int) -> UInt16 {
        UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
    }

    private func fourDigits(_ group: UInt16) -> [UInt8] {
        [1000, 100, 10, 1].map { UInt8(ascii: "0") + UInt8(group / $0 % 10) }
    }
}
