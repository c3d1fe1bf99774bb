namespace KernelMagnifier.Probes.Manifests;

/// <summary>How far a probe is trusted to do what it says.</summary>
internal enum ProbeMaturity
{
    /// <summary>Being written.</summary>
    Sandbox,

    /// <summary>In use by its authors, with stored output and at least one tested kernel.</summary>
    Incubating,

    /// <summary>In use by others, with pages, several tested kernels and a review date that is not past.</summary>
    Stable,

    /// <summary>To be removed: it runs with a warning.</summary>
    Deprecated,
}
