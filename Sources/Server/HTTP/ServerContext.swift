import Hummingbird
import Logging
import NIOCore

/// What accompanies a request: the peer's address beside what Hummingbird needs.
struct ServerContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The peer's address without its port; nil for a unix socket.
    let remoteAddress: String?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress?.ipAddress
    }
}
