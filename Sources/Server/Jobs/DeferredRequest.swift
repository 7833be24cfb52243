import FHIR
import HTTPTypes
import NIOCore
import NIOHTTP1

/// A request whose answer is not waited for, as it is kept with its job: what it reads, not how it was sent.
struct DeferredRequest: Sendable, Equatable {
    /// Below the FHIR base, without a slash at its begin.
    let path: String
    /// Parameters of the url and of the body.
    let query: String
    /// The FHIR base as the one who asked sees it.
    let base: String
    /// What the audit knows of who asked.
    let requestID: String?
    let remoteAddress: String?
    /// `Prefer`, which says how to handle what is not understood.
    let preference: String?

    init(
        path: String, query: String, base: String, requestID: String?, remoteAddress: String?, preference: String?
    ) {
        self.path = path
        self.query = query
        self.base = base
        self.requestID = requestID
        self.remoteAddress = remoteAddress
        self.preference = preference
    }

    var json: String {
        var json = JSONBuilder()
        json.object { json in
            json.member("path", path)
            json.member("query", query)
            json.member("base", base)
            json.member("request", ifPresent: requestID)
            json.member("remote", ifPresent: remoteAddress)
            json.member("prefer", ifPresent: preference)
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// nil where it is none that this server wrote.
    init?(json text: String) {
        guard let root = try? JSONDocument.parse(Array(text.utf8)).root, let path = root["path"]?.string,
            let query = root["query"]?.string, let base = root["base"]?.string
        else { return nil }
        self.init(
            path: path, query: query, base: base, requestID: root["request"]?.string,
            remoteAddress: root["remote"]?.string, preference: root["prefer"]?.string)
    }

    /// The same as a request that is waited for.
    var call: HTTPCall {
        var headers = HTTPHeaders()
        if let requestID { headers.add(name: HTTPField.Name.requestID.rawName, value: requestID) }
        if let preference { headers.add(name: HTTPField.Name.prefer.rawName, value: preference) }
        let uri = "\(BaseURL.path)/\(path)" + (query.isEmpty ? "" : "?\(query)")
        return HTTPCall(
            HTTPRequestHead(version: .http1_1, method: .GET, uri: uri, headers: headers), remoteAddress: remoteAddress,
            body: .success(ByteBuffer()), client: ClientPresence())
    }
}

extension Answer {
    /// The answer as the one entry of a batch-response (R5 async-bundle.html, which R4's servers use for searches).
    func asBatchResponse() -> [UInt8] {
        var json = JSONBuilder(capacity: body.count + 256)
        let isFailure = status.code >= 400
        json.object { json in
            json.member("resourceType", "Bundle")
            json.member("type", "batch-response")
            json.array("entry") { json in
                json.object { json in
                    if !isFailure, !body.isEmpty {
                        json.key("resource")
                        json.value(raw: body)
                    }
                    json.object("response") { json in
                        json.member("status", "\(status.code) \(ResponseBundle.reason(status.code))")
                        if isFailure, !body.isEmpty {
                            json.key("outcome")
                            json.value(raw: body)
                        }
                    }
                }
            }
        }
        return json.bytes
    }
}
