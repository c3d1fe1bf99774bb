using KernelMagnifier.Lab;
using KernelMagnifier.Text;

namespace KernelMagnifier.Probes.Checks;

/// <summary>What a probe does, and what is wrong with it, for one kernel or for none in particular.</summary>
public sealed class ProbeCheck
{
    internal ProbeCheck()
    {
    }

    /// <summary>The name of the probe, or of the file.</summary>
    public string Name { get; internal init; } = "";

    /// <summary><c>Passed</c>, <c>Warnings</c> or <c>Failed</c>.</summary>
    public string Verdict { get; internal set; } = "";

    /// <summary>The release of the kernel that the attach points were checked against; null for none.</summary>
    public string? KernelRelease { get; internal set; }

    /// <summary>The description of that kernel, as a path; null for none.</summary>
    public string? Kernel { get; internal set; }

    /// <summary>Errors and warnings.</summary>
    public IReadOnlyList<ProbeFinding> Findings { get; internal init; } = [];

    /// <summary>The number of errors.</summary>
    public int Errors { get; internal init; }

    /// <summary>The number of warnings.</summary>
    public int Warnings { get; internal init; }

    /// <summary>The attach points as in the program.</summary>
    public IReadOnlyList<string> AttachPoints { get; internal init; } = [];

    /// <summary>The builtins that it reads.</summary>
    public IReadOnlyList<string> Builtins { get; internal init; } = [];

    /// <summary>The functions that it calls.</summary>
    public IReadOnlyList<string> Functions { get; internal init; } = [];

    /// <summary>The maps and what they hold, such as <c>@usecs: hist</c> or <c>@start[]: value</c>.</summary>
    public IReadOnlyList<string> Maps { get; internal init; } = [];

    /// <summary>The positional parameters, such as <c>$1 us</c>.</summary>
    public IReadOnlyList<string> Parameters { get; internal init; } = [];

    /// <summary>The data class of the manifest; null for a file without manifest.</summary>
    public string? DataClass { get; internal init; }

    /// <summary>The data class of what the program collects.</summary>
    public string? DataClassFound { get; internal init; }

    /// <summary>The limits of a run on this machine; empty for a file without manifest.</summary>
    public IReadOnlyList<string> Limits { get; internal init; } = [];

    /// <summary>What makes the probe cost much, as sentences.</summary>
    public IReadOnlyList<string> CostHints { get; internal init; } = [];

    /// <summary>The version of bpftrace on this machine; null if it was not asked.</summary>
    public string? BpftraceVersion { get; internal init; }

    /// <summary>What <c>bpftrace -d</c> says: <c>Passed</c>, <c>Failed</c> or <c>Unknown</c>; null if it was not asked.</summary>
    public string? BpftraceVerdict { get; internal init; }

    /// <summary>The messages of bpftrace. Untrusted text.</summary>
    public IReadOnlyList<string> BpftraceMessages { get; internal init; } = [];

    /// <summary>
    /// What a guest with the kernel says: <c>Attached</c>: it was attached, ran for a second and ended well; <c>Failed</c>; null if it
    /// was not tried.
    /// </summary>
    public string? Lab { get; private set; }

    /// <summary>The number of probes that were attached in the guest; null if it was not attached.</summary>
    public int? LabProbes { get; private set; }

    /// <summary>What bpftrace said in the guest, or why it was not tried; null for nothing. Untrusted text.</summary>
    public string? LabMessage { get; private set; }

    /// <summary>The hash of the probe; null for a file without manifest.</summary>
    public string? Hash { get; internal init; }

    /// <summary>Adds what became of the probe in a guest.</summary>
    /// <param name="kernel">The kernel as it was named.</param>
    /// <param name="trial">The result; null if it was not tried.</param>
    /// <param name="reason">Why it was not tried.</param>
    internal void AddLab(string kernel, TrialResult? trial, string? reason)
    {
        (Kernel, KernelRelease) = (kernel, trial is { KernelRelease.Length: > 0 } ? trial.KernelRelease : null);
        (Lab, LabProbes, LabMessage) = (trial is null ? null : trial.HasRun ? "Attached" : "Failed", trial?.AttachedProbes,
            trial?.Message ?? reason);
        if (Lab == "Failed") Verdict = "Failed";
    }

    /// <summary>The check in one line, safe in a terminal.</summary>
    public override string ToString()
        => TerminalText.Escape($"{Name}{(KernelRelease is null ? "" : $" on {KernelRelease}")}: {Verdict}, {Errors} errors, {Warnings} warnings");
}
