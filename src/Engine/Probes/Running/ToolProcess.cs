using System.Globalization;
using System.Runtime.InteropServices;
using KernelMagnifier.Native;

namespace KernelMagnifier.Probes.Running;

/// <summary>
/// A program that runs in a process group of its own with exactly the arguments, environment and descriptors that it is given:
/// standard
/// input is /dev/null, standard output and standard error are pipes, and one file may be descriptor 3. No shell is involved.
/// </summary>
internal sealed unsafe class ToolProcess : IDisposable
{
    /// <summary>The descriptor of the file that the program is given.</summary>
    public const int FileDescriptor = 3;

    // Larger than posix_spawn_file_actions_t, posix_spawnattr_t and sigset_t of all C libraries.
    private const int ActionsSize = 512, AttributesSize = 1024, SignalSetSize = 128, UsageSize = 32;
    private const int FirstHighFile = 4;
    private const short OwnGroup = 2, SetSignalDefaults = 4, SetSignalMask = 8; // POSIX_SPAWN_SETPGROUP, _SETSIGDEF, _SETSIGMASK

    private ToolProcess(int id, int output, int errors) => (Id, Output, Errors) = (id, output, errors);

    /// <summary>The pid, which is also the number of the process group.</summary>
    public int Id { get; }

    /// <summary>The pipe of its standard output, which does not wait.</summary>
    public int Output { get; }

    /// <summary>The pipe of its standard error, which does not wait.</summary>
    public int Errors { get; }

    /// <summary>The exit status, or 128 plus the signal that ended it; null while it runs.</summary>
    public int? Status { get; private set; }

    /// <summary>The CPU time that it used, in nanoseconds; null while it runs.</summary>
    public long? CpuNanoseconds { get; private set; }

    /// <summary>
    /// Starts a program. A parent death signal in its arguments is bound to the calling thread, which must live as long as the
    /// program.
    /// </summary>
    /// <param name="arguments">The path of the program, which is also its name, and its arguments.</param>
    /// <param name="environment">The whole environment, as <c>NAME=value</c>.</param>
    /// <param name="file">A descriptor that becomes <see cref="FileDescriptor"/>; -1 for none.</param>
    /// <param name="directory">The working directory.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ToolNotFound"/>.</exception>
    public static ToolProcess Start(IReadOnlyList<string> arguments, IReadOnlyList<string> environment, int file,
        string directory)
    {
        var output = OpenPipe();
        var errors = OpenPipe();
        var actions = stackalloc byte[ActionsSize];
        var attributes = stackalloc byte[AttributesSize];
        byte** argv = null, envp = null;
        var pid = 0;
        _ = ProcessCalls.InitFileActions(actions);
        _ = ProcessCalls.InitAttributes(attributes);
        try
        {
            AddFiles(actions, output.Write, errors.Write, file);
            _ = ProcessCalls.AddChangeDirectory(actions, directory);
            SetAttributes(attributes);
            argv = ToStrings(arguments);
            envp = ToStrings(environment);
            var error = ProcessCalls.Spawn(&pid, arguments[0], actions, attributes, argv, envp);
            if (error == 0) return new ToolProcess(pid, output.Read, errors.Read);
            _ = FileCalls.Close(output.Read);
            _ = FileCalls.Close(errors.Read);
            throw new KernelMagnifierException(ErrorCode.ToolNotFound, arguments[0],
                $"it cannot be started: {Errno.Describe(error)}.",
                "Install it again.");
        }
        finally
        {
            _ = FileCalls.Close(output.Write);
            _ = FileCalls.Close(errors.Write);
            FreeStrings(argv);
            FreeStrings(envp);
            _ = ProcessCalls.FreeFileActions(actions);
            _ = ProcessCalls.FreeAttributes(attributes);
        }
    }

