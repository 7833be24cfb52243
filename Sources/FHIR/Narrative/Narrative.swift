/// Whether a narrative is of the XHTML that R4 allows (2.4.0; `htmlChecks()`, txt-1 and txt-2).
///
/// What a browser could execute or would fetch into the page by itself is an error: scripts, event handlers, links that
/// run something, frames, objects, forms, style sheets; also what a browser would read otherwise than an XML reader
/// (CDATA sections, processing instructions, some comments). Links, images and style attributes are legal.
///
/// ```swift
/// for fault in Narrative.faults(in: #"<div xmlns="http://www.w3.org/1999/xhtml"><script/></div>"#) { print(fault) }
/// ```
public enum Narrative {
    /// What is wrong with a `div`, given as valid UTF-8, in the order of the text; empty if nothing is. Beyond
    /// ``NarrativeFault/limit`` faults the rest is not looked at.
    public static func faults(in xhtml: UnsafeBufferPointer<UInt8>) -> [NarrativeFault] {
        var check = NarrativeCheck(xhtml)
        check.run()
        return check.faults
    }

    public static func faults(in xhtml: String) -> [NarrativeFault] {
        xhtml.withUTF8Buffer { faults(in: $0) }
    }

    /// The same for the value of a `div` member; nil if it is no string.
    public static func faults(in node: JSONNode) -> [NarrativeFault]? {
        guard node.kind == .string else { return nil }
        return node.withUTF8 { faults(in: $0) }
    }
}
