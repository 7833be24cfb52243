// Process work that Swift cannot express safely: between fork and exec only async-signal-safe calls are allowed, and
// credentials of a single thread are no affair of glibc's. Every function answers 0 or a positive value for success
// and a negated errno for failure. Used by `Sources/Postgres/Cluster`.
#ifndef MEDICONNECT_CLUSTER_H
#define MEDICONNECT_CLUSTER_H

#include <stddef.h>
#include <sys/types.h>

enum { MC_GROUPS_MAX = 64 };

/// Who a child process runs as. `change` is 0 where that is simply who we are.
typedef struct {
    int change;
    uid_t uid;
    gid_t gid;
    int group_count;
    gid_t groups[MC_GROUPS_MAX];
} mc_identity;

/// The identity of the user called `name`; -ENOENT where there is none.
int mc_identity_named(const char *name, mc_identity *identity);

/// Who this process runs as.
void mc_identity_own(mc_identity *identity);

/// Starts a program in a session of its own, with its standard input empty and its output and errors in `output`,
/// as `identity`, and with `death_signal` arriving when the *thread* that called this ends. All other descriptors
/// are closed, signals are as at the start of a program. Answers the child's pid.
pid_t mc_spawn(const char *path, char *const arguments[], char *const environment[], const char *directory,
               int output, const mc_identity *identity, int death_signal);

/// A descriptor that becomes readable when process `pid` ends; -ENOSYS before Linux 5.3.
int mc_pidfd_open(pid_t pid);

/// A non-blocking eventfd.
int mc_eventfd(void);

/// A pipe that no child inherits: its reading and its writing end.
int mc_pipe(int ends[2]);

/// Names the calling thread, as `top -H` shows it; at most 15 bytes.
void mc_thread_name(const char *name);

/// Where `identity` cannot go: 0 when it can enter directory `path`, else the length of the first prefix of `path`
/// that it cannot.
int mc_first_closed_prefix(const char *path, const mc_identity *identity);

/// The target of a link below /proc (`cwd`, `exe`) of a process of `identity`, asked with that user's eyes: in a
/// container root may lack the capability to look at other users' processes.
ssize_t mc_read_link(const char *link, const mc_identity *identity, char *buffer, size_t size);

/// Gives `path` and all below it to `identity`, without following links.
int mc_give_tree(const char *path, const mc_identity *identity);

/// Removes `path` and all below it, without following links; success where there is nothing.
int mc_remove_tree(const char *path);

/// Takes the exclusive lock of an open file or answers -EWOULDBLOCK.
int mc_lock(int descriptor);

/// Sends fsync to a directory, so that a rename in it survives a loss of power.
int mc_sync_directory(const char *path);

#endif
