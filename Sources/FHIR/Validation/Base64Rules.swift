/// R4's base64Binary: base64 with padding, in which white space may stand (2.24.0.1).
enum Base64Rules {
    static func fault(_ text: UnsafeBufferPointer<UInt8>) -> PrimitiveFault? {
        var characters = 0
        var padding = 0
        for byte in text {
            switch classes[Int(byte)] {
            case 0:
                if padding > 0 { return .base64Padding }
                characters += 1
            case 1:
                padding += 1
            case 2:
                continue
            default:
                return .base64Characters
            }
        }
        if characters == 0 && padding == 0 { return .empty }
        if padding > 2 { return .base64Padding }
        return (characters + padding) % 4 == 0 ? nil : .base64Length
    }

    /// By byte: 0 a digit of base64, 1 padding, 2 white space, 3 anything else.
    private static let classes: [UInt8] = (0..<256).map { value in
        let byte = UInt8(value)
        let isLetter = (byte | 0x20) &- 0x61 < 26
        if isLetter || PrimitiveRules.isDigit(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/") {
            return 0
        }
        if byte == UInt8(ascii: "=") { return 1 }
        return PrimitiveRules.isSpace(byte) ? 2 : 3
    }
}
