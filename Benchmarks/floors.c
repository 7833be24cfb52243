// The floors under MediConnect's figures: what libpq and PostgreSQL give when there is no server in between.
//
//   floors select CONNINFO SECONDS TYPE ID
//       The statement of a read, prepared, on one connection in pipeline mode: 32 in flight, a sync after each.
//   floors insert CONNINFO SECONDS CONNECTIONS TEMPLATE KEY NUMBER
//       The rows of a create, each set in a transaction of its own: the statements of one set are pipelined with one
//       sync behind them, every connection waits for its commit before it sends the next set. KEY and NUMBER are the
//       first fresh ones; they count up from there.
//   floors call CONNINFO CONNECTIONS COUNT SQL
//       A statement with one parameter, prepared, for each number from 1 to COUNT; every connection waits for its commit
//       before it takes the next number.
//
// Prints "<count> <seconds>". The template is what bench/template.py writes:
//
//   number DIGITS        the number that stands for "this resource" wherever it occurs in the values below
//   statement SQL        followed by its parameters, in order:
//   null | key | id | bytes HEX | text HEX | terms TERM,TERM,?   (a ? is a term that nobody else has)

#include <libpq-fe.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { IN_FLIGHT = 32, MAXIMUM_STATEMENTS = 16, MAXIMUM_PARAMETERS = 256, MAXIMUM_CONNECTIONS = 64 };

