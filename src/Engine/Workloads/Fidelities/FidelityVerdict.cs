namespace KernelMagnifier.Workloads.Fidelities;

/// <summary>How alike re-recordings are to the original. A higher value prevails.</summary>
internal enum FidelityVerdict : byte
{
    /// <summary>What was compared is alike.</summary>
    Faithful,

    /// <summary>A part differs, or cannot be told.</summary>
    Partial,

    /// <summary>It is another load, or the symptom did not come back.</summary>
    NotReproduced,
}
