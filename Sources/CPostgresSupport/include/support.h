// What room Postgres needs of Linux and cannot say in Swift: a wake-up descriptor, a wait on two descriptors, a
// monotonic clock and a thread.
#pragma once

#include <stdint.h>

// A counter that poll(2) can wait for (eventfd, non-blocking, closed on exec). Negative errno on failure.
int postgres_support_wake_create(void);

// Makes the descriptor readable. Never blocks.
void postgres_support_wake_signal(int descriptor);

// Makes the descriptor unreadable again.
void postgres_support_wake_drain(int descriptor);

void postgres_support_close(int descriptor);

// What `postgres_support_wait` found, as a bit set.
enum {
    POSTGRES_SUPPORT_READABLE = 1,
    POSTGRES_SUPPORT_WRITABLE = 2,
    POSTGRES_SUPPORT_WOKEN = 4,
};

// Waits until `socket` (ignored when negative) is ready for the wanted bits, `wake` is readable, or the time is over
// (milliseconds, negative for ever). Errors and hang-ups count as readable: reading tells which. 0 at the time's end.
int postgres_support_wait(int socket, int wanted, int wake, int milliseconds);

// Nanoseconds of CLOCK_MONOTONIC.
uint64_t postgres_support_now(void);

// Starts a detached thread with every signal blocked, so that handlers run elsewhere. 0, or the error of pthread_create.
int postgres_support_thread_start(const char *name, void (*body)(void *), void *context);