static void die(const char *what, const char *why) {
    fprintf(stderr, "floors: %s: %s\n", what, why);
    exit(1);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static PGconn *connect_to(const char *conninfo) {
    PGconn *connection = PQconnectdb(conninfo);
    if (PQstatus(connection) != CONNECTION_OK) die("connect", PQerrorMessage(connection));
    return connection;
}

static void prepare(PGconn *connection, const char *name, const char *sql) {
    PGresult *result = PQprepare(connection, name, sql, 0, NULL);
    if (PQresultStatus(result) != PGRES_COMMAND_OK) die(sql, PQerrorMessage(connection));
    PQclear(result);
}

/// Takes the results of `statements` statements and the sync behind them.
static void take(PGconn *connection, int statements, ExecStatusType wanted) {
    for (int i = 0; i < statements; i++) {
        PGresult *result = PQgetResult(connection);
        if (PQresultStatus(result) != wanted) die("statement", PQerrorMessage(connection));
        PQclear(result);
        PQclear(PQgetResult(connection));
    }
    PGresult *sync = PQgetResult(connection);
    if (PQresultStatus(sync) != PGRES_PIPELINE_SYNC) die("sync", PQerrorMessage(connection));
    PQclear(sync);
}

// --- select ---------------------------------------------------------------------------------------------------------

static void run_select(const char *conninfo, double seconds, const char *type, const char *id) {
    PGconn *connection = connect_to(conninfo);
    prepare(connection, "read",
            "select version, method, updated, content from resource where type = $1::int2 and id = $2::text");
    PQenterPipelineMode(connection);
    const char *values[] = {type, id};
    long sent = 0, done = 0;
    double started = now(), elapsed = 0;
    while (true) {
        while (sent - done < IN_FLIGHT) {
            if (!PQsendQueryPrepared(connection, "read", 2, values, NULL, NULL, 1) || !PQpipelineSync(connection))
                die("send", PQerrorMessage(connection));
            sent++;
        }
        take(connection, 1, PGRES_TUPLES_OK);
        done++;
        if (done % 256 == 0 && (elapsed = now() - started) >= seconds) break;
    }
    printf("%ld %.6f\n", done, elapsed);
    exit(0);
}

// --- the template ---------------------------------------------------------------------------------------------------

enum kind { NOTHING, KEY, ID, VALUE, TERMS };

struct parameter {
    enum kind kind;
    char *bytes;
    int length;
    bool is_binary;
};

struct statement {
    char *sql;
    int count;
    struct parameter parameters[MAXIMUM_PARAMETERS];
};

struct template {
    char number[32];
    int count;
    struct statement statements[MAXIMUM_STATEMENTS];
};

static char *unhex(const char *text, int *length) {
    *length = (int)(strlen(text) / 2);
    char *bytes = malloc((size_t)*length + 1);
    for (int i = 0; i < *length; i++) {
        unsigned byte;
        if (sscanf(text + 2 * i, "%2x", &byte) != 1) die("template", "bad hexadecimal digits");
        bytes[i] = (char)byte;
    }
    bytes[*length] = 0;
    return bytes;
}

static struct parameter parameter(const char *kind, const char *rest) {
    struct parameter parameter = {.kind = NOTHING};
    if (!strcmp(kind, "key")) {
        parameter.kind = KEY;
    } else if (!strcmp(kind, "id")) {
        parameter.kind = ID;
    } else if (!strcmp(kind, "text") || !strcmp(kind, "bytes")) {
        parameter.kind = VALUE;
        parameter.is_binary = kind[0] == 'b';
        parameter.bytes = unhex(rest, &parameter.length);
    } else if (!strcmp(kind, "terms")) {
        parameter.kind = TERMS;
        parameter.bytes = strdup(rest);
    } else if (strcmp(kind, "null")) {
        die("template", kind);
    }
    return parameter;
}

static void read_template(const char *path, struct template *template) {
    FILE *file = fopen(path, "r");
    if (!file) die("open", path);
    char *line = NULL;
    size_t capacity = 0;
    while (getline(&line, &capacity, file) > 0) {
        line[strcspn(line, "\n")] = 0;
        char *space = strchr(line, ' ');
        const char *rest = space ? space + 1 : "";
        if (space) *space = 0;
        if (!strcmp(line, "number")) {
            snprintf(template->number, sizeof template->number, "%s", rest);
        } else if (!strcmp(line, "statement")) {
            if (template->count == MAXIMUM_STATEMENTS) die("template", "too many statements");
            template->statements[template->count++].sql = strdup(rest);
        } else {
            if (template->count == 0) die("template", "a parameter without a statement");
            struct statement *statement = &template->statements[template->count - 1];
            if (statement->count == MAXIMUM_PARAMETERS) die("template", "too many parameters");
            statement->parameters[statement->count++] = parameter(line, rest);
        }
    }
    free(line);
    fclose(file);
}

// --- insert ---------------------------------------------------------------------------------------------------------

static struct template template;
static const char *insert_conninfo;
static double insert_seconds;
static atomic_long next_key, next_number;

/// The values of one connection: a copy of the template's, in which the number is replaced in place.
struct writer {
    PGconn *connection;
    uint64_t random;
    struct template own;
    char key[32], id[40];
    long done;
};

static uint64_t fresh_term(struct writer *writer) {
    // SplitMix64, as evenly spread as the server's hashes.
    uint64_t z = writer->random += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

static void replace_number(struct parameter *own, const struct parameter *original, const char *fresh) {
    size_t length = strlen(template.number);
    char *from = original->bytes;
    while ((from = memmem(from, (size_t)(original->bytes + original->length - from), template.number, length))) {
        memcpy(own->bytes + (from - original->bytes), fresh, length);
        from += length;
    }
}

static void fresh_terms(struct writer *writer, struct parameter *own, const struct parameter *original) {
    char *to = own->bytes;
    *to++ = '{';
    for (const char *from = original->bytes; *from; from++) {
        if (*from == '?') {
            to += sprintf(to, "%lld", (long long)fresh_term(writer));
        } else {
            *to++ = *from;
        }
    }
    *to++ = '}';
    *to = 0;
}

/// A UUID of version 7 (RFC 9562 §5.7), as ascending as those of the server.
static void new_id(char *id, size_t size, long number) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    uint64_t milliseconds = (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
    snprintf(id, size, "%08x-%04x-7%03x-8000-%012lx", (unsigned)(milliseconds >> 16), (unsigned)(milliseconds & 0xffff),
             (unsigned)(time.tv_nsec % 1000000 / 245), (unsigned long)number);
}

/// What a parameter says this time.
static const char *value_of(const struct writer *writer, const struct parameter *parameter) {
    switch (parameter->kind) {
    case NOTHING: return NULL;
    case KEY: return writer->key;
    case ID: return writer->id;
    case VALUE:
    case TERMS: return parameter->bytes;
    }
    return NULL;
}

static void make_fresh(struct writer *writer) {
    long number = atomic_fetch_add(&next_number, 1);
    char digits[32];
    snprintf(digits, sizeof digits, "%0*ld", (int)strlen(template.number), number);
    snprintf(writer->key, sizeof writer->key, "%ld", atomic_fetch_add(&next_key, 1));
    new_id(writer->id, sizeof writer->id, number);
    for (int s = 0; s < template.count; s++) {
        for (int p = 0; p < template.statements[s].count; p++) {
            const struct parameter *original = &template.statements[s].parameters[p];
            struct parameter *own = &writer->own.statements[s].parameters[p];
            if (original->kind == VALUE) replace_number(own, original, digits);
            if (original->kind == TERMS) fresh_terms(writer, own, original);
        }
    }
}

static void send(struct writer *writer) {
    for (int s = 0; s < template.count; s++) {
        const char *values[MAXIMUM_PARAMETERS];
        int lengths[MAXIMUM_PARAMETERS], formats[MAXIMUM_PARAMETERS];
        struct statement *statement = &writer->own.statements[s];
        for (int p = 0; p < statement->count; p++) {
            struct parameter *parameter = &statement->parameters[p];
            values[p] = value_of(writer, parameter);
            lengths[p] = parameter->length;
            formats[p] = parameter->is_binary;
        }
        char name[8];
        snprintf(name, sizeof name, "s%d", s);
        if (!PQsendQueryPrepared(writer->connection, name, statement->count, values, lengths, formats, 1))
            die("send", PQerrorMessage(writer->connection));
    }
    if (!PQpipelineSync(writer->connection)) die("sync", PQerrorMessage(writer->connection));
}

static void open_writer(struct writer *writer) {
    writer->connection = connect_to(insert_conninfo);
    writer->own = template;
    for (int s = 0; s < template.count; s++) {
        char name[8];
        snprintf(name, sizeof name, "s%d", s);
        prepare(writer->connection, name, template.statements[s].sql);
        for (int p = 0; p < template.statements[s].count; p++) {
            struct parameter *own = &writer->own.statements[s].parameters[p];
            if (own->kind == VALUE) {
                char *copy = malloc((size_t)own->length + 1);
                memcpy(copy, own->bytes, (size_t)own->length + 1);
                own->bytes = copy;
            } else if (own->kind == TERMS) {
                own->bytes = malloc(strlen(own->bytes) * 21 + 3);
            }
        }
    }
    PQenterPipelineMode(writer->connection);
}

static void *write_rows(void *argument) {
    struct writer *writer = argument;
    double started = now();
    while (now() - started < insert_seconds) {
        make_fresh(writer);
        send(writer);
        take(writer->connection, template.count, PGRES_COMMAND_OK);
        writer->done++;
    }
    return NULL;
}

static void run_insert(int connections, const char *path, long key, long number) {
    read_template(path, &template);
    atomic_store(&next_key, key);
    atomic_store(&next_number, number);
    static struct writer writers[MAXIMUM_CONNECTIONS];
    pthread_t threads[MAXIMUM_CONNECTIONS];
    for (int i = 0; i < connections; i++) {
        writers[i].random = (uint64_t)number * 64 + (uint64_t)i;
        open_writer(&writers[i]);
    }
    double started = now();
    for (int i = 0; i < connections; i++) pthread_create(&threads[i], NULL, write_rows, &writers[i]);
    long done = 0;
    for (int i = 0; i < connections; i++) {
        pthread_join(threads[i], NULL);
        done += writers[i].done;
    }
    printf("%ld %.6f\n", done, now() - started);
    for (int i = 0; i < connections; i++) PQfinish(writers[i].connection);
}

// --- call -----------------------------------------------------------------------------------------------------------

static atomic_long next_call;
static long last_call;

static void *make_calls(void *argument) {
    PGconn *connection = argument;
    for (long number; (number = atomic_fetch_add(&next_call, 1)) <= last_call;) {
        char text[32];
        snprintf(text, sizeof text, "%ld", number);
        const char *values[] = {text};
        PGresult *result = PQexecPrepared(connection, "call", 1, values, NULL, NULL, 1);
        ExecStatusType status = PQresultStatus(result);
        if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) die("call", PQerrorMessage(connection));
        PQclear(result);
    }
    return NULL;
}

static void run_calls(const char *conninfo, int connections, long count, const char *sql) {
    PGconn *all[MAXIMUM_CONNECTIONS];
    pthread_t threads[MAXIMUM_CONNECTIONS];
    for (int i = 0; i < connections; i++) {
        all[i] = connect_to(conninfo);
        prepare(all[i], "call", sql);
    }
    atomic_store(&next_call, 1);
    last_call = count;
    double started = now();
    for (int i = 0; i < connections; i++) pthread_create(&threads[i], NULL, make_calls, all[i]);
    for (int i = 0; i < connections; i++) pthread_join(threads[i], NULL);
    printf("%ld %.6f\n", count, now() - started);
    for (int i = 0; i < connections; i++) PQfinish(all[i]);
}

static int connections(const char *text) {
    int connections = atoi(text);
    if (connections < 1 || connections > MAXIMUM_CONNECTIONS) die("connections", "1 to 64");
    return connections;
}

int main(int count, char **arguments) {
    if (count == 6 && !strcmp(arguments[1], "select")) {
        run_select(arguments[2], atof(arguments[3]), arguments[4], arguments[5]);
    } else if (count == 8 && !strcmp(arguments[1], "insert")) {
        insert_conninfo = arguments[2];
        insert_seconds = atof(arguments[3]);
        run_insert(connections(arguments[4]), arguments[5], atol(arguments[6]), atol(arguments[7]));
    } else if (count == 6 && !strcmp(arguments[1], "call")) {
        run_calls(arguments[2], connections(arguments[3]), atol(arguments[4]), arguments[5]);
    } else {
        die("usage", "select CONNINFO SECONDS TYPE ID | insert CONNINFO SECONDS CONNECTIONS TEMPLATE KEY NUMBER"
                     " | call CONNINFO CONNECTIONS COUNT SQL");
    }
    return 0;
}
