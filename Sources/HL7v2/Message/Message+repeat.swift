extension Message {
    /// What is to be digested to recognise a repeat of this message: every segment in order, ended by CR, with MSH-7 left
    /// out because engines stamp it anew when they send again. How lines ended, and empty lines, make no difference.
    ///
    /// Two messages with the same bytes here, from the same sender and with the same control id, are one message.
    public var repeatDigestBytes: [UInt8] {
        var digest: [UInt8] = []
        digest.reserveCapacity(bytes.count + 1)
        for segment in segments {
            let range = segment.range
            if segment.row == 0, let time = segment[7].range {
                digest += bytes[range.lowerBound..<time.lowerBound]
                digest += bytes[time.upperBound..<range.upperBound]
            } else {
                digest += bytes[range]
            }
            digest.append(0x0D)
        }
        return digest
    }
}
