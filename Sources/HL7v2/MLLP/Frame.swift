/// An MLLP frame around a message.
public enum Frame {
    public static func encode(_ message: some Collection<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(message.count + 3)
        bytes.append(FrameByte.start)
        bytes.append(contentsOf: message)
        bytes.append(FrameByte.end)
        bytes.append(FrameByte.carriageReturn)
        return bytes
    }
}
