using KernelMagnifier.Text;

namespace KernelMagnifier.Workloads.Engines;

/// <summary>A file that a workload was written to.</summary>
public sealed record WorkloadExport
{
    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary><c>rt-app</c>, <c>fio</c> or <c>workload</c>.</summary>
    public required string Format { get; init; }

    /// <summary>The threads of rt-app, the jobs of fio or the tasks of the workload that the file has.</summary>
    public int Tasks { get; init; }

    /// <summary>What the file does otherwise than the recording, as sentences. Untrusted text.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape($"{Path}: {Format}, {Tasks}");
}
