/// A literal or another constant.
final class FHIRPathConstant: FHIRPathOperation {
    let value: FHIRPathValue

    init(_ value: FHIRPathValue) { self.value = value }

    override func run(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) {
        try e.push(value)
    }

    override func single(
        _ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame
    ) throws(FHIRPathError) -> FHIRPathValue? { value }

    override func truth(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) -> FHIRPathTruth {
        e.truth(value)
    }
}

/// `{}`
final class FHIRPathNothing: FHIRPathOperation {}

/// `$this`, and what a path without a head begins with.
final class FHIRPathThis: FHIRPathOperation {
    override func run(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) {
        try e.push(f.this)
    }

    override func single(
        _ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame
    ) throws(FHIRPathError) -> FHIRPathValue? { f.this }

    override func exists(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) -> Bool { true }
}

/// `$index`
final class FHIRPathIndex: FHIRPathOperation {
    override func run(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) {
        try e.push(.integer(f.index))
    }
}

/// `$total`
final class FHIRPathTotal: FHIRPathOperation {
    override func run(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) {
        for position in f.total { try e.push(e.stack[position]) }
    }
}

/// The name of a type at the head of a path: the focus, if it is of that type.
final class FHIRPathTypeHead: FHIRPathOperation {
    let type: FHIRPathTypeTest
    let isStrict: Bool

    init(_ type: FHIRPathTypeTest, isStrict: Bool) {
        self.type = type
        self.isStrict = isStrict
    }

    override func run(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) {
        if type.accepts(f.this) {
            try e.push(f.this)
        } else if isStrict, case .fhir(let type) = type {
            throw .unknownElement(type.name, type: e.item(f.this).typeName)
        }
    }
}

/// `%name`
final class FHIRPathVariable: FHIRPathOperation {
    let variable: String

    init(_ variable: String) { self.variable = variable }

    override func run(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) {
        switch variable {
        case "context":
            try e.push(e.environment.context.map { e.value($0) } ?? e.focus)
        case "resource":
            if let resource = e.environment.resource { return try e.push(e.value(resource)) }
            try e.push(try e.holder(of: e.focus))
        case "rootResource":
            if let root = e.environment.rootResource ?? e.environment.resource { return try e.push(e.value(root)) }
            try e.push(try e.root(of: e.focus))
        default:
            guard let items = e.environment.variables[variable] else { throw .unknownVariable(variable) }
            for item in items { try e.push(try e.value(item)) }
        }
    }

    override var name: String { "%\(variable)" }
}
