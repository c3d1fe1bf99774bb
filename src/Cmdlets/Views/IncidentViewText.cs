using System.Collections;
using System.Globalization;
using System.Management.Automation;
using KernelMagnifier.Incidents;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Views;

/// <summary>The texts of the views of incidents and their results, of live objects and of copies.</summary>
public static class IncidentViewText
{
    /// <summary>The file.</summary>
    public static string Path(PSObject item) => Text(item, nameof(Incident.Path));

    /// <summary>The title.</summary>
    public static string Title(PSObject item) => Text(item, nameof(Incident.Title));

    /// <summary>The title; the file if there is none.</summary>
    public static string TitleOrPath(PSObject item) => Title(item) is { Length: > 0 } title ? title : Path(item);

    /// <summary>The number of assertions.</summary>
    public static string AssertionCount(PSObject item) => $"{Items(item, nameof(Incident.Assertions)).Count()}";

    /// <summary>The number of findings.</summary>
    public static string FindingCount(PSObject item) => $"{Items(item, nameof(Incident.Findings)).Count()}";

    /// <summary>The note, a line each.</summary>
    public static string Note(PSObject item)
        => string.Join('\n', $"{Value(item, nameof(Incident.Note))}".Split('\n').Select(TerminalText.Escape));

    /// <summary>The kernel.</summary>
    public static string KernelRelease(PSObject item) => Text(item, nameof(Incident.KernelRelease));

    /// <summary>The machine.</summary>
    public static string Machine(PSObject item) => Text(item, nameof(Incident.Machine));

    /// <summary>A line for each assertion or outcome.</summary>
    public static string Assertions(PSObject item)
        => string.Join('\n', Items(item, nameof(Incident.Assertions)).Select(one => Has(one, "Claim") && Has(one, "Outcome")
            ? OutcomeLine(one) : Because(one) is { Length: > 0 } why ? $"{Claim(one)}, because {why}" : Claim(one)));

    /// <summary>A line for each finding.</summary>
    public static string Findings(PSObject item) => string.Join('\n', Items(item, nameof(Incident.Findings)).Select(
        one => $"{Text(one, nameof(IncidentFinding.Kind))}: {Text(one, nameof(IncidentFinding.Text))}"));

    /// <summary>A line for each part.</summary>
    public static string Parts(PSObject item) => string.Join('\n', Items(item, nameof(Incident.Parts)).Select(
        one => $"{Text(one, nameof(IncidentPart.Name))} ({Text(one, nameof(IncidentPart.Bytes))} bytes)"));

    /// <summary>The tasks of the workload.</summary>
    public static string Workload(PSObject item)
        => Value(item, nameof(Incident.Workload)) is { } workload
            ? string.Join(", ", Items(PSObject.AsPSObject(workload), "Tasks").Select(task => Text(task, "Name"))) : "";

    /// <summary>The extracted recording.</summary>
    public static string Recording(PSObject item) => Text(item, nameof(Incident.Recording));

    /// <summary>The extracted baseline.</summary>
    public static string Baseline(PSObject item) => Text(item, nameof(Incident.Baseline));

    /// <summary>The directory.</summary>
    public static string Folder(PSObject item) => Text(item, nameof(Incident.Directory));

    /// <summary>The incident file of a result.</summary>
    public static string IncidentPath(PSObject item) => Text(item, nameof(IncidentResult.Incident));

    /// <summary>The kernel of a result.</summary>
    public static string Kernel(PSObject item)
        => Text(item, nameof(IncidentResult.KernelRelease)) is { Length: > 0 } release ? release
        : Text(item, nameof(IncidentResult.Kernel));

    /// <summary>The kernel parameters.</summary>
    public static string Parameter(PSObject item) => Text(item, nameof(IncidentResult.Parameter));

    /// <summary>The verdict on the load, with its first reason.</summary>
    public static string Load(PSObject item)
        => Value(item, nameof(IncidentResult.Fidelity)) is { } fidelity && PSObject.AsPSObject(fidelity) is var one
            ? $"{Text(one, "Verdict")}: {Lines(one, "Reasons").Split('\n')[0]}" : "";

