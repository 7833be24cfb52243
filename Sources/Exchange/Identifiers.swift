/// Makers of logical ids.
public enum Identifiers {
    /// A UUID of version 7 (RFC 9562 §5.7): 48 bits of milliseconds, then 74 random bits, so that ids made one after
    /// another lie side by side in an index.
    ///
    /// - Parameter now: microseconds since 1970 UTC.
    public static func uuid7(now: Int64, random: inout some RandomNumberGenerator) -> String {
        let milliseconds = UInt64(max(now, 0) / 1000) & 0xffff_ffff_ffff
        let high = milliseconds << 16 | 0x7000 | random.next() & 0x0fff
        let low = random.next() & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
        return format(high, low)
    }

    /// The same from the system's random source.
    public static func uuid7(now: Int64) -> String {
        var random = SystemRandomNumberGenerator()
        return uuid7(now: now, random: &random)
    }

    private static func format(_ high: UInt64, _ low: UInt64) -> String {
        String(unsafeUninitializedCapacity: 36) { buffer in
            var at = 0
            for nibble in 0..<32 {
                if nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20 {
                    buffer[at] = UInt8(ascii: "-")
                    at += 1
                }
                let word = nibble < 16 ? high : low
                let value = UInt8(truncatingIfNeeded: word >> UInt64((15 - (nibble & 15)) * 4)) & 0xf
                buffer[at] = value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
                at += 1
            }
            return at
        }
    }
}
