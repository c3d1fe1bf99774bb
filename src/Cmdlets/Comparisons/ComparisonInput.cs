using System.Management.Automation;
using KernelMagnifier.Comparison.Baselines;
using KernelMagnifier.Model;

namespace KernelMagnifier.Cmdlets.Comparisons;

/// <summary>The recordings and baselines that one side of a comparison names.</summary>
internal sealed class ComparisonInput(PSCmdlet cmdlet, CancellationToken cancel)
{
    private readonly List<(string Path, TraceBaseline? Baseline)> _items = [];

    /// <summary>Whether a path could not be resolved, which was reported.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>The recordings, and the baselines, in order.</summary>
    public IReadOnlyList<(string Path, TraceBaseline? Baseline)> Items => _items;

    /// <summary>The baselines.</summary>
    public IReadOnlyList<TraceBaseline> Baselines => [.. _items.Select(item => item.Baseline).OfType<TraceBaseline>()];

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
                default: AddCopy(item); break;
            }
        }
    }

    private void AddCopy(PSObject item)
    {
        var path = item.Properties["FullName"]?.Value ?? item.Properties["Path"]?.Value;
        if ((path is PSObject wrapped ? wrapped.BaseObject : path) is string { Length: > 0 } file) AddFile(file);
        else cmdlet.ThrowTerminatingError(ErrorFactory.NotComparable(item));
    }

    private void AddPath(string path)
    {
        if (path.Length == 0) cmdlet.ThrowTerminatingError(ErrorFactory.EmptyPath("Reference, -Difference"));
        var before = _items.Count;
        foreach (var file in cmdlet.Resolve([path], ErrorCode.TraceNotFound)) AddFile(file);
        if (_items.Count == before) HasFailed = true;
    }

    private void AddFile(string file)
    {
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
