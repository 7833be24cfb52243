import Glibc

/// The configuration files of an embedded cluster. They are written anew at every start.
struct ClusterSettings: Sendable {
    let layout: ClusterLayout
    let overrides: [String: String]
    /// Bytes of memory that this machine, or its container, has.
    let memory: UInt64

    private static let mebibyte: UInt64 = 1 << 20

    /// What PostgreSQL is told, where its own default is not what a hospital's record wants.
    var values: [(name: String, value: String)] {
        let buffers = min(max(memory / 8 / Self.mebibyte, 32), 256)
        let cache = max(memory / 2 / Self.mebibyte, 128)
        let defaults = [
            // Nobody reaches it but over the private socket.
            ("listen_addresses", ""),
            ("unix_socket_permissions", "0700"),
            ("max_connections", "100"),
            ("cluster_name", "mediconnect"),
            // Modest memory: the resident server is meant to be small, and Linux caches files as well.
            ("shared_buffers", "\(buffers)MB"),
            ("effective_cache_size", "\(cache)MB"),
            ("work_mem", "8MB"),
            ("maintenance_work_mem", "64MB"),
            // Durable. These are PostgreSQL's defaults; they stand here because everything relies on them.
            ("fsync", "on"),
            ("full_page_writes", "on"),
            ("synchronous_commit", "on"),
            ("wal_level", "replica"),
            ("wal_compression", "lz4"),
            ("wal_buffers", "16MB"),
            ("min_wal_size", "128MB"),
            ("max_wal_size", "1GB"),
            ("checkpoint_timeout", "10min"),
            ("checkpoint_completion_target", "0.9"),
            ("default_toast_compression", "lz4"),
            // Solid-state disks, short statements.
            ("random_page_cost", "1.1"),
            ("effective_io_concurrency", "32"),
            ("jit", "off"),
            ("track_io_timing", "off"),
            ("update_process_title", "off"),
            // Insert-heavy tables want their visibility map and statistics early.
            ("autovacuum_naptime", "15s"),
            ("autovacuum_vacuum_scale_factor", "0.05"),
            ("autovacuum_vacuum_insert_scale_factor", "0.05"),
            ("autovacuum_analyze_scale_factor", "0.02"),
            ("autovacuum_vacuum_cost_limit", "1000"),
            // A client that is gone must not hold locks.
            ("client_connection_check_interval", "5s"),
            ("idle_in_transaction_session_timeout", "5min"),
            ("timezone", "UTC"),
            ("datestyle", "ISO, YMD"),
            // A week of logs, without what patients' rows contain: no parameters, no DETAIL with key values.
            ("logging_collector", "on"),
            ("log_directory", layout.logs),
            ("log_filename", "postgresql-%a.log"),
            ("log_truncate_on_rotation", "on"),
            ("log_rotation_age", "1d"),
            ("log_rotation_size", "0"),
            ("log_file_mode", "0600"),
            ("log_timezone", "UTC"),
            ("log_line_prefix", "%m [%p] %q%a "),
            ("log_error_verbosity", "terse"),
            ("log_min_duration_statement", "5s"),
            ("log_parameter_max_length", "0"),
            ("log_parameter_max_length_on_error", "0"),
            ("log_lock_waits", "on"),
        ]
        let named = Set(defaults.map(\.0))
        return defaults.map { ($0.0, overrides[$0.0] ?? $0.1) }
            + overrides.filter { !named.contains($0.key) }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// `postgresql.conf`.
    var text: String {
        var text = """
            # Written by MediConnect at every start. Settings of your own go into local.conf beside this file,
            # which is read last and never touched.

            """
        for (name, value) in values { text += "\(name) = '\(Self.quoted(value))'\n" }
        return text + "include_if_exists = 'local.conf'\n"
    }

    private static func quoted(_ value: String) -> String {
        var quoted = ""
        for character in value {
            if character == "'" || character == "\\" { quoted.append(character) }
            quoted.append(character)
        }
        return quoted
    }

    /// `pg_hba.conf`: the private socket, and there only the system users of `identMap`.
    static let hostBasedAuthentication = """
        # Written by MediConnect at every start.
        local all all peer map=mediconnect

        """

    /// `pg_ident.conf`: we, root and the user that PostgreSQL runs as may come as each of the cluster's roles.
    static func identMap(user: ClusterUser) -> String {
        var text = "# Written by MediConnect at every start.\n"
        for system in Set(["root", user.name, ClusterUser.name(of: geteuid())]).sorted() {
            for role in [ClusterRole.administrator, ClusterRole.owner, ClusterRole.application] {
                text += "mediconnect \"\(system)\" \(role)\n"
            }
        }
        return text
    }

    /// Puts the files in their place.
    func install(for user: ClusterUser) throws(ClusterError) {
        try ClusterFiles.write(text, to: layout.cluster + "/postgresql.conf", for: user)
        let local = layout.cluster + "/local.conf"
        if !ClusterFiles.exists(local) {
            try ClusterFiles.write("# Settings of your own, read last.\n", to: local, for: user)
        }
        try ClusterFiles.write(Self.hostBasedAuthentication, to: layout.cluster + "/pg_hba.conf", for: user)
        try ClusterFiles.write(Self.identMap(user: user), to: layout.cluster + "/pg_ident.conf", for: user)
    }

    /// The machine's memory, or less where a container's limit says so (cgroup v2, v1).
    static func availableMemory() -> UInt64 {
        var memory = UInt64(max(1, sysconf(Int32(_SC_PHYS_PAGES)))) * UInt64(max(1, sysconf(Int32(_SC_PAGESIZE))))
        for limit in ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"] {
            if let line = ClusterFiles.readStream(limit)?.split(separator: "\n").first, let bytes = UInt64(line) {
                memory = min(memory, bytes)
            }
        }
        return memory
    }
}
