using System.Management.Automation;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Cmdlets.Latencies;
using KernelMagnifier.Comparison.Baselines;
using KernelMagnifier.Comparison.Sampling;
using KernelMagnifier.Logs;
using KernelMagnifier.Measuring;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Comparisons;

/// <summary>The recordings and baselines that one side of a comparison names.</summary>
internal sealed class ComparisonInput(PSCmdlet cmdlet, CancellationToken cancel)
{
    private const string Measured = "measurements";

    private readonly List<(string Path, TraceBaseline? Baseline)> _items = [];
    private readonly List<TraceSample> _measured = [];
    private bool _hasEmpty;

    /// <summary>Whether a path could not be resolved, which was reported.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>The recordings, and the baselines, in order.</summary>
    public IReadOnlyList<(string Path, TraceBaseline? Baseline)> Items => _measured.Count == 0 ? _items
        : [.. _items, (Measured, MeasurementSamples.Baseline(_measured, Measured))];

    /// <summary>The baselines.</summary>
    public IReadOnlyList<TraceBaseline> Baselines => [.. Items.Select(item => item.Baseline).OfType<TraceBaseline>()];

    /// <summary>Adds objects: paths with wildcards, files, recordings' descriptions, baselines, and copies of these.</summary>
    public void Add(IEnumerable<object?> values)
    {
        foreach (var value in values)
        {
            var item = PSObject.AsPSObject(value ?? "");
            switch (item.BaseObject)
            {
                case string path: AddPath(path); break;
                case FileInfo file: AddFile(file.FullName); break;
                case TraceBaseline baseline: _items.Add((baseline.Path, baseline)); break;
                case TraceInfo info: AddFile(info.Path); break;
                case Measurement record: Add(record); break;
                default: AddCopy(item); break;
            }
        }
    }

    /// <summary>Warns if there are measurements and none of them has latencies.</summary>
    public void WarnIfEmpty()
    {
        if (_hasEmpty && Items.Count == 0) cmdlet.WriteWarning("None of the measurements has latencies, so there is nothing to compare.");
    }

    /// <summary>Adds a measurement. A run that did not happen has nothing to compare.</summary>
    private void Add(Measurement record)
    {
        if (MeasurementSamples.Of(record) is { } sample) _measured.Add(sample);
        else _hasEmpty = true;
    }

    private void AddCopy(PSObject item)
    {
        try
        {
            if (MeasurementCopy.Of(item) is { } record)
            {
                Add(record);
                return;
            }
        }
        catch (InputException error)
        {
            cmdlet.ThrowTerminatingError(ErrorFactory.Of(error, item));
        }
        var path = item.Properties["FullName"]?.Value ?? item.Properties["Path"]?.Value;
        if ((path is PSObject wrapped ? wrapped.BaseObject : path) is string { Length: > 0 } file)
        {
            // A path of another host can be that of another file of this one.
            if (new InputProperties(item).Host is { } host) cmdlet.ThrowTerminatingError(ErrorFactory.OnAnotherHost(file, host, item));
            AddFile(file);
        }
        else cmdlet.ThrowTerminatingError(ErrorFactory.NotComparable(item));
    }

    private void AddPath(string path)
    {
        if (path.Length == 0) cmdlet.ThrowTerminatingError(ErrorFactory.EmptyPath("Reference, -Difference"));
        var before = _items.Count + _measured.Count;
        foreach (var file in cmdlet.Resolve([path], ErrorCode.TraceNotFound)) AddFile(file);
        if (_items.Count + _measured.Count == before && !_hasEmpty) HasFailed = true;
    }

    private void AddFile(string file)
    {
        if (MeasurementSamples.IsLog(file))
        {
            var reader = new LogReader();
            foreach (var record in reader.Read(file, cancel)) Add(record);
            foreach (var warning in reader.Findings.Warnings()) cmdlet.WriteWarning(TerminalText.Escape(warning));
            return;
        }
        if (!BaselineFile.IsBaseline(file))
        {
            _items.Add((file, null));
            return;
        }
        try
        {
            _items.Add((file, BaselineFile.Read(file, cancel)));
        }
        catch (KernelMagnifierException error)
        {
            cmdlet.ThrowTerminatingError(ErrorFactory.Of(error, file));
        }
    }
}
