using KernelMagnifier.Files;
using KernelMagnifier.Logs.Sinks;
using KernelMagnifier.Logs.Spooling;
using KernelMagnifier.Measuring;

namespace KernelMagnifier.Logs;

/// <summary>The delivery to one target, on a thread of its own.</summary>
/// <param name="target">The target.</param>
/// <param name="directory">The directory of its spool.</param>
/// <param name="size">The most bytes of its spool.</param>
internal sealed class TargetDelivery(LogTarget target, string directory, long size)
{
    private readonly Lock _gate = new();
    private Spool? _spool;
    private SinkRecord? _unkept;
    private long _delivered, _waiting, _dropped;
    private string? _problem;
    private bool _isDone;

    /// <summary>What became of it so far.</summary>
    public LogDeliveryResult Result
    {
        get
        {
            lock (_gate)
                return new LogDeliveryResult(target, _delivered, _waiting, _dropped,
                    _problem ?? (_isDone ? null : "it has not answered within the time limit."));
        }
    }

    /// <summary>Writes a record into the spool. If that is not possible, the record is sent without it.</summary>
    public void Keep(Measurement? record)
    {
        var line = record is null ? null : MeasurementJson.ToLine(record);
        try
        {
            _spool = Spool.Open(directory, target.ToString(), size, lines => DroppedRecord.Of(target, lines));
            if (line is not null) Change(dropped: _spool.Add(line));
            CountWaiting();
        }
        catch (IOException error)
        {
            Change(problem: $"the spool {directory} cannot be used: {OutputFile.Cause(error).TrimEnd('.')}.");
            if (record is not null) _unkept = new SinkRecord(record, line);
        }
    }

    /// <summary>Sends what waits, and then the record that could not be kept.</summary>
    public void Run(Deadline deadline)
    {
        try
        {
            SendAll(deadline);
        }
        catch (IOException error)
        {
            Change(problem: $"the spool {directory} cannot be used: {OutputFile.Cause(error).TrimEnd('.')}.");
        }
#pragma warning disable CA1031 // The defect of one sink must not end the process, with which the records of the others would go.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Change(problem: $"this is a defect of kernel-magnifier: {error.GetType().Name}: {error.Message}");
        }
        // Nobody else has it.
        if (_unkept is not null) Change(dropped: 1);
        lock (_gate) _isDone = true;
        _spool?.Dispose();
    }

    private void SendAll(Deadline deadline)
    {
        if (_spool is null)
        {
            SendUnkept(Sink(null), deadline);
            return;
        }
        HeldLock? sending = null;
        if (!deadline.WaitFor(() => (sending = _spool.TrySend()) is not null))
        {
            Change(problem: "another process sends its records.");
            return;
        }
        using (sending)
        {
            var sink = Sink(_spool);
            if (SendWaiting(_spool, sink, deadline)) SendUnkept(sink, deadline);
            CountWaiting();
        }
    }

    /// <summary>Sends the records of the spool.</summary>
    /// <returns>Whether none is left.</returns>
    private bool SendWaiting(Spool spool, ILogSink sink, Deadline deadline)
    {
        // The first record is tried even if the time is short.
        var isFirst = true;
        while (spool.Entries() is { Count: > 0 } entries)
            foreach (var entry in entries)
            {
                if (!isFirst && deadline.HasPassed)
                {
                    Change(problem: "the time limit has passed before all records were sent.");
                    return false;
                }
                isFirst = false;
                // What is gone was dropped meanwhile: the record that says so is in another place of the order.
                if (spool.Read(entry) is not { } line) break;
                if (!Send(spool, sink, entry, line, deadline)) return false;
                lock (_gate) _waiting--;
            }
        return true;
    }

    private bool Send(Spool spool, ILogSink sink, SpoolEntry entry, byte[] line, Deadline deadline)
    {
        if (MeasurementJson.Read(line).Record is not { } record)
        {
            Change(problem: $"a record in the spool was damaged, and is not sent. It is {spool.SetAside(entry)} now.");
            return true;
        }
        var result = sink.Send(new SinkRecord(record, line), deadline);
        Note(result);
        if (result.Outcome == SendOutcome.Waits) return false;
        spool.Remove(entry);
        return true;
    }

    private void SendUnkept(ILogSink sink, Deadline deadline)
    {
        if (_unkept is not { } record) return;
        var result = sink.Send(record, deadline);
        Note(result);
        if (result.Outcome != SendOutcome.Waits) _unkept = null;
    }

    private void Note(SendResult result) => Change(
        delivered: result.Outcome == SendOutcome.Delivered ? 1 : 0, dropped: result.Outcome == SendOutcome.Refused ? 1 : 0,
        problem: result.Problem);

    private void CountWaiting()
    {
        var waiting = _spool!.Entries().Count;
        lock (_gate) _waiting = waiting;
    }

    private void Change(long delivered = 0, long dropped = 0, string? problem = null)
    {
        lock (_gate)
        {
            _delivered += delivered;
            _dropped += dropped;
            // The first one is the cause of the others.
            _problem ??= problem;
        }
    }

    private ILogSink Sink(Spool? spool) => target.Kind switch
    {
        LogTargetKind.File => new FileSink(target.Address),
        LogTargetKind.Journal => new JournalSink(target.Address),
        LogTargetKind.Syslog => new SyslogSocketSink(target.Address),
        LogTargetKind.SyslogTcp => new SyslogTcpSink(target.Address),
        LogTargetKind.Textfile => new TextfileSink(target.Address, () => spool?.ReadState(), state => WriteState(spool, state),
            () => spool?.LoseState() ?? ""),
        LogTargetKind.Otlp => new OtlpSink(target.Address, MeasurementResource.Of),
        _ => throw new InvalidOperationException($"There is no sink for {target.Kind}."),
    };

    private static void WriteState(Spool? spool, byte[] state)
    {
        if (spool is null) throw new IOException("its counters have no place");
        spool.WriteState(state);
    }
}
