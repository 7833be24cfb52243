/// One pass over the raw text before libxml2 reads it. It refuses what must never reach a parser (document types,
/// catalogues, NUL) and what makes one slow (attributes and namespaces without number, which libxml2 2.9 compares each
/// with each, and depth). It does not judge well-formedness: where the text stops being well-formed the pass ends,
/// because the parser ends there too.
struct XMLGuard {
    private let text: UnsafeBufferPointer<UInt8>
    private let limits: XMLLimits
    private var index = 0
    private var elements = 0
    /// Namespace declarations in scope at each open element.
    private var scopes: [Int] = []

    static func check(_ text: UnsafeBufferPointer<UInt8>, limits: XMLLimits) throws(XMLError) {
        var pass = XMLGuard(text: text, limits: limits)
        try pass.run()
    }

    private init(text: UnsafeBufferPointer<UInt8>, limits: XMLLimits) {
        self.text = text
        self.limits = limits
    }

    private mutating func run() throws(XMLError) {
        if let nul = text.firstIndex(of: 0) { throw failure(.forbiddenCharacter, at: nul) }
        while let open = find(UInt8(ascii: "<"), from: index) {
            index = open
            if starts("<!--") {
                guard skip(past: "-->", from: index + 4) else { return }
            } else if starts("<![CDATA[") {
                guard skip(past: "]]>", from: index + 9) else { return }
            } else if starts("<!") {
                // `<!DOCTYPE` in the prolog; `<!ENTITY` and the like cannot occur elsewhere in a well-formed document.
                throw failure(starts("<!DOCTYPE") ? .documentType : .tag, at: index)
            } else if starts("<?") {
                if starts("<?oasis-xml-catalog") { throw failure(.catalogue, at: index) }
                guard skip(past: "?>", from: index + 2) else { return }
            } else if starts("</") {
                if !scopes.isEmpty { scopes.removeLast() }
                guard skip(past: ">", from: index + 2) else { return }
            } else {
                guard try startTag() else { return }
            }
        }
    }

    /// Passes one start tag. Returns false where it is not well-formed.
    private mutating func startTag() throws(XMLError) -> Bool {
        let tag = index
        elements += 1
        if elements > limits.maximumElements { throw failure(.tooManyElements(limit: limits.maximumElements), at: tag) }
        if scopes.count >= limits.maximumDepth { throw failure(.tooDeep(limit: limits.maximumDepth), at: tag) }
        index += 1
        try name()
        var attributes = 0
        var inScope = scopes.last ?? 0
        while true {
            blanks()
            guard index < text.count else { return false }
            if text[index] == UInt8(ascii: ">") {
                scopes.append(inScope)
                index += 1
                return true
            }
            if text[index] == UInt8(ascii: "/") {
                index += 1
                guard index < text.count, text[index] == UInt8(ascii: ">") else { return false }
                index += 1
                return true
            }
            let start = index
            attributes += 1
            if attributes > limits.maximumAttributes {
                throw failure(.tooManyAttributes(limit: limits.maximumAttributes), at: tag)
            }
            if starts("xmlns") {
                inScope += 1
                if inScope > limits.maximumNamespacesInScope {
                    throw failure(.tooManyNamespaces(limit: limits.maximumNamespacesInScope), at: tag)
                }
            }
            try name()
            guard index > start, try value() else { return false }
        }
    }

    /// Passes a name: everything up to a blank, `=`, `/`, `>`, `<` or a quote.
    private mutating func name() throws(XMLError) {
        let start = index
        scan: while index < text.count {
            switch text[index] {
            case 0x20, 0x09, 0x0A, 0x0D: break scan
            case UInt8(ascii: "="), UInt8(ascii: "/"), UInt8(ascii: ">"), UInt8(ascii: "<"): break scan
            case UInt8(ascii: "\""), UInt8(ascii: "'"): break scan
            default: index += 1
            }
        }
        if index - start > limits.maximumNameBytes {
            throw failure(.nameTooLong(limit: limits.maximumNameBytes), at: start)
        }
    }

    /// Passes `= "…"`. Returns false where that is not what follows.
    private mutating func value() throws(XMLError) -> Bool {
        blanks()
        guard index < text.count, text[index] == UInt8(ascii: "=") else { return false }
        index += 1
        blanks()
        guard index < text.count else { return false }
        let quote = text[index]
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return false }
        let start = index + 1
        guard let close = find(quote, from: start) else { return false }
        if close - start > limits.maximumAttributeBytes {
            throw failure(.attributeTooLong(limit: limits.maximumAttributeBytes), at: start)
        }
        index = close + 1
        return true
    }

    private mutating func blanks() {
        while index < text.count {
            let byte = text[index]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            index += 1
        }
    }

    private func starts(_ word: StaticString) -> Bool {
        guard index + word.utf8CodeUnitCount <= text.count else { return false }
        for offset in 0..<word.utf8CodeUnitCount where text[index + offset] != word.utf8Start[offset] { return false }
        return true
    }

    private mutating func skip(past word: StaticString, from start: Int) -> Bool {
        var candidate = start
        while let found = find(word.utf8Start[0], from: candidate) {
            index = found
            if starts(word) {
                index += word.utf8CodeUnitCount
                return true
            }
            candidate = found + 1
        }
        return false
    }

    private func find(_ byte: UInt8, from start: Int) -> Int? {
        var position = start
        while position < text.count {
            if text[position] == byte { return position }
            position += 1
        }
        return nil
    }

    private func failure(_ reason: XMLError.Reason, at offset: Int) -> XMLError {
        var cursor = PositionCursor()
        return XMLError(reason, at: cursor.position(at: offset, in: text))
    }
}
