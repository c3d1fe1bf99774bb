using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using KernelMagnifier.Native;

namespace KernelMagnifier.Probes.Running;

/// <summary>
/// One process of bpftrace from its start to its end, on a thread of its own: it reads the output as it comes, so that bpftrace
/// never waits
/// for who reads the lines, and holds every limit also if nobody reads them. The thread lives as long as the process, which dies
/// with it.
/// </summary>
internal sealed class ProbeExecution : IDisposable
{
    private const int StackSize = 512 * 1024, PollMilliseconds = 50, BlockSize = 256 * 1024, LongestErrors = 64 * 1024;
    private const int CostMilliseconds = 200, DrainMilliseconds = 1000, SettleMilliseconds = 2000;
    private const int LimitData = 2, LimitCore = 4, LimitFiles = 7; // RLIMIT_DATA, RLIMIT_CORE, RLIMIT_NOFILE
    private const ulong MostFiles = 65_536;
    private const long MostForMaps = 1 << 20;
    private const double NearLimit = 0.8, HardMemory = 1.25;

    private readonly ExecutionPlan _plan;
    private readonly ProbeRunSettings _settings;
    private readonly Action<int> _started;
    private readonly CancellationToken _cancel;
    private readonly BlockingCollection<byte[]> _lines = [];
    private readonly Thread _thread;
    private readonly OutputScan _scan;
    private readonly MemoryStream _errors = new();
    private readonly RateWindow _rate = new();
    private readonly CpuWindow _cpu;
    private readonly AttachWatch _attach = new(TimeSpan.FromMilliseconds(SettleMilliseconds));
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private ToolProcess _process = null!;
    private Exception? _failure;
    private volatile bool _isAbandoned;
    private ExecutionEnd? _end;
    private string? _outcome, _reason;
    private TimeSpan? _announcedAt, _attachedAt, _killAt;
    private TimeSpan _costAt, _programsAt;
    private (long Nanoseconds, long Runs)? _programs;
    private long _bytes, _peakMemory;
    private bool _wasKilled;

    private ProbeExecution(ExecutionPlan plan, ProbeRunSettings settings, Action<int> started, CancellationToken cancel)
    {
        (_plan, _settings, _started, _cancel) = (plan, settings, started, cancel);
        _scan = new OutputScan(_lines.Add);
        _cpu = new CpuWindow(settings.CpuWindow);
        _thread = new Thread(Supervise, StackSize) { IsBackground = true, Name = "km probe" };
        _thread.Start();
    }

    /// <summary>Executes a plan, and gives each line of its standard output to the caller, on the caller's thread.</summary>
    /// <param name="plan">What to execute.</param>
    /// <param name="settings">What this machine is taken for.</param>
    /// <param name="started">Is told the pid when the process exists, on another thread.</param>
    /// <param name="line">Takes each line. If it fails, the process is ended, and the failure thrown again.</param>
    /// <param name="cancel">Asks bpftrace to end; its maps are still delivered.</param>
    /// <exception cref="KernelMagnifierException">bpftrace cannot be started.</exception>
    public static ExecutionEnd Run(
        ExecutionPlan plan, ProbeRunSettings settings, Action<int> started, Action<byte[]> line, CancellationToken cancel)
    {
        using var execution = new ProbeExecution(plan, settings, started, cancel);
        foreach (var text in execution._lines.GetConsumingEnumerable(CancellationToken.None)) line(text);
        execution._thread.Join();
        if (execution._failure is { } failure) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        return execution._end!;
    }

    /// <summary>Ends the process if the caller does not want its lines any more, and waits for its end.</summary>
    public void Dispose()
    {
        _isAbandoned = true;
        _thread.Join();
        _lines.Dispose();
        _errors.Dispose();
    }

    private void Supervise()
    {
        try
        {
            using var process = _process = ToolProcess.Start(_plan.CommandLine, _plan.Environment, _plan.Place.File,
                _plan.Place.WorkingDirectory);
            Restrict();
            _started(process.Id);
            using var statistics = _settings.Cost is null ? BpfStatistics.Start() : BpfStatistics.None;
            var cost = _settings.Cost ?? statistics.Read;
            var programs = statistics.Programs;
            while (!process.HasEnded())
            {
                Read(PollMilliseconds);
                NoteAttached(programs);
                Check(cost);
            }
            Drain();
            _end = EndOf();
        }
#pragma warning disable CA1031 // Whatever it is, the caller gets it; a thread of its own would end the whole process.
        catch (Exception error)
#pragma warning restore CA1031
        {
            _failure = error;
        }
        finally
        {
            _lines.CompleteAdding();
        }
    }

