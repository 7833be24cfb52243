import CLibXML2

/// The one way into libxml2. Every XML that this product reads, whole documents and parts of them, comes through here.
///
/// No document type is ever accepted, so there are no entities beyond the five and nothing to expand, fetch or loop;
/// no network, no catalogue, no XInclude, no style sheet. Bytes are decoded and checked before libxml2 sees them, depth
/// and counts are limited, and nothing recurses. Errors come back as values; nothing is written to standard error.
enum XMLReader {
    /// libxml2's global tables, made once; parser contexts are independent of each other after that.
    private static let library: Void = xmlInitParser()

    static func records(of bytes: [UInt8], limits: XMLLimits) throws(XMLError) -> XMLRecords {
        guard bytes.count <= min(limits.maximumBytes, Int(Int32.max)) else {
            throw XMLError(.tooManyBytes(limit: limits.maximumBytes), at: .start)
        }
        let result: Result<XMLRecords, XMLError> = bytes.withUnsafeBufferPointer { source in
            do throws(XMLError) {
                let text = try XMLEncoding.decodedText(source)
                guard text.count <= min(limits.maximumBytes, Int(Int32.max)) else {
                    throw XMLError(.tooManyBytes(limit: limits.maximumBytes), at: .start)
                }
                return text.withUnsafeBufferPointer { parse($0, limits: limits) }.map {
                    var records = $0
                    records.source = text
                    return records
                }
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private static func parse(
        _ text: UnsafeBufferPointer<UInt8>, limits: XMLLimits
    ) -> Result<XMLRecords, XMLError> {
        do throws(XMLError) {
            try XMLGuard.check(text, limits: limits)
        } catch {
            return .failure(error)
        }
        guard text.contains(where: { $0 > 0x20 }), let base = text.baseAddress else {
            return .failure(XMLError(.empty, at: .start))
        }
        _ = library
        guard let context = xmlNewParserCtxt() else { return .failure(XMLError(.outOfMemory, at: .start)) }
        defer { xmlFreeParserCtxt(context) }

        let builder = UnsafeMutablePointer<XMLTreeBuilder>.allocate(capacity: 1)
        builder.initialize(to: XMLTreeBuilder(text: text, limits: limits, context: context))
        defer {
            builder.deinitialize(count: 1)
            builder.deallocate()
        }
        context.pointee.sax.pointee = XMLEvents.handler
        context.pointee.userData = UnsafeMutableRawPointer(builder)
        // NOENT makes the five predefined entities plain characters; without a document type there are no others.
        let options = XML_PARSE_NOENT.rawValue | XML_PARSE_NONET.rawValue | XML_PARSE_IGNORE_ENC.rawValue
        let document = base.withMemoryRebound(to: CChar.self, capacity: text.count) {
            xmlCtxtReadMemory(context, $0, Int32(text.count), nil, nil, Int32(bitPattern: options))
        }
        if let document { xmlFreeDoc(document) }
        if let failure = builder.pointee.failure { return .failure(failure) }
        guard context.pointee.wellFormed == 1, !builder.pointee.records.nodes.isEmpty else {
            return .failure(XMLError(.malformed(code: Int(context.pointee.errNo)), at: builder.pointee.here()))
        }
        return .success(builder.pointee.records)
    }
}
