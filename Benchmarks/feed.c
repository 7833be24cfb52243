// Sends HL7 v2 messages over MLLP as cheaply as possible, because it shares the cores with what it measures.
//
//   feed HOST PORT FILE…
//       A file is what one connection sends: MLLP frames (0x0B message 0x1C 0x0D), one after another. Each is sent when
//       the one before is answered, as MLLP demands; all connections at once.
//
// Prints "<count> <seconds> <p50> <p99> <AA> <AE> <AR>": latencies in microseconds from the first byte sent to the last
// byte of the answer, and how many answers said what.

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { ANSWER_LIMIT = 1 << 16, EVENTS = 64 };

struct connection {
    int socket;
    const char *end;
    /// The message under way: what of it is still to be sent, and where the next one begins.
    const char *unsent, *next;
    /// The socket took no more.
    bool waits;
    double started;
    char *answer;
    size_t answered;
};

static uint32_t *latencies;
static size_t count, capacity;
static long accepted, failed, refused;

static void die(const char *what, const char *why) {
    fprintf(stderr, "feed: %s: %s\n", what, why);
    exit(1);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void read_file(struct connection *connection, const char *path) {
    int file = open(path, O_RDONLY);
    struct stat facts;
    if (file < 0 || fstat(file, &facts)) die(path, strerror(errno));
    char *bytes = malloc((size_t)facts.st_size + 1);
    for (ssize_t done = 0, more; done < facts.st_size; done += more) {
        more = read(file, bytes + done, (size_t)(facts.st_size - done));
        if (more <= 0) die(path, more < 0 ? strerror(errno) : "it became shorter");
    }
    close(file);
    connection->next = bytes;
    connection->end = bytes + facts.st_size;
}

static void connect_to(struct connection *connection, const char *host, int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1) die(host, "not an IPv4 address");
    connection->socket = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(connection->socket, (struct sockaddr *)&address, sizeof address)) die("connect", strerror(errno));
    int yes = 1;
    setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    fcntl(connection->socket, F_SETFL, O_NONBLOCK);
}

static void wait_for(struct connection *connection, int poll, int operation, uint32_t what) {
    struct epoll_event event = {.events = what, .data.ptr = connection};
    if (epoll_ctl(poll, operation, connection->socket, &event)) die("epoll_ctl", strerror(errno));
}

/// Sends what the socket takes of the message under way; the rest follows when it takes more.
static void send_on(struct connection *connection, int poll) {
    bool waited = connection->waits;
    connection->waits = false;
    while (connection->unsent < connection->next && !connection->waits) {
        size_t length = (size_t)(connection->next - connection->unsent);
        ssize_t sent = send(connection->socket, connection->unsent, length, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN) die("send", strerror(errno));
        if (sent < 0) connection->waits = true;
        else connection->unsent += sent;
    }
    if (connection->waits != waited)
        wait_for(connection, poll, EPOLL_CTL_MOD, connection->waits ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

/// False when there is no message left.
static bool send_next(struct connection *connection, int poll) {
    if (connection->next >= connection->end) return false;
    const char *last = memmem(connection->next, (size_t)(connection->end - connection->next), "\x1c\r", 2);
    if (!last) die("file", "a frame has no end");
    connection->unsent = connection->next;
    connection->next = last + 2;
    connection->answered = 0;
    connection->started = now();
    send_on(connection, poll);
    return true;
}

static void count_answer(struct connection *connection) {
    connection->answer[connection->answered] = 0;
    // The segments of an answer are separated by CR; MSA-1 is its code.
    const char *code = memmem(connection->answer, connection->answered, "\rMSA|", 5);
    if (!code || (code[5] != 'A' && code[5] != 'C')) die("answer", connection->answer);
    (code[6] == 'A' ? accepted++ : code[6] == 'E' ? failed++ : refused++);
    if (count == capacity) latencies = realloc(latencies, (capacity = capacity ? 2 * capacity : 4096) * sizeof *latencies);
    latencies[count++] = (uint32_t)((now() - connection->started) * 1e6);
}

/// True when the answer to the message under way is complete.
static bool receive(struct connection *connection) {
    while (connection->answered < ANSWER_LIMIT) {
        char *place = connection->answer + connection->answered;
        ssize_t more = recv(connection->socket, place, ANSWER_LIMIT - connection->answered, 0);
        if (more < 0 && errno == EAGAIN) return false;
        if (more <= 0) die("receive", more < 0 ? strerror(errno) : "the connection was closed");
        connection->answered += (size_t)more;
        if (connection->answered >= 2 && !memcmp(connection->answer + connection->answered - 2, "\x1c\r", 2)) return true;
    }
    die("answer", "it is too long");
    return false;
}

static int ascending(const void *a, const void *b) {
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return left < right ? -1 : left > right;
}

static uint32_t percentile(int percent) {
    size_t place = count * (size_t)percent / 100;
    return latencies[place < count ? place : count - 1];
}

int main(int arguments, char **argument) {
    if (arguments < 4) die("usage", "HOST PORT FILE…");
    int connections = arguments - 3, poll = epoll_create1(0), open = 0;
    struct connection *all = calloc((size_t)connections, sizeof *all);
    for (int i = 0; i < connections; i++) {
        read_file(&all[i], argument[i + 3]);
        all[i].answer = malloc(ANSWER_LIMIT + 1);
        connect_to(&all[i], argument[1], atoi(argument[2]));
        wait_for(&all[i], poll, EPOLL_CTL_ADD, EPOLLIN);
    }
    double started = now();
    for (int i = 0; i < connections; i++) open += send_next(&all[i], poll);
    while (open > 0) {
        struct epoll_event events[EVENTS];
        int ready = epoll_wait(poll, events, EVENTS, 60000);
        if (ready == 0) die("answer", "none came for a minute");
        for (int i = 0; i < ready; i++) {
            struct connection *connection = events[i].data.ptr;
            if (connection->waits) send_on(connection, poll);
            if (!receive(connection)) continue;
            count_answer(connection);
            if (!send_next(connection, poll)) {
                close(connection->socket);
                open--;
            }
        }
    }
    double seconds = now() - started;
    if (!count) die("file", "there is no message in it");
    qsort(latencies, count, sizeof *latencies, ascending);
    printf("%zu %.6f %u %u %ld %ld %ld\n", count, seconds, percentile(50), percentile(99), accepted, failed, refused);
    return 0;
}