    private void Restrict()
    {
        _process.Limit(LimitCore, 0);
        _process.Limit(LimitFiles, MostFiles);
        // Address space would be the wrong limit: compilers reserve much more of it than they use.
        _process.Limit(LimitData, (ulong)(_plan.Limits.MemoryBytes * HardMemory));
    }

    /// <summary>Reads what is there, and waits for it if there is nothing.</summary>
    private unsafe void Read(int milliseconds)
    {
        var files = stackalloc FileCalls.PollFile[2];
        files[0] = new FileCalls.PollFile { File = _outputEnded ? -1 : _process.Output, Events = FileCalls.PollIn };
        files[1] = new FileCalls.PollFile { File = _errorsEnded ? -1 : _process.Errors, Events = FileCalls.PollIn };
        if (FileCalls.Poll(files, 2, milliseconds) <= 0) return;
        if (files[0].Ready != 0) _outputEnded = !ReadOutput();
        if (files[1].Ready != 0) _errorsEnded = !ReadErrors();
    }

    private readonly byte[] _block = new byte[BlockSize];
    private bool _outputEnded, _errorsEnded;

    private bool ReadOutput()
    {
        var n = FileCalls.Read(_process.Output, _block);
        if (n <= 0) return n == -Errno.TryAgain;
        // Nothing beyond the limit is delivered, however fast it came.
        var taken = (int)Math.Min(n, Math.Max(0, _plan.Limits.OutputBytes - _bytes));
        Count(n);
        if (!_isAbandoned) _scan.Add(_block.AsSpan(0, taken));
        if (_scan.IsAttached) _announcedAt ??= _clock.Elapsed;
        return true;
    }

    private bool ReadErrors()
    {
        var n = FileCalls.Read(_process.Errors, _block);
        if (n <= 0) return n == -Errno.TryAgain;
        Count(n);
        _errors.Write(_block, 0, (int)Math.Min(n, Math.Max(0, LongestErrors - _errors.Length)));
        return true;
    }

    private void Count(int bytes)
    {
        _bytes += bytes;
        var limits = _plan.Limits;
        if (_rate.Add(_clock.Elapsed, bytes) > limits.OutputBytesPerSecond)
            End("RateLimit", Invariant($"it wrote more than {limits.OutputBytesPerSecond} bytes in a second"));
        // The last part is for the maps that it prints when it is asked to end.
        if (_bytes > limits.OutputBytes - Math.Min(limits.OutputBytes / 4, MostForMaps))
            End("OutputLimit", Invariant($"it wrote more than {limits.OutputBytes} bytes, or too much to print its maps within them"));
        if (_bytes > limits.OutputBytes) Kill("OutputLimit", Invariant($"it wrote more than {limits.OutputBytes} bytes"));
    }

    /// <summary>The duration begins when all programs are attached, or when bpftrace says it attaches if the kernel does not
    /// tell.</summary>
    private void NoteAttached(Func<int, int?> programs)
    {
        if (_attachedAt is not null || _announcedAt is not { } announced) return;
        var now = _clock.Elapsed;
        if (_programsAt != default && now - _programsAt < TimeSpan.FromMilliseconds(CostMilliseconds)) return;
        _programsAt = now;
        if (programs(_process.Id) is not { } held) _attachedAt = announced;
        else if (_attach.Add(now - announced, _scan.AnnouncedProbes, held)) _attachedAt = now;
    }

    private void Check(Func<int, (long Nanoseconds, long Runs)?> cost)
    {
        var now = _clock.Elapsed;
        if (_isAbandoned || _cancel.IsCancellationRequested) End("Cancelled", "the user ended it");
        if (_isAbandoned) _killAt = Least(_killAt, now + TimeSpan.FromSeconds(1));
        if (_attachedAt is { } attached && now - attached >= _plan.Duration) End("Completed", null);
        if (_attachedAt is null && now >= _settings.StartLimit + _plan.Duration)
            End("TimeLimit", Invariant($"it did not attach within {_settings.StartLimit.TotalSeconds:0.###} s"));
        CheckMemory();
        if (now - _costAt >= TimeSpan.FromMilliseconds(CostMilliseconds)) CheckCost(cost, now);
        if (_killAt is { } kill && now >= kill)
            Kill("TimeLimit", Invariant($"it did not end within {_settings.Grace.TotalSeconds:0.###} s after it was asked to, so its maps are lost"));
    }

