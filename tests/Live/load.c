// A load to record. load MODE SECONDS: pp (two tasks that wake each other), file (write, sync, read, unlink), fork, spin, mix (pp, file and fork at once), light (mix with pauses), tree (children of children), echo (TCP on the loopback device)
#define _GNU_SOURCE
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double until;
static int rest; // microseconds between two rounds

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void ping_pong(void)
{
    int there[2], back[2];
    char c = 0;
    if (pipe(there) || pipe(back)) exit(1);
    if (!fork()) {
        prctl(PR_SET_NAME, "load-pong");
        close(there[1]);
        close(back[0]);
        while (read(there[0], &c, 1) == 1)
            if (write(back[1], &c, 1) < 0) break;
        _exit(0);
    }
    prctl(PR_SET_NAME, "load-ping");
    close(there[0]);
    close(back[1]);
    for (int i = 1; now() < until; i++) {
        if (write(there[1], &c, 1) < 0 || read(back[0], &c, 1) < 0) break;
        // Without a pause, emulated CPUs would do nothing else.
        if (rest) usleep(rest);
        else if (i % 64 == 0) usleep(500);
    }
    close(there[1]);
    wait(0);
}

static void files(void)
{
    char path[64], block[4096];
    prctl(PR_SET_NAME, "load-file");
    memset(block, 'x', sizeof block);
    snprintf(path, sizeof path, "/tmp/load-%d", getpid());
    while (now() < until) {
        int fd = open(path, O_CREAT | O_RDWR | O_TRUNC, 0600);
        for (int i = 0; i < 8; i++)
            if (write(fd, block, sizeof block) < 0) exit(1);
        fsync(fd);
        lseek(fd, 0, SEEK_SET);
        while (read(fd, block, sizeof block) > 0);
        close(fd);
        unlink(path);
        if (rest) usleep(rest);
    }
}

static void forks(void)
{
    prctl(PR_SET_NAME, "load-fork");
    while (now() < until) {
        if (!fork()) _exit(0);
        wait(0);
        if (rest) usleep(rest);
    }
}

static void echo(void)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof at;
    char bytes[64] = "";
    int server = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(server, (void *)&at, size) || listen(server, 1) || getsockname(server, (void *)&at, &size)) exit(1);
    if (!fork()) {
        prctl(PR_SET_NAME, "load-server");
        int peer = accept(server, 0, 0);
        close(client);
        while (read(peer, bytes, sizeof bytes) > 0)
            if (write(peer, bytes, sizeof bytes) < 0) break;
        _exit(0);
    }
    prctl(PR_SET_NAME, "load-client");
    if (connect(client, (void *)&at, size)) exit(1);
    while (now() < until) {
        if (write(client, bytes, sizeof bytes) < 0 || read(client, bytes, sizeof bytes) <= 0) break;
        usleep(rest ? rest : 200);
    }
    close(client);
    wait(0);
}

int main(int count, char **words)
{
    const char *mode = count > 1 ? words[1] : "mix";
    until = now() + (count > 2 ? atof(words[2]) : 1);
    if (!strcmp(mode, "pp")) ping_pong();
    else if (!strcmp(mode, "file")) files();
    else if (!strcmp(mode, "fork")) forks();
    else if (!strcmp(mode, "echo")) echo();
    else if (!strcmp(mode, "spin")) while (now() < until);
    else if (!strcmp(mode, "tree")) {
        if (!fork()) {
            if (!fork()) { prctl(PR_SET_NAME, "load-leaf"); files(); _exit(0); }
            prctl(PR_SET_NAME, "load-branch");
            wait(0);
            _exit(0);
        }
        wait(0);
    } else {
        if (!strcmp(mode, "light")) rest = 5000;
        if (!fork()) { ping_pong(); _exit(0); }
        if (!fork()) { forks(); _exit(0); }
        files();
        while (wait(0) > 0);
    }
    return 0;
}
