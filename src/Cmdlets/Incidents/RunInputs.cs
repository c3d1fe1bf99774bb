using System.Management.Automation;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Cmdlets.Latencies;
using KernelMagnifier.Cmdlets.Workloads;
using KernelMagnifier.Incidents;
using KernelMagnifier.Lab;
using KernelMagnifier.Workloads;
using KernelMagnifier.Workloads.Fidelities;

namespace KernelMagnifier.Cmdlets.Incidents;

/// <summary>The runs that a cmdlet is given: runs of the lab, their copies, recordings.</summary>
/// <param name="cmdlet">The cmdlet, which reports errors.</param>
/// <param name="parameter">The name of the parameter, for errors.</param>
internal sealed class RunInputs(PSCmdlet cmdlet, string parameter)
{
    private const string Type = "KernelMagnifier.Lab.LabRun";

    private readonly List<FidelityInput> _all = [];

    /// <summary>The runs, in order.</summary>
    public IReadOnlyList<FidelityInput> All => _all;

    /// <summary>What the runs of the lab did; null if none of them says it.</summary>
    public Workload? Workload { get; private set; }

    /// <summary>Whether a path could not be resolved, which was reported.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Adds objects.</summary>
    public void Add(IEnumerable<object?> values)
    {
        foreach (var value in values)
        {
            var item = PSObject.AsPSObject(value ?? "");
            switch (item.BaseObject)
            {
                case string path: AddPath(path); break;
                case FileInfo file: _all.Add(new FidelityInput(file.FullName)); break;
                case LabRun run:
                    Workload ??= run.Workload;
                    _all.Add(LabRunInput.Of(run));
                    break;
                default: AddCopy(item); break;
            }
        }
    }

    private void AddPath(string path)
    {
        if (path.Length == 0) cmdlet.ThrowTerminatingError(ErrorFactory.EmptyPath(parameter));
        var before = _all.Count;
        _all.AddRange(cmdlet.Resolve([path], ErrorCode.TraceNotFound).Select(file => new FidelityInput(file)));
        HasFailed |= _all.Count == before;
    }

    /// <summary>The workload of the copy of a run; null if it has none, or not all of it.</summary>
    private static Workload? WorkloadOf(PSObject run)
    {
        try
        {
            return run.Properties["Workload"]?.Value is { } value && PSObject.AsPSObject(value) is var item
                && WorkloadCopy.IsCopy(item)
                ? WorkloadCopy.Of(item) : null;
        }
        catch (KernelMagnifierException)
        {
            // Serialization has cut it. The recordings are compared without it.
            return null;
        }
    }

    private void AddCopy(PSObject item)
    {
        try
        {
            var properties = new InputProperties(item);
            if (LatencyCopy.Is(properties, Type))
            {
                Workload ??= WorkloadOf(item);
                _all.Add(LabRunInput.Of(properties.Integer("Number", 0, int.MaxValue) ?? 0, properties.Text("Outcome") ?? "",
                    properties.Text("Reason"), properties.Text("Recording"), properties.Text("Accelerator")));
                return;
            }
            if ((properties.Text("FullName") ?? properties.Text("Path")) is { } file)
            {
                _all.Add(new FidelityInput(cmdlet.ResolveInFileSystem(file, ErrorCode.TraceNotFound)));
                return;
            }
        }
        catch (InputException error)
        {
            cmdlet.ThrowTerminatingError(ErrorFactory.Of(error, item));
        }
        cmdlet.ThrowTerminatingError(ErrorFactory.NotARun(item, parameter));
    }
}