    /// <summary>Whether it has ended; sets <see cref="Status"/> then.</summary>
    public bool HasEnded(bool wait = false)
    {
        if (Status is not null) return true;
        int status, done;
        var usage = stackalloc long[UsageSize];
        while ((done = ProcessCalls.WaitProcess(Id, &status, wait ? 0 : ProcessCalls.DoNotWait, usage)) < 0
            && Errno.Last == Errno.Interrupted) { }
        if (done == 0) return false;
        if (done < 0)
        {
            // Somebody else took its status.
            Status = 255;
            return true;
        }
        var signal = status & 0x7F;
        Status = signal == 0 ? status >> 8 & 0xFF : 128 + signal;
        // ru_utime and ru_stime: seconds and microseconds each.
        CpuNanoseconds = ((usage[0] + usage[2]) * 1_000_000_000) + ((usage[1] + usage[3]) * 1000);
        return true;
    }

    /// <summary>Sends a signal to the program and those that it started.</summary>
    public void Signal(int signal)
    {
        // As long as the status was not taken, no other process can have the number.
        if (Status is null) _ = ProcessCalls.Kill(-Id, signal);
    }

    /// <summary>Lowers a resource limit (prlimit(2)) of the program and those that it starts.</summary>
    public void Limit(int resource, ulong value)
    {
        var limit = stackalloc ulong[2] { value, value };
        if (Status is null) _ = ProcessCalls.SetLimit(Id, resource, limit, null);
    }

    /// <summary>Kills it if it runs, and closes the pipes.</summary>
    public void Dispose()
    {
        if (!HasEnded())
        {
            Signal(ProcessCalls.SignalKill);
            _ = HasEnded(wait: true);
        }
        _ = FileCalls.Close(Output);
        _ = FileCalls.Close(Errors);
    }

    private static (int Read, int Write) OpenPipe()
    {
        var pipe = FileCalls.OpenPipe(1 << 20);
        FileCalls.MakeNonBlocking(pipe.Read);
        return (FileCalls.MoveUp(pipe.Read), FileCalls.MoveUp(pipe.Write));
    }

    private static void AddFiles(byte* actions, int output, int errors, int file)
    {
        _ = ProcessCalls.AddOpen(actions, 0, "/dev/null", FileCalls.ReadOnly, 0);
        _ = ProcessCalls.AddDuplicate(actions, output, 1);
        _ = ProcessCalls.AddDuplicate(actions, errors, 2);
        if (file >= 0) _ = ProcessCalls.AddDuplicate(actions, file, FileDescriptor);
        // What whoever started this process left open is not for the program either.
        foreach (var path in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
            if (int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var open)
                && open >= (file >= 0 ? FirstHighFile : FileDescriptor) && FileCalls.IsInherited(open))
                _ = ProcessCalls.AddClose(actions, open);
    }

    /// <summary>.NET ignores some signals, which the program must not inherit.</summary>
    private static void SetAttributes(byte* attributes)
    {
        var signals = stackalloc byte[SignalSetSize];
        new Span<byte>(signals, SignalSetSize).Clear();
        _ = ProcessCalls.SetSignalMask(attributes, signals);
        new Span<byte>(signals, 8).Fill(0xFF);
        // All but 32 and 33, which the C library uses internally.
        (signals[3], signals[4]) = (0x7F, 0xFE);
        _ = ProcessCalls.SetDefaultSignals(attributes, signals);
        _ = ProcessCalls.SetProcessGroup(attributes, 0);
        _ = ProcessCalls.SetAttributeFlags(attributes, OwnGroup | SetSignalDefaults | SetSignalMask);
    }

    private static byte** ToStrings(IReadOnlyList<string> strings)
    {
        var list = (byte**)NativeMemory.AllocZeroed((nuint)(strings.Count + 1), (nuint)sizeof(byte*));
        for (var i = 0; i < strings.Count; i++) list[i] = (byte*)Marshal.StringToCoTaskMemUTF8(strings[i]);
        return list;
    }

    private static void FreeStrings(byte** list)
    {
        if (list is null) return;
        for (var at = list; *at is not null; at++) Marshal.FreeCoTaskMem((nint)(*at));
        NativeMemory.Free(list);
    }
}
