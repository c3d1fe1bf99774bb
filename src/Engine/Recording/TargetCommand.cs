using System.Runtime.InteropServices;
using System.Text;
using KernelMagnifier.Native;

namespace KernelMagnifier.Recording;

/// <summary>
/// A program that is started but does not run until it is let go: its new process opens a FIFO that nobody writes to yet, before it becomes
/// the program. So its pid can be put into the filters and tracing be switched on before its first instruction. No shell takes part.
/// </summary>
internal sealed unsafe class TargetCommand : IDisposable
{
    private const short SetSignalDefaults = 4, SetSignalMask = 8;

    private readonly string _fifo;
    private readonly ManualResetEventSlim _ended = new();
    private readonly ManualResetEventSlim _started = new();
    private readonly Thread _thread;
    private int _spawnThread;
    private int _spawnError = -1;
    private bool _released;

    private TargetCommand(string program, IReadOnlyList<string> arguments, string fifo, string? workingDirectory)
    {
        _fifo = fifo;
        _thread = new Thread(() => Live(program, arguments, workingDirectory), 512 * 1024) { IsBackground = true, Name = "km command" };
        _thread.Start();
    }

    /// <summary>The process.</summary>
    public int ProcessId { get; private set; }

    /// <summary>The exit status, 128 + the signal when one ended it; null while it runs.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>The program has ended.</summary>
    public WaitHandle Ended => _ended.WaitHandle;

