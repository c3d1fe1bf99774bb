// Loads with known numbers for probes.sh. probes-load MODE ARGUMENT...: prints what it did as lines "NAME NUMBER".
// With a third argument, a FIFO, it begins when that is opened for writing.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static long now(void) // ns
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000L + t.tv_nsec;
}

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void pin(int cpu)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    if (sched_setaffinity(0, sizeof set, &set)) fail("sched_setaffinity");
}

static long doze(long us) // how long it took, ns
{
    struct timespec t = { us / 1000000, us % 1000000 * 1000 };
    long from = now();
    syscall(SYS_nanosleep, &t, 0);
    return now() - from;
}

// COUNT sleeps of US microseconds.
static void sleeps(int count, long us)
{
    long sum = 0, most = 0, over = 0;
    for (int i = 0; i < count; i++) {
        long took = doze(us);
        sum += took;
        if (took > most) most = took;
        if (took >= us * 1000) over++;
    }
    printf("count %d\nus %ld\nsum_ns %ld\nmost_ns %ld\nover %ld\n", count, us, sum, most, over);
}

// COUNT waits that end after US microseconds, and as many that do not wait because the value differs.
static void futexes(int count, long us)
{
    int word = 1;
    long sum = 0;
    struct timespec t = { us / 1000000, us % 1000000 * 1000 };
    for (int i = 0; i < count; i++) {
        long from = now();
        if (syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 1, &t, 0, 0) != -1 || errno != ETIMEDOUT) fail("futex");
        sum += now() - from;
        if (syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 2, &t, 0, 0) != -1 || errno != EAGAIN) fail("futex");
    }
    printf("count %d\nus %ld\nsum_ns %ld\n", count, us, sum);
}

// The first write to each of COUNT pages.
static void faults(int count)
{
    long page = sysconf(_SC_PAGESIZE);
    struct rusage before, after;
    volatile char *at = mmap(0, count * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) fail("mmap");
    madvise((void *)at, count * page, MADV_NOHUGEPAGE);
    getrusage(RUSAGE_SELF, &before);
    for (int i = 0; i < count; i++) at[i * page] = 1;
    getrusage(RUSAGE_SELF, &after);
    printf("count %d\nminor %ld\n", count, after.ru_minflt - before.ru_minflt);
}

// COUNT moves between the CPUs 0 and 1, from 0 to 1 first.
static void moves(int count)
{
    pin(0);
    for (int i = 1; i <= count; i++) {
        pin(i % 2);
        if (sched_getcpu() != i % 2) fail("sched_getcpu");
    }
    printf("tid %d\ncount %d\n", getpid(), count);
}

// COUNT bytes through a pseudo terminal: each is a work item, flush_to_ldisc.
static void works(int count)
{
    struct termios raw;
    char c = 'x';
    int master = posix_openpt(O_RDWR | O_NOCTTY), slave;
    if (master < 0 || grantpt(master) || unlockpt(master) || (slave = open(ptsname(master), O_RDWR | O_NOCTTY)) < 0) fail("pty");
    tcgetattr(slave, &raw);
    cfmakeraw(&raw);
    tcsetattr(slave, TCSANOW, &raw);
    for (int i = 0; i < count; i++)
        if (write(slave, &c, 1) != 1 || read(master, &c, 1) != 1) fail("pty");
    printf("count %d\n", count);
}

static void real_time(int priority)
{
    struct sched_param parameters = { .sched_priority = priority };
    if (sched_setscheduler(0, SCHED_FIFO, &parameters)) fail("sched_setscheduler");
}

// On CPU 0 a real-time task spins US microseconds at a time. A task there that sleeps 5 ms at a time is woken late.
static void late(int count, long us)
{
    int child = fork();
    pin(0);
    if (!child) {
        prctl(PR_SET_NAME, "km-bully");
        real_time(10);
        for (int i = 0; i < count; i++) {
            for (long until = now() + us * 1000; now() < until;);
            doze(us * 2);
        }
        _exit(0);
    }
    prctl(PR_SET_NAME, "km-victim");
    long most = 0, sleeps = 0;
    while (waitpid(child, 0, WNOHANG) == 0) {
        long over = doze(5000) - 5000000;
        sleeps++;
        if (over > most) most = over;
    }
    printf("sleeps %ld\nmost_late_ns %ld\n", sleeps, most);
}

// Lists all tasks in the kernel's log COUNT times, which the kernel does in one piece, while a real-time task on the same CPU sleeps 1 ms at a time
// and notes how late it is.
static void sections(int count)
{
    int report[2], trigger = open("/proc/sysrq-trigger", O_WRONLY);
    if (trigger < 0 || pipe(report)) fail("sysrq-trigger");
    int child = fork();
    pin(0);
    if (!child) {
        prctl(PR_SET_NAME, "km-urgent");
        real_time(20);
        fcntl(report[0], F_SETFL, O_NONBLOCK);
        long most = 0;
        char c;
        while (read(report[0], &c, 1) != 1) {
            long over = doze(1000) - 1000000;
            if (over > most) most = over;
        }
        printf("most_late_ns %ld\n", most);
        fflush(stdout);
        _exit(0);
    }
    long most = 0;
    for (int i = 0; i < count; i++) {
        doze(50000);
        long from = now();
        if (write(trigger, "t", 1) != 1) fail("sysrq-trigger");
        long took = now() - from;
        if (took > most) most = took;
    }
    if (write(report[1], "x", 1) != 1) fail("pipe");
    waitpid(child, 0, 0);
    printf("count %d\nlongest_ns %ld\n", count, most);
}

// COUNT direct writes of 4 KiB to a device.
static void writes(int count, const char *device)
{
    int fd = open(device, O_WRONLY | O_DIRECT);
    char *block;
    long sum = 0;
    if (fd < 0 || posix_memalign((void **)&block, 4096, 4096)) fail(device);
    memset(block, 'x', 4096);
    for (int i = 0; i < count; i++) {
        long from = now();
        if (pwrite(fd, block, 4096, i * 8192L) != 4096) fail(device);
        sum += now() - from;
    }
    printf("count %d\nbytes %ld\nsum_ns %ld\n", count, count * 4096L, sum);
}

int main(int words, char **word)
{
    if (words < 3) return 2;
    const char *mode = word[1];
    int count = atoi(word[2]);
    long us = words > 3 ? atol(word[3]) : 0;
    char name[16];
    snprintf(name, sizeof name, "km-%s", mode);
    prctl(PR_SET_NAME, name);
    if (words > 4) close(open(word[4], O_RDONLY));
    if (!strcmp(mode, "sleep")) sleeps(count, us);
    else if (!strcmp(mode, "futex")) futexes(count, us);
    else if (!strcmp(mode, "fault")) faults(count);
    else if (!strcmp(mode, "move")) moves(count);
    else if (!strcmp(mode, "work")) works(count);
    else if (!strcmp(mode, "late")) late(count, us);
    else if (!strcmp(mode, "section")) sections(count);
    else if (!strcmp(mode, "write") && words > 3) writes(count, word[3]);
    else return 2;
    return 0;
}
