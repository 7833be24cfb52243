import CLibXML2

/// The C functions that libxml2 calls, and the events among them that are refused.
enum XMLEvents {
    /// SAX2 with elements, text and errors; what could declare or fetch anything fails the parse.
    static var handler: xmlSAXHandler {
        var sax = xmlSAXHandler()
        sax.initialized = UInt32(XML_SAX2_MAGIC)
        sax.startElementNs = { context, name, prefix, namespace, declared, declarations, count, _, attributes in
            guard let name, let builder = XMLEvents.builder(context) else { return }
            builder.pointee.startElement(
                name: name, prefix: prefix, namespace: namespace,
                declarations: UnsafeBufferPointer(start: declarations, count: Int(declared) * 2),
                attributes: UnsafeBufferPointer(start: attributes, count: Int(count) * 5))
        }
        sax.endElementNs = { context, _, _, _ in XMLEvents.builder(context)?.pointee.endElement() }
        // Without a handler of their own, CDATA sections arrive as characters; without one for "ignorable" blanks
        // that differs from this one, blanks do too.
        sax.characters = { context, bytes, count in
            XMLEvents.builder(context)?.pointee.characters(UnsafeBufferPointer(start: bytes, count: Int(count)))
        }
        sax.ignorableWhitespace = sax.characters
        sax.comment = { context, bytes in
            guard let bytes else { return }
            XMLEvents.builder(context)?.pointee.comment(bytes)
        }
        sax.internalSubset = { context, _, _, _ in XMLEvents.builder(context)?.pointee.fail(.documentType) }
        sax.externalSubset = { context, _, _, _ in XMLEvents.builder(context)?.pointee.fail(.documentType) }
        sax.entityDecl = { context, _, _, _, _, _ in XMLEvents.builder(context)?.pointee.fail(.documentType) }
        sax.resolveEntity = { context, _, _ in
            XMLEvents.builder(context)?.pointee.fail(.documentType)
            return nil
        }
        sax.getEntity = { _, _ in nil }
        sax.getParameterEntity = { _, _ in nil }
        sax.serror = { context, error in
            guard let builder = XMLEvents.builder(context), let error = error?.pointee else { return }
            XMLEvents.report(code: Int(error.code), level: error.level, to: &builder.pointee)
        }
        return sax
    }

    private static func builder(_ context: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<XMLTreeBuilder>? {
        context?.assumingMemoryBound(to: XMLTreeBuilder.self)
    }

    private static func report(code: Int, level: xmlErrorLevel, to builder: inout XMLTreeBuilder) {
        guard level.rawValue >= XML_ERR_ERROR.rawValue else { return }
        let number = UInt32(code)
        // A namespace name that is not a URI is a namespace name all the same.
        if number == XML_WAR_NS_URI.rawValue || number == XML_WAR_NS_URI_RELATIVE.rawValue { return }
        let reason = reasons[number] ?? .malformed(code: code)
        switch reason {
        case .forbiddenCharacter, .undefinedEntity, .undefinedPrefix, .duplicateAttribute: builder.fail(reason)
        case .contentAfterRoot, .outOfMemory, .namespaceDeclaration: builder.fail(reason)
        default: builder.fail(builder.isAtEnd ? .unfinished : reason)
        }
    }

    /// libxml2's codes in our words; what is not listed is `.malformed`.
    private static let reasons: [UInt32: XMLError.Reason] = [
        XML_ERR_NO_MEMORY.rawValue: .outOfMemory,
        XML_ERR_DOCUMENT_EMPTY.rawValue: .empty,
        XML_ERR_DOCUMENT_END.rawValue: .contentAfterRoot,
        XML_ERR_INVALID_CHARREF.rawValue: .forbiddenCharacter,
        XML_ERR_INVALID_CHAR.rawValue: .forbiddenCharacter,
        XML_ERR_UNDECLARED_ENTITY.rawValue: .undefinedEntity,
        XML_WAR_UNDECLARED_ENTITY.rawValue: .undefinedEntity,
        XML_ERR_ENTITYREF_SEMICOL_MISSING.rawValue: .undefinedEntity,
        XML_ERR_NAME_REQUIRED.rawValue: .tag,
        XML_ERR_GT_REQUIRED.rawValue: .tag,
        XML_ERR_LTSLASH_REQUIRED.rawValue: .tag,
        XML_ERR_TAG_NAME_MISMATCH.rawValue: .mismatchedTag,
        XML_ERR_TAG_NOT_FINISHED.rawValue: .unfinished,
        XML_ERR_ATTRIBUTE_NOT_STARTED.rawValue: .attribute,
        XML_ERR_ATTRIBUTE_NOT_FINISHED.rawValue: .attribute,
        XML_ERR_ATTRIBUTE_WITHOUT_VALUE.rawValue: .attribute,
        XML_ERR_LT_IN_ATTRIBUTE.rawValue: .attribute,
        XML_ERR_SPACE_REQUIRED.rawValue: .attribute,
        XML_ERR_ATTRIBUTE_REDEFINED.rawValue: .duplicateAttribute,
        XML_NS_ERR_ATTRIBUTE_REDEFINED.rawValue: .duplicateAttribute,
        XML_NS_ERR_UNDEFINED_NAMESPACE.rawValue: .undefinedPrefix,
        XML_NS_ERR_XML_NAMESPACE.rawValue: .namespaceDeclaration,
        XML_NS_ERR_QNAME.rawValue: .namespaceDeclaration,
        XML_NS_ERR_EMPTY.rawValue: .namespaceDeclaration,
        XML_NS_ERR_COLON.rawValue: .namespaceDeclaration,
        XML_ERR_DOCTYPE_NOT_FINISHED.rawValue: .documentType,
        XML_ERR_UNKNOWN_ENCODING.rawValue: .encodingNotSupported("declared"),
    ]
}
