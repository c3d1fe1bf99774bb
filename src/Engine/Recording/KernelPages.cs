using System.Buffers.Text;
using System.Globalization;
using KernelMagnifier.Native;
using KernelMagnifier.Traces.Live;

namespace KernelMagnifier.Recording;

/// <summary>
/// The pages of the running kernel's buffers, one <c>trace_pipe_raw</c> for each CPU (kernel: kernel/trace/trace.c,
/// <c>tracing_buffers_read</c>). A CPU that comes online later is not read.
/// </summary>
internal sealed unsafe class KernelPages : LivePages
{
    // Clocks of CPUs can differ by two ticks where the kernel has no stable one, and an event is begun before it is readable.
    private const ulong SlackNanoseconds = 20_000_000;

    private const int LongestStats = 1024;

    private readonly TraceFs _tracing;
    private readonly Func<bool> _isOver;
    private readonly int[] _pages, _stats;
    private readonly FileCalls.PollFile[] _files;
    private readonly byte[] _text = new byte[LongestStats];
    private readonly int _stop = FileCalls.CreateEventFile(0, FileCalls.CloseOnExec | FileCalls.NonBlocking);
    private readonly int _milliseconds;
    private readonly bool _wakes;
    private readonly bool _isTime;
    private bool _isStopped;

    /// <summary>Opens the buffers.</summary>
    /// <param name="tracing">The tracing directory.</param>
    /// <param name="cpus">The CPUs.</param>
    /// <param name="interval">The longest time between two readings of a buffer that fills slowly.</param>
    /// <param name="isTime">Whether the trace clock counts nanoseconds.</param>
    /// <param name="isOver">Asked after each wait: whether the recording ends.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.TracerInUse"/> or
    /// <see cref="ErrorCode.RecordingFailed"/>.</exception>
    public KernelPages(TraceFs tracing, IReadOnlyList<int> cpus, TimeSpan interval, bool isTime, Func<bool> isOver)
    {
        (_tracing, _isOver, _isTime, Cpus) = (tracing, isOver, isTime, cpus);
        _milliseconds = (int)interval.TotalMilliseconds;
        // Without buffer_percent, poll(2) returns at each event.
        _wakes = tracing.Has("buffer_percent");
        (_pages, _stats) = (new int[cpus.Count], new int[cpus.Count]);
        Array.Fill(_pages, -1);
        Array.Fill(_stats, -1);
        _files = new FileCalls.PollFile[cpus.Count + 1];
        try
        {
            for (var i = 0; i < cpus.Count; i++) Open(i);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Cpus { get; }

    /// <inheritdoc/>
    public override ulong Slack => _isTime ? SlackNanoseconds : 0;

    /// <summary>Ends the waiting for events, from any thread.</summary>
    public void Stop()
    {
        Volatile.Write(ref _isStopped, true);
        _ = FileCalls.Write(_stop, BitConverter.GetBytes(1L));
    }

    /// <inheritdoc/>
    public override bool TryRead(int cpu, Span<byte> page)
    {
        var n = FileCalls.Read(_pages[cpu], page);
        if (n == page.Length) return true;
        if (n is 0 or -Errno.TryAgain) return false;
        throw new KernelMagnifierException(ErrorCode.RecordingFailed, _tracing[$"per_cpu/cpu{Cpus[cpu]}/trace_pipe_raw"],
            n < 0 ? $"the trace cannot be read any further: {Errno.Describe(-n)}." : $"a page has {n} bytes.",
            "Try again, and record to a file with the command record if it fails again.");
    }

    /// <inheritdoc/>
    public override ulong? Now(int cpu) => Number(Stats(cpu), "now ts: "u8, 1_000);

    /// <inheritdoc/>
    public override bool Wait(bool isIdle)
    {
        if (isIdle && !Volatile.Read(ref _isStopped))
        {
            fixed (FileCalls.PollFile* files = _files)
                _ = FileCalls.Poll(files, (nuint)(_wakes ? _files.Length : 1), _milliseconds);
        }
        if (!Volatile.Read(ref _isStopped) && !_isOver()) return true;
        _ = _tracing.TryWrite("tracing_on", "0");
        return false;
    }

    /// <inheritdoc/>
    public override long Lost(int cpu)
    {
        var stats = Stats(cpu);
        return (long)((Number(stats, "overrun: "u8, 1) ?? 0) + (Number(stats, "commit overrun: "u8, 1) ?? 0)
            + (Number(stats, "dropped events: "u8, 1) ?? 0));
    }

    /// <summary>The events of all CPUs that the kernel has dropped so far.</summary>
    public long TotalLost
    {
        get
        {
            var lost = 0L;
            for (var i = 0; i < Cpus.Count; i++) lost += Lost(i);
            return lost;
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (var file in (ReadOnlySpan<int>)[.. _pages, .. _stats, _stop])
            if (file >= 0)
                _ = FileCalls.Close(file);
        Array.Fill(_pages, -1);
        Array.Fill(_stats, -1);
    }

    private void Open(int cpu)
    {
        var folder = string.Create(CultureInfo.InvariantCulture, $"per_cpu/cpu{Cpus[cpu]}/");
        _pages[cpu] = _tracing.OpenForReading(folder + "trace_pipe_raw");
        _stats[cpu] = FileCalls.Open(_tracing[folder + "stats"], FileCalls.ReadOnly);
        _files[0] = new FileCalls.PollFile { File = _stop, Events = FileCalls.PollIn };
        _files[cpu + 1] = new FileCalls.PollFile { File = _pages[cpu], Events = FileCalls.PollIn };
    }

    private ReadOnlySpan<byte> Stats(int cpu)
    {
        if (_stats[cpu] < 0) return default;
        var n = FileCalls.ReadAt(_stats[cpu], _text, 0);
        return n > 0 ? _text.AsSpan(0, n) : default;
    }

    /// <summary>A number of the statistics, at the start of a line. One with a point is in seconds and becomes nanoseconds.</summary>
    private static ulong? Number(ReadOnlySpan<byte> stats, ReadOnlySpan<byte> name, ulong fraction)
    {
        foreach (var range in stats.Split((byte)'\n'))
        {
            var line = stats[range];
            if (!line.StartsWith(name)) continue;
            var text = line[name.Length..].TrimStart((byte)' ');
            if (!Utf8Parser.TryParse(text, out ulong whole, out var used)) return null;
            if (used == text.Length || text[used] != '.') return whole;
            // Six digits: microseconds.
            return Utf8Parser.TryParse(text[(used + 1)..], out ulong part, out _) ? (whole * 1_000_000_000) + (part * fraction) : null;
        }
        return null;
    }
}
