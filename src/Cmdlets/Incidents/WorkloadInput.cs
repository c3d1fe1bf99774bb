using System.Collections;
using System.Globalization;
using System.Management.Automation;
using KernelMagnifier.Cmdlets.Workloads;
using KernelMagnifier.Workloads;
using KernelMagnifier.Workloads.Formats;

namespace KernelMagnifier.Cmdlets.Incidents;

/// <summary>
/// The workload that a cmdlet is given: an object, its copy from a file or another process, or the path of its JSON.
/// </summary>
/// <param name="cmdlet">The cmdlet, which reports errors.</param>
internal sealed class WorkloadInput(PSCmdlet cmdlet)
{
    /// <summary>The workload; null if nothing was given.</summary>
    /// <param name="value">What was given.</param>
    /// <param name="cancel">Ends the reading of a file.</param>
    /// <exception cref="KernelMagnifierException">The file cannot be read, or the copy is not that of a workload.</exception>
    public Workload? Of(object? value, CancellationToken cancel)
    {
        if (value is null) return null;
        var item = PSObject.AsPSObject(value);
        switch (item.BaseObject)
        {
            case Workload workload: return workload;
            case FileInfo file: return WorkloadFile.Read(file.FullName, cancel);
            case string path: return WorkloadFile.Read(cmdlet.ResolveInFileSystem(path, ErrorCode.WorkloadNotFound), cancel);
        }
        if (WorkloadCopy.IsCopy(item)) return WorkloadCopy.Of(item);
        cmdlet.ThrowTerminatingError(ErrorFactory.NotAWorkload(value));
        return null;
    }

    /// <summary>The workload with other priorities.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="priorities">The names of tasks, and a priority each.</param>
    /// <exception cref="KernelMagnifierException">There is no such task, or it is no priority.</exception>
    public static Workload With(Workload workload, IDictionary priorities)
    {
        foreach (DictionaryEntry one in priorities)
            workload = workload.WithPriority(Text(one.Key), Text(one.Value));
        return workload;
    }

    private static string Text(object? value)
        => Convert.ToString(value is PSObject wrapped ? wrapped.BaseObject : value, CultureInfo.InvariantCulture) ?? "";
}
