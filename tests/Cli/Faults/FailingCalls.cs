namespace KernelMagnifier.Cli.Tests.Faults;

/// <summary>
/// A library for LD_PRELOAD that makes system calls fail: reads or writes (FAULT_OP) of files whose path contains FAULT_PATH
/// return EIO between the offsets FAULT_FROM and FAULT_TO, as on a bad sector.
/// </summary>
internal sealed class FailingCalls
{
    private const string Source = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <errno.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/types.h>
        #include <unistd.h>
        static size_t good(int fd, off_t at, size_t n, const char *what)
        {
            const char *op = getenv("FAULT_OP"), *path = getenv("FAULT_PATH");
            if (!op || !path || strcmp(op, what)) return n;
            char link[64], name[4096];
            snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
            ssize_t got = readlink(link, name, sizeof name - 1);
            if (got < 0) return n;
            name[got] = 0;
            if (!strstr(name, path)) return n;
            off_t from = atoll(getenv("FAULT_FROM")), to = atoll(getenv("FAULT_TO"));
            if (at >= to || at + (off_t)n <= from) return n;
            return at < from ? from - at : 0;
        }
        #define TELL(fd) lseek(fd, 0, SEEK_CUR)
        #define FAIL { errno = EIO; return -1; }
        ssize_t pread(int fd, void *to, size_t n, off_t at)
        {
            ssize_t (*real)(int, void *, size_t, off_t) = dlsym(RTLD_NEXT, "pread");
            size_t g = good(fd, at, n, "read");
            if (!g && n) FAIL
            return real(fd, to, g, at);
        }
        ssize_t pread64(int fd, void *to, size_t n, off_t at) { return pread(fd, to, n, at); }
        ssize_t read(int fd, void *to, size_t n)
        {
            ssize_t (*real)(int, void *, size_t) = dlsym(RTLD_NEXT, "read");
            off_t at = getenv("FAULT_OP") ? TELL(fd) : -1;
            size_t g = at < 0 ? n : good(fd, at, n, "read");
            if (!g && n) FAIL
            return real(fd, to, g);
        }
        ssize_t pwrite(int fd, const void *from, size_t n, off_t at)
        {
            ssize_t (*real)(int, const void *, size_t, off_t) = dlsym(RTLD_NEXT, "pwrite");
            size_t g = good(fd, at, n, "write");
            if (!g && n) FAIL
            return real(fd, from, g, at);
        }
        ssize_t pwrite64(int fd, const void *from, size_t n, off_t at) { return pwrite(fd, from, n, at); }
        ssize_t write(int fd, const void *from, size_t n)
        {
            ssize_t (*real)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
            off_t at = getenv("FAULT_OP") ? TELL(fd) : -1;
            size_t g = at < 0 ? n : good(fd, at, n, "write");
            if (!g && n) FAIL
            return real(fd, from, g);
        }
        """;

    private static readonly Lazy<string> Library = new(() =>
    {
        var folder = Directory.CreateTempSubdirectory("km-fault-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        File.WriteAllText(Path.Combine(folder, "fault.c"), Source);
        Tool.Bash("gcc -O1 -w -shared -fPIC -o fault.so fault.c -ldl", folder).Succeeds();
        return Path.Combine(folder, "fault.so");
    });

    /// <summary>Returns the environment variables that make the reads or writes of a command fail.</summary>
    public static string Of(string operation, string path, long from, long to)
        => $"FAULT_OP={operation} FAULT_PATH='{path}' FAULT_FROM={from} FAULT_TO={to} LD_PRELOAD='{Library.Value}'";
}
