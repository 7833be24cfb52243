/// Reads the elements of an array by rising positions, in one pass over them all.
struct ArrayCursor {
    private var next: Int
    private let end: Int
    private var position = 0

    /// - Parameter array: tape index of an array; of anything else, and of nil, it finds no elements.
    init(_ array: Int?, in tape: UnsafeBufferPointer<JSONTapeEntry>) {
        if let array, tape[array].isContainer, !tape[array].isObject {
            next = array + 1
            end = Int(tape[array].next)
        } else {
            next = 0
            end = 0
        }
    }

    /// The tape index of the element at a position, which must not fall from call to call.
    mutating func element(at wanted: Int, in tape: UnsafeBufferPointer<JSONTapeEntry>) -> Int? {
        while position < wanted && next < end {
            next = Int(tape[next].next)
            position += 1
        }
        return next < end ? next : nil
    }
}
