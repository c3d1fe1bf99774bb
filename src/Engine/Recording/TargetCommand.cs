using System.Globalization;
using System.Text;
using KernelMagnifier.Native;

namespace KernelMagnifier.Recording;

/// <summary>
/// A program that is started but held back until it is released: its process opens a FIFO that nobody writes to before it
/// executes the program. Its pid can so be added to the filters, and tracing switched on, before its first instruction. No shell
/// is involved.
/// </summary>
internal sealed class TargetCommand : IDisposable
{
    private const int StackSize = 512 * 1024;
    private const int StartAttempts = 2000, StartMilliseconds = 5;

    private readonly string _fifo;
    private readonly ManualResetEventSlim _ended = new();
    private readonly ManualResetEventSlim _executed = new();
    private int _spawnThread;
    private int _spawnError = -1;
    private bool _released;

    private TargetCommand(string program, IReadOnlyList<string> arguments, string? workingDirectory, string fifo,
        int closeInChild)
    {
        _fifo = fifo;
        var thread = new Thread(() => RunToEnd(program, arguments, workingDirectory, closeInChild), StackSize)
        {
            IsBackground = true,
            Name = "km command",
        };
        thread.Start();
    }

    /// <summary>The pid.</summary>
    public int ProcessId { get; private set; }

    /// <summary>The exit status, or 128 plus the signal that ended the program; null while it runs.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>The number of the signal that ended the program; null while it runs, or when it exited.</summary>
    public int? Signal { get; private set; }

    /// <summary>Set when the program has ended.</summary>
    public WaitHandle Ended => _ended.WaitHandle;

    /// <summary>Finds a program as a shell does: a name with a slash is a path, any other is searched in PATH.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.CommandNotFound"/>.</exception>
    public static string Find(string name)
    {
        if (name.Contains('/', StringComparison.Ordinal))
        {
            var path = Path.GetFullPath(name);
            if (IsProgram(path)) return path;
            throw File.Exists(path)
                ? NotFound(name, "the command is not executable.",
                    "Make it executable with chmod +x, or use the interpreter of the script as the command.")
                : NotFound(name, "the command does not exist.", "Check the path.");
        }
        var places = (Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin")
            .Split(':', StringSplitOptions.RemoveEmptyEntries);
        return places.Select(place => Path.Combine(place, name)).FirstOrDefault(IsProgram)
            ?? throw NotFound(name, "the command is in no directory of PATH.",
                "Give its full path; aliases and built-ins of a shell cannot be recorded.");
    }

    /// <summary>Starts a program and holds it back.</summary>
    /// <param name="program">Its path, see <see cref="Find"/>.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="directory">A directory that only this user can write to, for the FIFO.</param>
    /// <param name="workingDirectory">The program's working directory; null for the current one.</param>
    /// <param name="closeInChild">A descriptor that the held process must not keep, such as one with a lock; -1 for none.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.CommandNotFound"/> or
    /// <see cref="ErrorCode.RecordingFailed"/>.</exception>
    public static TargetCommand Hold(string program, IReadOnlyList<string> arguments, string directory, string? workingDirectory,
        int closeInChild = -1)
    {
        var fifo = Path.Combine(directory, $"hold-{Environment.ProcessId}-{Guid.NewGuid():N}");
        if (FileCalls.MakeFifo(fifo, FileCalls.OwnerOnly) != 0)
            throw new KernelMagnifierException(ErrorCode.RecordingFailed, fifo,
                $"the FIFO cannot be created: {Errno.Describe(Errno.Last)}.", "Set TMPDIR to a directory that can be written.");
        var command = new TargetCommand(program, arguments, workingDirectory, fifo, closeInChild);
        try
        {
            command.AwaitProcess(program);
        }
        catch
        {
            command.Dispose();
            throw;
        }
        return command;
    }

    /// <summary>
    /// The time at which a process started, in clock ticks since boot, which identifies it together with its pid; null when it
    /// does not exist.
    /// </summary>
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
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.CommandNotFound"/>: the kernel cannot execute
    /// it.</exception>
    public void Release()
    {
        var gate = FileCalls.Open(_fifo, FileCalls.WriteOnly);
        _released = true;
        if (gate >= 0) _ = FileCalls.Close(gate);
        File.Delete(_fifo);
        _executed.Wait();
        if (_spawnError > 0)
            throw NotFound(null, $"The command cannot be executed: {Errno.Describe(_spawnError)}.",
                "If it is a script, name its interpreter in the first line (#!).");
    }

    /// <summary>Ends the program if it was never released; one that runs is left alone.</summary>
    public void Dispose()
    {
        if (!_released && ProcessId > 0) _ = ProcessCalls.Kill(ProcessId, ProcessCalls.SignalKill);
        if (File.Exists(_fifo)) File.Delete(_fifo);
    }

    /// <summary>
    /// Waits for the process. posix_spawn(3) blocks its thread until the program is executed, so the pid is read from that
    /// thread's children.
    /// </summary>
    private void AwaitProcess(string program)
    {
        for (var i = 0; i < StartAttempts; i++)
        {
            if (_spawnThread != 0 && ChildOf(_spawnThread) is > 0 and var process)
            {
                ProcessId = process;
                return;
            }
            if (_executed.IsSet && _spawnError > 0)
                throw NotFound(program, $"the command cannot be started: {Errno.Describe(_spawnError)}.", null);
            Thread.Sleep(StartMilliseconds);
        }
        throw new KernelMagnifierException(ErrorCode.RecordingFailed, program,
            "the process of the command did not appear within ten seconds.",
            "Start the command by itself, and record its pid.");
    }

    private static int ChildOf(int thread)
    {
        var (bytes, error) = TraceFs.ReadBytes($"/proc/self/task/{thread}/children");
        return error == 0 && Encoding.ASCII.GetString(bytes).Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var first, ..]
            ? int.Parse(first, CultureInfo.InvariantCulture)
            : 0;
    }

    private unsafe void RunToEnd(string program, IReadOnlyList<string> arguments, string? workingDirectory, int closeInChild)
    {
        Volatile.Write(ref _spawnThread, ProcessCalls.ThreadId());
        _spawnError = HeldSpawn.Run(program, arguments, workingDirectory, _fifo, closeInChild, out var process);
        _executed.Set();
        if (_spawnError == 0)
        {
            int status;
            while (ProcessCalls.WaitProcess(process, &status, 0) < 0 && Errno.Last == Errno.Interrupted) { }
            var signal = status & 0x7F;
            if (signal != 0) Signal = signal;
            ExitCode = signal == 0 ? status >> 8 & 0xFF : 128 + signal;
        }
        _ended.Set();
    }

    private static bool IsProgram(string path) => File.Exists(path) && FileCalls.Access(path, FileCalls.MayExecute) == 0;

    private static KernelMagnifierException NotFound(string? name, string cause, string? action)
        => new(ErrorCode.CommandNotFound, name, cause, action);
}
