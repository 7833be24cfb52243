#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "cluster.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <limits.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int mc_identity_named(const char *name, mc_identity *identity) {
    struct passwd entry, *found = NULL;
    char buffer[16384];
    int failure = getpwnam_r(name, &entry, buffer, sizeof buffer, &found);
    if (failure != 0) return -failure;
    if (found == NULL) return -ENOENT;
    identity->uid = entry.pw_uid;
    identity->gid = entry.pw_gid;
    identity->change = entry.pw_uid != geteuid();
    int count = MC_GROUPS_MAX;
    if (getgrouplist(name, entry.pw_gid, identity->groups, &count) < 0) count = MC_GROUPS_MAX;
    identity->group_count = count;
    return 0;
}

void mc_identity_own(mc_identity *identity) {
    memset(identity, 0, sizeof *identity);
    identity->uid = geteuid();
    identity->gid = getegid();
}

/// In the child, which has one thread: plain system calls, so that glibc does not look for others.
static int assume(const mc_identity *identity) {
    if (!identity->change) return 0;
    if (syscall(SYS_setgroups, (size_t)identity->group_count, identity->groups) != 0) return errno;
    if (syscall(SYS_setresgid, identity->gid, identity->gid, identity->gid) != 0) return errno;
    if (syscall(SYS_setresuid, identity->uid, identity->uid, identity->uid) != 0) return errno;
    return 0;
}

static void restore_signals(void) {
    for (int number = 1; number < NSIG; number++) {
        if (number != SIGKILL && number != SIGSTOP) signal(number, SIG_DFL);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static int become(const char *directory, int output, const mc_identity *identity, int death_signal, pid_t parent) {
    restore_signals();
    if (setsid() < 0) return errno;
    int input = open("/dev/null", O_RDONLY);
    if (input < 0 || dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0) return errno;
    int failure = assume(identity);
    if (failure != 0) return failure;
    // Only now: a change of credentials clears the signal. And the parent may have died before it was set.
    if (prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0) != 0) return errno;
    if (getppid() != parent) return ESRCH;
    if (chdir(directory) != 0) return errno;
    umask(077);
    return 0;
}

pid_t mc_spawn(const char *path, char *const arguments[], char *const environment[], const char *directory,
               int output, const mc_identity *identity, int death_signal) {
    int report[2];
    if (pipe2(report, O_CLOEXEC) != 0) return -errno;
    pid_t parent = getpid();
    // No handler of this process may run in the child before it has put them away.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t child = fork();
    if (child == 0) {
        int failure = become(directory, output, identity, death_signal, parent);
        if (failure == 0) {
            syscall(SYS_close_range, 3U, ~0U, 4U /* CLOSE_RANGE_CLOEXEC */);
            execve(path, arguments, environment);
            failure = errno;
        }
        ssize_t written = write(report[1], &failure, sizeof failure);
        _exit(written == (ssize_t)sizeof failure ? 126 : 125);
    }
    int fork_failure = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(report[1]);
    if (child < 0) {
        close(report[0]);
        return -fork_failure;
    }
    int failure = 0;
    ssize_t got;
    do got = read(report[0], &failure, sizeof failure);
    while (got < 0 && errno == EINTR);
    close(report[0]);
    if (got == (ssize_t)sizeof failure) {
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
        return -failure;
    }
    return child;
}

int mc_pidfd_open(pid_t pid) {
    long descriptor = syscall(SYS_pidfd_open, pid, 0);  // closes on exec by itself
    return descriptor < 0 ? -errno : (int)descriptor;
}

int mc_eventfd(void) {
    int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return descriptor < 0 ? -errno : descriptor;
}

int mc_pipe(int ends[2]) {
    return pipe2(ends, O_CLOEXEC) == 0 ? 0 : -errno;
}

void mc_thread_name(const char *name) {
    pthread_setname_np(pthread_self(), name);
}

/// In the child: the pipe carries the length of the closed prefix.
static int closed_prefix(char *path, size_t length) {
    for (size_t end = 1; end <= length; end++) {
        if (end < length && path[end] != '/') continue;
        char kept = path[end];
        path[end] = 0;
        int open_to_us = faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0;
        path[end] = kept;
        if (!open_to_us) return (int)end;
    }
    return 0;
}

int mc_first_closed_prefix(const char *path, const mc_identity *identity) {
    char copy[PATH_MAX];
    size_t length = strlen(path);
    if (length >= sizeof copy) return -ENAMETOOLONG;
    memcpy(copy, path, length + 1);
    if (!identity->change) return closed_prefix(copy, length);

    int answer[2];
    if (pipe2(answer, O_CLOEXEC) != 0) return -errno;
    pid_t child = fork();
    if (child == 0) {
        int failure = assume(identity);
        int result = failure != 0 ? -failure : closed_prefix(copy, length);
        _exit(write(answer[1], &result, sizeof result) == (ssize_t)sizeof result ? 0 : 1);
    }
    int fork_failure = errno;
    close(answer[1]);
    int result = -EIO;
    if (child < 0) {
        result = -fork_failure;
    } else {
        ssize_t got;
        do got = read(answer[0], &result, sizeof result);
        while (got < 0 && errno == EINTR);
        if (got != (ssize_t)sizeof result) result = -EIO;
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
    }
    close(answer[0]);
    return result;
}

ssize_t mc_read_link(const char *link, const mc_identity *identity, char *buffer, size_t size) {
    // These two change the calling thread only.
    uid_t uid = (uid_t)setfsuid(identity->uid);
    gid_t gid = (gid_t)setfsgid(identity->gid);
    ssize_t length = readlink(link, buffer, size - 1);
    int failure = errno;
    setfsuid(uid);
    setfsgid(gid);
    if (length < 0) return -failure;
    buffer[length] = 0;
    return length;
}

// nftw has no argument to pass through; each thread gives away one tree at a time.
static _Thread_local mc_identity receiver;

static int give(const char *path, const struct stat *status, int kind, struct FTW *walk) {
    (void)status, (void)kind, (void)walk;
    return lchown(path, receiver.uid, receiver.gid) == 0 || errno == ENOENT ? 0 : errno;
}

int mc_give_tree(const char *path, const mc_identity *identity) {
    receiver = *identity;
    int failure = nftw(path, give, 16, FTW_PHYS);
    return failure < 0 ? -errno : -failure;
}

static int discard(const char *path, const struct stat *status, int kind, struct FTW *walk) {
    (void)status, (void)kind, (void)walk;
    return remove(path) == 0 || errno == ENOENT ? 0 : errno;
}

int mc_remove_tree(const char *path) {
    int failure = nftw(path, discard, 16, FTW_PHYS | FTW_DEPTH);
    if (failure < 0) return errno == ENOENT ? 0 : -errno;
    return -failure;
}

int mc_lock(int descriptor) {
    return flock(descriptor, LOCK_EX | LOCK_NB) == 0 ? 0 : -errno;
}

int mc_sync_directory(const char *path) {
    int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return -errno;
    int failure = fsync(descriptor) == 0 ? 0 : errno;
    close(descriptor);
    return -failure;
}
