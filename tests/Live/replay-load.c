// Loads whose numbers are known, to compare a workload with: each task has a name, and its period, run length and wake-ups are arguments.
// Times are microseconds, durations seconds. Run lengths are CPU time.
//   replay-load periodic PERIOD RUN SECONDS [NAME]     task "periodic", woken by a timer every PERIOD
//   replay-load pingpong RUN SECONDS                   tasks "ping" and "pong", SCHED_FIFO 10, wake each other through pipes
//   replay-load stages PERIOD RUN SECONDS [STAGES]     "producer" by a timer, then "stage2", then "stage3" through pipes; STAGES 2 leaves stage3 out
//   replay-load forkstorm RATE RUN SECONDS             "storm" starts RATE tasks "stormling" a second; each runs and ends
//   replay-load fsyncwriter SIZE INTERVAL SECONDS FILE "fsyncwriter" appends SIZE bytes and syncs, every INTERVAL
//   replay-load hog RUN SECONDS                        "hog" runs RUN, sleeps as long, again and again
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

typedef long long ns;
enum { SECOND = 1000000000 };
static ns end_time;
static int pipes[4][2];
static ns run_length;

static ns now(clockid_t clock) { struct timespec t; clock_gettime(clock, &t); return t.tv_sec * (ns)SECOND + t.tv_nsec; }
static int is_over(void) { return now(CLOCK_MONOTONIC) >= end_time; }
static void name(const char *comm) { prctl(PR_SET_NAME, comm, 0, 0, 0); }
static void run(ns length) { ns until = now(CLOCK_THREAD_CPUTIME_ID) + length; while (now(CLOCK_THREAD_CPUTIME_ID) < until) for (volatile int i = 0; i < 100; i++) { } }
static void sleep_until(ns when)
{
    struct timespec t = { when / SECOND, when % SECOND };
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR) { }
}
static void check(int result, const char *what) { if (result < 0) { perror(what); exit(1); } }
static void give(int at) { char c = 1; if (write(pipes[at][1], &c, 1) != 1) exit(0); }
static int take(int at) { char c; return read(pipes[at][0], &c, 1) == 1 && c == 1; }
static void finish(int at) { char c = 0; if (write(pipes[at][1], &c, 1) != 1) exit(0); }

static void periodic(ns period, int to)
{
    ns next = now(CLOCK_MONOTONIC);
    for (long i = 0; !is_over(); i++) {
        next += period;
        sleep_until(next);
        run(run_length);
        if (to >= 0) give(to);
    }
    if (to >= 0) finish(to);
}

// A stage: waits at one pipe, runs, and writes to the next one.
struct stage { const char *comm; int from, to; };
static void *stage(void *argument)
{
    struct stage *of = argument;
    name(of->comm);
    while (take(of->from)) { run(run_length); if (of->to >= 0) give(of->to); }
    if (of->to >= 0) finish(of->to);
    return NULL;
}

static pthread_t start(struct stage *of) { pthread_t thread; if (pthread_create(&thread, NULL, stage, of)) exit(1); return thread; }

static void pingpong(void)
{
    static struct stage pong = { "pong", 0, 1 };
    // Of equal priority, the woken task does not preempt the waker, which would answer again before it has slept.
    struct sched_param priority = { 10 };
    check(sched_setscheduler(0, SCHED_FIFO, &priority), "sched_setscheduler");
    pthread_t thread = start(&pong);
    name("ping");
    while (!is_over()) { run(run_length); give(0); take(1); }
    finish(0);
    pthread_join(thread, NULL);
}

static void stages(ns period, int count)
{
    static struct stage second = { "stage2", 0, 1 }, third = { "stage3", 1, -1 };
    if (count < 3) second.to = -1;
    pthread_t a = start(&second), b = 0;
    if (count >= 3) b = start(&third);
    name("producer");
    periodic(period, 0);
    pthread_join(a, NULL);
    if (count >= 3) pthread_join(b, NULL);
}

static void forkstorm(long rate)
{
    signal(SIGCHLD, SIG_IGN);
    name("storm");
    ns next = now(CLOCK_MONOTONIC);
    while (!is_over()) {
        next += SECOND / rate;
        sleep_until(next);
        pid_t child = fork();
        check(child, "fork");
        if (child == 0) { name("stormling"); run(run_length); _exit(0); }
    }
}

static void fsyncwriter(long size, ns interval, const char *path)
{
    char *buffer = calloc(1, size);
    int file = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
    check(file, path);
    name("fsyncwriter");
    ns next = now(CLOCK_MONOTONIC);
    while (!is_over()) {
        next += interval;
        sleep_until(next);
        check(write(file, buffer, size) == size ? 0 : -1, "write");
        check(fsync(file), "fsync");
    }
}

static void hog(void)
{
    name("hog");
    while (!is_over()) { run(run_length); sleep_until(now(CLOCK_MONOTONIC) + run_length); }
}

int main(int count, char **arguments)
{
    if (count < 4) { fprintf(stderr, "usage: see the source\n"); return 2; }
    const char *what = arguments[1];
    long a = atol(arguments[2]), b = atol(arguments[3]), seconds = count > 4 ? atol(arguments[4]) : b;
    for (int i = 0; i < 4; i++) check(pipe(pipes[i]), "pipe");
    end_time = now(CLOCK_MONOTONIC) + seconds * (ns)SECOND;
    run_length = b * 1000;
    if (!strcmp(what, "periodic")) { name(count > 5 ? arguments[5] : "periodic"); periodic(a * 1000, -1); }
    else if (!strcmp(what, "pingpong")) { run_length = a * 1000; pingpong(); }
    else if (!strcmp(what, "stages")) stages(a * 1000, count > 5 ? atoi(arguments[5]) : 3);
    else if (!strcmp(what, "forkstorm")) forkstorm(a);
    else if (!strcmp(what, "fsyncwriter") && count > 5) fsyncwriter(a, b * 1000, arguments[5]);
    else if (!strcmp(what, "hog")) { run_length = a * 1000; hog(); }
    else return 2;
    return 0;
}