    private void CheckMemory()
    {
        var memory = MemoryOf(_process.Id);
        _peakMemory = Math.Max(_peakMemory, memory);
        var limit = _plan.Limits.MemoryBytes;
        if (memory > limit) End("MemoryLimit", Invariant($"it used more than {limit} bytes of memory"));
        if (memory > limit * HardMemory) Kill("MemoryLimit", Invariant($"it used more than {limit} bytes of memory"));
    }

    private void CheckCost(Func<int, (long Nanoseconds, long Runs)?> cost, TimeSpan now)
    {
        _costAt = now;
        if (cost(_process.Id) is not { } programs) return;
        // When it ends, it lets go of one program after the other: what they cost is not less for that.
        if (_programs is not { } most || programs.Runs >= most.Runs) _programs = programs;
        if (_cpu.Add(now, programs.Nanoseconds) is { } percent && percent > _plan.Limits.CpuPercent)
            End("CpuBudget", Invariant($"its BPF programs used {percent:0.0} % of a CPU, more than {_plan.Limits.CpuPercent:0.###} %"));
    }

    /// <summary>Asks bpftrace to end, so that it prints its maps.</summary>
    private void End(string outcome, string? reason)
    {
        if (_outcome is not null) return;
        (_outcome, _reason, _killAt) = (outcome, reason, _clock.Elapsed + _settings.Grace);
        _process.Signal(ProcessCalls.SignalInterrupt);
    }

    private void Kill(string outcome, string reason)
    {
        if (_wasKilled) return;
        _wasKilled = true;
        // A run that was ended for another reason keeps that.
        if (_outcome is null or "Completed") (_outcome, _reason) = (outcome, reason);
        _process.Signal(ProcessCalls.SignalKill);
    }

    /// <summary>Reads what is left in the pipes. Whoever the process started and left behind may hold them open.</summary>
    private void Drain()
    {
        _ = ProcessCalls.Kill(-_process.Id, ProcessCalls.SignalKill);
        var begun = Stopwatch.GetTimestamp();
        while ((!_outputEnded || !_errorsEnded)
            && Stopwatch.GetElapsedTime(begun).TotalMilliseconds < DrainMilliseconds) Read(10);
        _scan.Finish();
    }

    private ExecutionEnd EndOf()
    {
        var status = _process.Status ?? 255;
        var isNearMemory = _peakMemory > _plan.Limits.MemoryBytes * NearLimit;
        if (_outcome is null or "Completed" && status != 0)
        {
            // An allocation beyond the limit makes it abort, or the kernel kill it.
            if (status > 128 && isNearMemory)
                (_outcome, _reason) = ("MemoryLimit", "it ended when it needed more memory than its limit");
            else (_outcome, _reason) = ("Failed", Invariant($"it ended with status {status}"));
        }
        else if (_outcome is null or "Completed" && _scan.IsCut)
            (_outcome, _reason) = ("Failed", "its output ends within a line");
        return new ExecutionEnd(_outcome ?? "Completed", _reason, status,
            Encoding.UTF8.GetString(_errors.GetBuffer(), 0, (int)_errors.Length))
        {
            AttachedNanoseconds = (_attachedAt ?? _announcedAt) is { } attached
                ? (long)(_clock.Elapsed - attached).TotalNanoseconds : null,
            Programs = _programs,
            ToolNanoseconds = _process.CpuNanoseconds,
            OutputBytes = Math.Min(_bytes, _plan.Limits.OutputBytes),
            LostEvents = _scan.LostEvents,
        };
    }

    /// <summary>The memory that a process uses, in bytes; 0 if it has ended.</summary>
    private static long MemoryOf(int process)
    {
        try
        {
            var fields = File.ReadAllText(Invariant($"/proc/{process}/statm")).Split(' ');
            return fields.Length > 1 && long.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var pages)
                ? pages * Environment.SystemPageSize : 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private static TimeSpan Least(TimeSpan? a, TimeSpan b) => a is { } first && first < b ? first : b;

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
