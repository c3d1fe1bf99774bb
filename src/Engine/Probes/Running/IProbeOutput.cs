using KernelMagnifier.Probes.Library;

namespace KernelMagnifier.Probes.Running;

/// <summary>Takes the output of a run as it comes. Called on one thread.</summary>
internal interface IProbeOutput
{
    /// <summary>The probe is about to run: everything about it was checked.</summary>
    void Begin(ProbeSource source);

    /// <summary>A line of bpftrace's standard output, without its end. Untrusted bytes.</summary>
    void Line(ReadOnlySpan<byte> line);

    /// <summary>A message of bpftrace on its standard error, or of the runner, that the user should see. Untrusted
    /// text.</summary>
    void Warning(string text);
}
