import Foundation

/// Sends messages over MLLP connections, each when the one before is answered.
public enum MLLPConversation {
    /// Sends the messages of each queue in order on a connection of its own, all at once.
    ///
    /// - Returns: the answers of each queue, without their frames.
    public static func send(_ queues: [[[UInt8]]], to port: Int) async throws -> [[String]] {
        try await withThrowingTaskGroup(of: (Int, [String]).self) { group in
            for (number, queue) in queues.enumerated() {
                group.addTask { (number, try await send(queue, to: port)) }
            }
            var answers = [[String]](repeating: [], count: queues.count)
            for try await (number, queue) in group { answers[number] = queue }
            return answers
        }
    }

    /// On a thread of its own, because it waits for answers there.
    private static func send(_ messages: [[UInt8]], to port: Int) async throws -> [String] {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        let connection = try RawConnection(port: port)
                        return try messages.map { message in
                            connection.send([0x0B] + message + [0x1C, 0x0D])
                            let answer = connection.receive(until: "\u{1C}\r")
                            guard answer.hasSuffix("\u{1C}\r") else { throw Unanswered(answer: answer) }
                            return String(answer.dropFirst().dropLast(2))
                        }
                    })
            }
        }
    }

    struct Unanswered: Error {
        let answer: String
    }
}
