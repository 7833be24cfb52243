extension FHIRDecimal {
    public static prefix func - (value: FHIRDecimal) -> FHIRDecimal {
        value.isZero ? value : FHIRDecimal(digits: value.digits, place: value.place, isNegative: !value.isNegative)
    }

    public static func + (left: FHIRDecimal, right: FHIRDecimal) -> FHIRDecimal {
        if left.isZero { return right }
        if right.isZero { return left }
        let top = max(left.place, right.place) + 1
        let bottom = min(left.lastPlace, right.lastPlace)
        var sum = [Int8](repeating: 0, count: Int(top - bottom) + 1)
        left.accumulate(into: &sum, top: top)
        right.accumulate(into: &sum, top: top)
        return FHIRDecimal(balancing: sum, place: top)
    }

    public static func - (left: FHIRDecimal, right: FHIRDecimal) -> FHIRDecimal {
        left + -right
    }

    /// Digit by digit; columns are carried once at the end.
    public static func * (left: FHIRDecimal, right: FHIRDecimal) -> FHIRDecimal {
        if left.isZero || right.isZero { return .zero }
        var product = [Int](repeating: 0, count: left.digits.count + right.digits.count)
        for (row, digit) in left.digits.enumerated() {
            for (column, factor) in right.digits.enumerated() {
                product[row + column + 1] += Int(digit) * Int(factor)
            }
        }
        for index in product.indices.dropFirst().reversed() {
            product[index - 1] += product[index] / 10
            product[index] %= 10
        }
        return FHIRDecimal(
            unnormalised: product.map { UInt8($0) }, place: left.place + right.place + 1,
            isNegative: left.isNegative != right.isNegative)
    }

    /// The value with its decimal point moved: `scaled(by: -1)` is a tenth.
    public func scaled(by power: Int32) -> FHIRDecimal {
        isZero ? self : FHIRDecimal(digits: digits, place: place + power, isNegative: isNegative)
    }

    public var magnitude: FHIRDecimal { isNegative ? -self : self }

    /// Adds the signed digits to columns whose first is that of `top`; no carry yet.
    private func accumulate(into columns: inout [Int8], top: Int32) {
        var column = Int(top - place)
        for digit in digits {
            columns[column] += isNegative ? -Int8(digit) : Int8(digit)
            column += 1
        }
    }

    /// Columns of −18…18 to digits: the sign is that of the first column that is not zero once carries have run.
    private init(balancing columns: [Int8], place: Int32) {
        var columns = columns
        Self.carry(&columns)
        let isNegative = (columns.first { $0 != 0 } ?? 0) < 0
        if isNegative {
            for index in columns.indices { columns[index] = -columns[index] }
            Self.carry(&columns)
        }
        self.init(unnormalised: columns.map { UInt8($0) }, place: place, isNegative: isNegative)
    }

    /// Leaves every column but the first within 0…9.
    private static func carry(_ columns: inout [Int8]) {
        for index in columns.indices.dropFirst().reversed() {
            while columns[index] < 0 {
                columns[index] += 10
                columns[index - 1] -= 1
            }
            while columns[index] > 9 {
                columns[index] -= 10
                columns[index - 1] += 1
            }
        }
    }
}
