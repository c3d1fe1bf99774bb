using System.Collections;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace KernelMagnifier.Benchmarks.Measuring;

/// <summary>
/// Runs a command line to its end and measures it with posix_spawn and waitpid alone, without a thread, pipe or poll of this
/// process.
/// </summary>
internal static unsafe partial class ChildProcess
{
    // posix_spawn_file_actions_t has 80 bytes in glibc and in musl.
    private const int ActionsLength = 256;

    private const int WriteOnly = 1, Create = 0x40, Truncate = 0x200;

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int InitActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int DestroyActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddOpen(byte* actions, int descriptor, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Spawn(
        int* pid, string path, byte* actions, void* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    private static partial int Wait(int pid, int* status, int options);

    /// <summary>Runs <c>/bin/sh -c</c> with empty input and its output in files.</summary>
    /// <returns>The elapsed time, and the exit code (128 plus the signal when it was killed).</returns>
    public static (TimeSpan Time, int ExitCode) Run(string command, string output = "/dev/null", string errors = "/dev/null")
    {
        var actions = stackalloc byte[ActionsLength];
        var arguments = Strings(["sh", "-c", command]);
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>();
        var environment = Strings([.. variables.Select(e => $"{e.Key}={e.Value}")]);
        _ = InitActions(actions);
        try
        {
            _ = AddOpen(actions, 0, "/dev/null", 0, 0);
            _ = AddOpen(actions, 1, output, WriteOnly | Create | Truncate, 0x1B4);
            _ = AddOpen(actions, 2, errors, WriteOnly | Create | Truncate, 0x1B4);
            int pid, status;
            var start = Stopwatch.GetTimestamp();
            var error = Spawn(&pid, "/bin/sh", actions, null, arguments, environment);
            if (error != 0)
                throw new InvalidOperationException($"/bin/sh cannot be started: {Marshal.GetPInvokeErrorMessage(error)}");
            while (Wait(pid, &status, 0) < 0)
                if (Marshal.GetLastPInvokeError() != 4) throw new InvalidOperationException("waitpid failed.");
            var time = Stopwatch.GetElapsedTime(start);
            return (time, (status & 0x7F) == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F));
        }
        finally
        {
            _ = DestroyActions(actions);
            Free(arguments);
            Free(environment);
        }
    }

    private static byte** Strings(string[] texts)
    {
        var pointers = (byte**)NativeMemory.Alloc((nuint)(texts.Length + 1), (nuint)sizeof(byte*));
        for (var i = 0; i < texts.Length; i++) pointers[i] = (byte*)Marshal.StringToCoTaskMemUTF8(texts[i]);
        pointers[texts.Length] = null;
        return pointers;
    }

    private static void Free(byte** texts)
    {
        for (var at = texts; *at is not null; at++) Marshal.FreeCoTaskMem((nint)(*at));
        NativeMemory.Free(texts);
    }
}
