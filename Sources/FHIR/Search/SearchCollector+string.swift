// R4 search.html §3.1.1.4.8.
extension SearchCollector {
    mutating func string(_ node: JSONNode?, _ parameter: Int32) {
        guard let text = node?.nonEmptyString else { return }
        append(parameter, .string(text))
    }

    mutating func humanName(_ node: JSONNode, _ parameter: Int32) {
        for part in SearchRule.stringHumanName.partsOfString { strings(node[part], parameter) }
    }

    mutating func address(_ node: JSONNode, _ parameter: Int32) {
        for part in SearchRule.stringAddress.partsOfString { strings(node[part], parameter) }
    }

    mutating func conceptText(_ node: JSONNode, _ parameter: Int32) {
        string(node["text"], parameter)
        guard let codings = node["coding"] else { return }
        for coding in codings.elements {
            string(coding["display"], parameter)
        }
    }

    private mutating func strings(_ node: JSONNode?, _ parameter: Int32) {
        guard let node else { return }
        for element in node.elements {
            string(element, parameter)
        }
    }
}
