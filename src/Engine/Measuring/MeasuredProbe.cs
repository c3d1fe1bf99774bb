using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Results;
using KernelMagnifier.Probes.Running;

namespace KernelMagnifier.Measuring;

/// <summary>Runs a probe and keeps its results for the record.</summary>
internal sealed class MeasuredProbe : IProbeOutput
{
    // What the limits of a probe let through can be more than a record should have.
    private const int MostResults = 10_000;

    private readonly List<ProbeResult> _results = [];
    private readonly List<string> _warnings = [];
    private ProbeOutputReader? _reader;
    private long _leftOut;

    /// <summary>Runs the probe of a plan.</summary>
    /// <returns>Its results, the summary of the run last, and what the user should know.</returns>
    /// <exception cref="KernelMagnifierException">It may not run or failed, or was ended by one of its limits.</exception>
    public static (List<ProbeResult> Results, List<string> Warnings) Run(MeasurementPlan plan, CancellationToken cancel)
    {
        var output = new MeasuredProbe();
        var result = ProbeInvocation.Run(new ProbeRunRequest
        {
            Name = plan.Probe!, Library = plan.Library, Policy = plan.Policy, Parameters = plan.Parameters,
            Duration = plan.Duration, Reason = "measurement",
        }, output, cancel);
        cancel.ThrowIfCancellationRequested();
        output.End(plan.Probe!, result);
        return result.Outcome switch
        {
            "Completed" => (output._results, output._warnings),
            "CpuBudget" or "MemoryLimit" => throw new KernelMagnifierException(ErrorCode.MeasurementOverBudget, plan.Probe,
                $"the probe was ended ({result.Outcome}): {result.Reason}", "Allow more in its manifest, or probe less."),
            _ => throw new KernelMagnifierException(ErrorCode.ProbeFailed, plan.Probe,
                $"the probe was ended ({result.Outcome}): {result.Reason}", "Run it with probe run to see its output."),
        };
    }

    /// <inheritdoc/>
    public void Begin(ProbeSource source) => _reader = new ProbeOutputReader(source.Manifest, Add, () => DateTimeOffset.UtcNow);

    /// <inheritdoc/>
    public void Line(ReadOnlySpan<byte> line) => _reader?.Line(line);

    /// <inheritdoc/>
    public void Warning(string text) => _warnings.Add(text);

    private void Add(ProbeResult result)
    {
        if (_results.Count < MostResults) _results.Add(result);
        else _leftOut++;
    }

    private void End(string name, ProbeRunResult result)
    {
        _reader?.Finish();
        _warnings.AddRange(_reader?.Findings.Warnings() ?? []);
        if (_leftOut > 0) _warnings.Add($"{_leftOut} results beyond the first {MostResults} were left out.");
        _results.Add(ProbeRunSummary.Of(name, result));
    }
}
