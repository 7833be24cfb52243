import Logging

extension Logger {
    /// The same logger, silent about what is less than `level`.
    func atLeast(_ level: Logger.Level) -> Logger {
        var logger = self
        logger.logLevel = max(logLevel, level)
        return logger
    }
}
