using System.Globalization;
using KernelMagnifier.Lab;
using KernelMagnifier.Workloads.Fidelities;

namespace KernelMagnifier.Incidents;

/// <summary>What a run of the lab is to a comparison.</summary>
internal static class LabRunInput
{
    /// <summary>The input of a run.</summary>
    public static FidelityInput Of(LabRun run) => Of(run.Number, run.Outcome, run.Reason, run.Recording, run.Accelerator);

    /// <summary>The input of a run whose properties are known.</summary>
    public static FidelityInput Of(long number, string outcome, string? reason, string? recording, string? accelerator)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"Run {number}");
        var problem = outcome != "Completed" ? $"{name} is not judged, because it did not complete ({outcome}): {reason ?? "unknown."}"
            : recording is null ? $"{name} is not judged, because it was not recorded." : null;
        return new FidelityInput(recording, IsEmulated(accelerator), problem);
    }

    /// <summary>Whether CPUs were emulated.</summary>
    public static bool IsEmulated(string? accelerator) => accelerator == "Emulated";
}
