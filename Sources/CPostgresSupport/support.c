#define _GNU_SOURCE
#include "support.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

int postgres_support_wake_create(void) {
    int descriptor = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return descriptor < 0 ? -errno : descriptor;
}

void postgres_support_wake_signal(int descriptor) {
    uint64_t one = 1;
    // EAGAIN means that the counter is full: the descriptor is readable already.
    while (write(descriptor, &one, sizeof one) < 0 && errno == EINTR) {
    }
}

void postgres_support_wake_drain(int descriptor) {
    uint64_t count;
    while (read(descriptor, &count, sizeof count) < 0 && errno == EINTR) {
    }
}

void postgres_support_close(int descriptor) {
    close(descriptor);
}

int postgres_support_wait(int socket, int wanted, int wake, int milliseconds) {
    struct pollfd descriptors[2] = {{.fd = wake, .events = POLLIN}, {.fd = socket}};
    if (wanted & POSTGRES_SUPPORT_READABLE) descriptors[1].events |= POLLIN;
    if (wanted & POSTGRES_SUPPORT_WRITABLE) descriptors[1].events |= POLLOUT;
    if (poll(descriptors, 2, milliseconds) <= 0) return 0;

    int found = 0;
    if (descriptors[0].revents) found |= POSTGRES_SUPPORT_WOKEN;
    if (descriptors[1].revents & (POLLIN | POLLERR | POLLHUP | POLLNVAL)) found |= POSTGRES_SUPPORT_READABLE;
    if (descriptors[1].revents & POLLOUT) found |= POSTGRES_SUPPORT_WRITABLE;
    return found;
}

uint64_t postgres_support_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

struct start {
    char name[16];
    void (*body)(void *);
    void *context;
};

static void *enter(void *argument) {
    struct start start = *(struct start *)argument;
    free(argument);
    pthread_setname_np(pthread_self(), start.name);
    start.body(start.context);
    return NULL;
}

int postgres_support_thread_start(const char *name, void (*body)(void *), void *context) {
    struct start *start = calloc(1, sizeof *start);
    if (!start) return ENOMEM;
    strncpy(start->name, name, sizeof start->name - 1);
    start->body = body;
    start->context = context;

    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, 1 << 20);

    // A new thread inherits the mask of its maker.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    int error = pthread_create(&thread, &attributes, enter, start);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    if (error) free(start);
    return error;
}
