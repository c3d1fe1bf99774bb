using KernelMagnifier.Latency;
using KernelMagnifier.Measuring;
using KernelMagnifier.Model;
using KernelMagnifier.Probes.Results;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Tables;

/// <summary>Writes tables of recordings and objects. The files appear together, when everything is written.</summary>
internal sealed class TableExport : IDisposable
{
    /// <summary>Starts to write.</summary>
    /// <param name="format">The format of the files.</param>
    /// <param name="options">Where and how.</param>
    /// <param name="cancel">Ends the writing.</param>
    public TableExport(TableFormat format, TableExportOptions options, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Writes the tables of a recording.</summary>
    public TraceInfo Read(TraceReader reader, TableReading reading) => throw new NotImplementedException();

    /// <summary>Adds a row.</summary>
    public void Add(CallEvent call, string? host = null) => throw new NotImplementedException();

    /// <summary>Adds a row.</summary>
    public void Add(CallEdge edge, string? host = null) => throw new NotImplementedException();

    /// <summary>Adds a row.</summary>
    public void Add(KernelEvent happened, string? host = null) => throw new NotImplementedException();

    /// <summary>Adds a row.</summary>
    public void Add(Interval interval, string? host = null) => throw new NotImplementedException();

    /// <summary>Adds a row.</summary>
    public void Add(Latency.Latency latency, string? host = null) => throw new NotImplementedException();

    /// <summary>Adds a row, and those of its latencies and of its results of probes.</summary>
    public void Add(Measurement record, string? host = null) => throw new NotImplementedException();

    /// <summary>Adds a row.</summary>
    public void Add(ProbeResult result, string? host = null) => throw new NotImplementedException();

    /// <summary>Gives all files their names.</summary>
    /// <returns>The files, in the order of the tables and paths.</returns>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.OutputExists"/>, <see cref="ErrorCode.OutputNotWritable"/> or <see cref="ErrorCode.DiskFull"/>.
    /// </exception>
    public IReadOnlyList<TableFile> Commit() => throw new NotImplementedException();

    /// <summary>Deletes what was not committed.</summary>
    public void Dispose() => throw new NotImplementedException();
}
