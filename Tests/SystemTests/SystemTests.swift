import Testing

/// The server as its users meet it: the real program, as a process with a PostgreSQL of its own. One test at a time,
/// because each kills, fills and floods what it runs on.
@Suite("The program as a process", .serialized)
enum SystemTests {}
