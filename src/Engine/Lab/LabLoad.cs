using KernelMagnifier.Workloads;

namespace KernelMagnifier.Lab;

/// <summary>What a guest runs. At most one of script, script block, command and workload is given.</summary>
internal sealed record LabLoad
{
    /// <summary>An executable file of this machine; a script of PowerShell if it ends in <c>.ps1</c>.</summary>
    public string? Script { get; init; }

    /// <summary>The text of a script block of PowerShell.</summary>
    public string? ScriptBlock { get; init; }

    /// <summary>A program that the guest sees, with its arguments.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>A workload, which rt-app and fio run.</summary>
    public Workload? Workload { get; init; }

    /// <summary>The arguments of the script.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The directory of PowerShell (<c>$PSHOME</c>), for scripts of PowerShell.</summary>
    public string? PowerShellHome { get; init; }

    /// <summary>Whether PowerShell runs it.</summary>
    public bool NeedsPowerShell => ScriptBlock is not null
        || (Script is not null && Script.EndsWith(".ps1", StringComparison.OrdinalIgnoreCase));
}