    /// <summary>Finds a program as a shell would: as a path when the name has a slash, otherwise along PATH.</summary>
    /// <exception cref="RecordingException">It is not there or cannot be run.</exception>
    public static string Find(string name)
    {
        if (name.Contains('/', StringComparison.Ordinal))
        {
            var path = Path.GetFullPath(name);
            if (IsProgram(path)) return path;
            throw new RecordingException(ErrorCode.CommandNotFound, File.Exists(path)
                ? $"The command '{name}' cannot be run: it is not executable. chmod +x makes it so; a script of another language is given to its interpreter."
                : $"The command '{name}' is not there. Check the path.");
        }
        var places = (Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin").Split(':', StringSplitOptions.RemoveEmptyEntries);
        foreach (var place in places)
            if (IsProgram(Path.Combine(place, name)))
                return Path.Combine(place, name);
        throw new RecordingException(ErrorCode.CommandNotFound, $"The command '{name}' was found in no directory of PATH. Give its full path; what only a shell knows (an alias, a built-in) cannot be recorded.");
    }

    /// <summary>Starts a program and holds it back.</summary>
    /// <param name="program">Its path, see <see cref="Find"/>.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="directory">A directory of ours alone, for the FIFO.</param>
    /// <param name="workingDirectory">Where it runs; null for where we are.</param>
    public static TargetCommand Hold(string program, IReadOnlyList<string> arguments, string directory, string? workingDirectory)
    {
        var fifo = Path.Combine(directory, $"hold-{Environment.ProcessId}-{Guid.NewGuid():N}");
        if (LibC.MakeFifo(fifo, 0x180) != 0) throw new RecordingException(ErrorCode.RecordingFailed, $"{fifo} cannot be created: {LibC.Describe(LibC.Error)}.");
        var command = new TargetCommand(program, arguments, fifo, workingDirectory);
        try
        {
            command.AwaitProcess();
        }
        catch
        {
            command.Dispose();
            throw;
        }
        return command;
    }

    /// <summary>When a process started, in ticks since boot: with the pid, its identity.</summary>
    public static string? StartedAt(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ') is { Length: > 19 } fields ? fields[19] : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Lets the program run.</summary>
    /// <exception cref="RecordingException">The kernel could not run it after all.</exception>
    public void Release()
    {
        var gate = LibC.Open(_fifo, LibC.WriteOnly);
        _released = true;
        if (gate >= 0) _ = LibC.Close(gate);
        File.Delete(_fifo);
        _started.Wait();
        if (_spawnError > 0)
            throw new RecordingException(ErrorCode.CommandNotFound, $"The command cannot be run: {LibC.Describe(_spawnError)}. A script needs a first line that names its interpreter (#!).");
    }

    private void AwaitProcess()
    {
        // The spawning thread sleeps until its child has become the program; the child is found among that thread's children.
        for (var i = 0; i < 2000; i++)
        {
            if (_spawnThread != 0 && ChildOf(_spawnThread) is > 0 and var process)
            {
                ProcessId = process;
                return;
            }
            if (_started.IsSet && _spawnError > 0)
                throw new RecordingException(ErrorCode.CommandNotFound, $"The command cannot be started: {LibC.Describe(_spawnError)}.");
            Thread.Sleep(5);
        }
        throw new RecordingException(ErrorCode.RecordingFailed, "The command's process did not appear within ten seconds.");
    }

    private static int ChildOf(int thread)
    {
        var (bytes, error) = TraceFs.ReadBytes($"/proc/self/task/{thread}/children");
        return error == 0 && Encoding.ASCII.GetString(bytes).Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var first, ..] ? int.Parse(first, System.Globalization.CultureInfo.InvariantCulture) : 0;
    }

    private void Live(string program, IReadOnlyList<string> arguments, string? workingDirectory)
    {
        Volatile.Write(ref _spawnThread, LibC.ThreadId());
        int process;
        _spawnError = Spawn(program, arguments, workingDirectory, &process);
        _started.Set();
        if (_spawnError == 0)
        {
            int status;
            while (LibC.WaitProcess(process, &status, 0) < 0 && LibC.Error == LibC.Interrupted) { }
            ExitCode = (status & 0x7F) == 0 ? status >> 8 & 0xFF : 128 + (status & 0x7F);
        }
        _ended.Set();
    }

    private int Spawn(string program, IReadOnlyList<string> arguments, string? workingDirectory, int* process)
    {
        // Larger than the C libraries' types are.
        var actions = stackalloc byte[512];
        var attributes = stackalloc byte[1024];
        var signals = stackalloc byte[128];
        var spare = LibC.Open("/dev/null", LibC.ReadOnly);
        byte** argv = null, envp = null;
        _ = LibC.InitFileActions(actions);
        _ = LibC.InitAttributes(attributes);
        try
        {
            _ = LibC.AddOpen(actions, spare, _fifo, LibC.ReadOnly, 0);
            _ = LibC.AddClose(actions, spare);
            if (workingDirectory is not null) _ = LibC.AddChangeDirectory(actions, workingDirectory);
            // .NET ignores some signals; the program must not inherit that.
            new Span<byte>(signals, 128).Clear();
            _ = LibC.SetSignalMask(attributes, signals);
            new Span<byte>(signals, 8).Fill(0xFF);
            // All but the two the C library keeps for itself, 32 and 33.
            (signals[3], signals[4]) = (0x7F, 0xFE);
            _ = LibC.SetDefaultSignals(attributes, signals);
            _ = LibC.SetAttributeFlags(attributes, SetSignalDefaults | SetSignalMask);
            argv = ToStrings([program, .. arguments]);
            var environment = Environment.GetEnvironmentVariables();
            envp = ToStrings([.. environment.Keys.Cast<string>().Select(k => $"{k}={environment[k]}")]);
            return LibC.Spawn(process, program, actions, attributes, argv, envp);
        }
        finally
        {
            FreeStrings(argv);
            FreeStrings(envp);
            _ = LibC.FreeFileActions(actions);
            _ = LibC.FreeAttributes(attributes);
            _ = LibC.Close(spare);
        }
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

    private static bool IsProgram(string path) => File.Exists(path) && LibC.Access(path, 1) == 0;

    /// <summary>A program that was never let go is ended; one that runs goes on.</summary>
    public void Dispose()
    {
        if (!_released && ProcessId > 0) _ = LibC.Kill(ProcessId, LibC.SignalKill);
        if (File.Exists(_fifo)) File.Delete(_fifo);
    }
}