    /// <summary>A line for each recording.</summary>
    public static string Recordings(PSObject item) => Lines(item, nameof(IncidentResult.Recordings));

    /// <summary>The claim of an assertion or an outcome.</summary>
    public static string Claim(PSObject item)
    {
        var claim = Value(item, "Claim");
        return claim is string or null || claim is not PSObject and not Comparison.Assertions.LatencyClaim
            ? TerminalText.Escape($"{claim}")
            : ClaimText(PSObject.AsPSObject(claim));
    }

    /// <summary>A claim in one line.</summary>
    public static string ClaimText(PSObject item)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (item.BaseObject is Comparison.Assertions.LatencyClaim claim) return TerminalText.Escape(claim.ToString());
        var comm = Text(item, "Comm");
        var limit = Value(item, "LimitNanoseconds") is long value ? DurationText.Compact(value) : "";
        return $"{Text(item, "Kind")}{(comm.Length > 0 ? $"@{comm}" : "")} "
            + $"{Text(item, "Number")} {Text(item, "Operator")} {limit}";
    }

    /// <summary>Why it matters.</summary>
    public static string Because(PSObject item) => Text(item, nameof(IncidentAssertion.Because));

    /// <summary>The kind of a finding, or of a claim.</summary>
    public static string Kind(PSObject item) => Text(item, nameof(IncidentFinding.Kind));

    /// <summary>The words of a finding, a line each.</summary>
    public static string Words(PSObject item)
        => string.Join('\n', $"{Value(item, nameof(IncidentFinding.Text))}".Split('\n').Select(TerminalText.Escape));

    /// <summary>The properties of a finding.</summary>
    public static string Json(PSObject item) => Text(item, nameof(IncidentFinding.Json));

    /// <summary>The name of a part.</summary>
    public static string Name(PSObject item) => Text(item, nameof(IncidentPart.Name));

    /// <summary>The name of the tasks of a claim.</summary>
    public static string Comm(PSObject item) => Text(item, "Comm");

    /// <summary>The limit of a claim.</summary>
    public static string Limit(PSObject item) => Value(item, "LimitNanoseconds") is long value ? DurationText.Compact(value) : "";

    /// <summary>In how many runs an assertion passed, failed and was undecided.</summary>
    public static string Counts(PSObject item) => string.Create(CultureInfo.InvariantCulture,
        $"{Value(item, "PassedRuns")} passed, {Value(item, "FailedRuns")} failed, {Value(item, "UndecidedRuns")} undecided");

    /// <summary>What was found in each run, a line each.</summary>
    public static string Found(PSObject item)
        => string.Join('\n', Items(item, nameof(IncidentOutcome.Runs))
            .Select(run => $"{Text(run, "Outcome")}: {Text(run, "Found")}"));

    internal static string Text(PSObject item, string name)
        => TerminalText.Escape(Convert.ToString(Value(item, name), CultureInfo.InvariantCulture) ?? "");

    internal static string Lines(PSObject item, string name)
        => Value(item, name) is IEnumerable several and not string
            ? string.Join('\n', several.Cast<object?>().Select(line => TerminalText.Escape($"{line}"))) : "";

    internal static object? Value(PSObject? item, string name)
    {
        var value = item?.Properties[name]?.Value;
        return value is PSObject { BaseObject: not PSCustomObject and var inner } ? inner : value;
    }

    private static string OutcomeLine(PSObject item) => $"{Text(item, "Outcome")}: {Claim(item)} ({Counts(item)})";

    private static bool Has(PSObject item, string name) => item.Properties[name] is not null;

    internal static IEnumerable<PSObject> Items(PSObject? item, string name)
        => Value(item, name) is IEnumerable several and not string
            ? several.Cast<object?>().Where(one => one is not null).Select(one => PSObject.AsPSObject(one!)) : [];
}
