using System.Management.Automation;
using KernelMagnifier.Cmdlets.Assertions;
using KernelMagnifier.Comparison;
using KernelMagnifier.Comparison.Assertions;
using KernelMagnifier.Comparison.Sampling;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Comparisons;

/// <summary>Asserts that recordings have not regressed against a baseline.</summary>
/// <param name="cmdlet">The cmdlet, which reports warnings and errors.</param>
/// <param name="instance">The buffer instance of a trace.dat to read; null for all.</param>
/// <param name="cancel">Ends a reading early.</param>
internal sealed class BaselineAssertion(PSCmdlet cmdlet, string? instance, CancellationToken cancel)
{
    private readonly ComparisonInput _before = new(cmdlet, cancel), _after = new(cmdlet, cancel);

    /// <summary>What is compared.</summary>
    public required ComparisonPlan Plan { get; init; }

    /// <summary>Whether the keys were chosen.</summary>
    public bool HasBy { get; init; }

    /// <summary>Adds the baseline.</summary>
    public void AddBefore(object[] values) => _before.Add(values);

    /// <summary>Adds recordings.</summary>
    public void AddAfter(object?[] values) => _after.Add(values);

    /// <summary>Compares, and returns an assertion for each row.</summary>
    public IReadOnlyList<TraceAssertion> Assertions()
    {
        var asserter = new DifferenceAsserter(Plan.Threshold,
            $"Compare-KmTrace {Name(_before)} {Name(_after)}{(Plan.Sample.Kinds is [var kind, ..] ? $" -Kind {kind}" : "")}");
        if (_before.HasFailed || _after.HasFailed || _before.Items.Count == 0 || _after.Items.Count == 0) return [asserter.Nothing()];
        try
        {
            var plan = Plan.With([.. _before.Baselines, .. _after.Baselines], HasBy);
            var import = new SampleImport(cmdlet, new TraceSampler(plan.Sample), instance, cancel);
            IReadOnlyList<TraceSample> Read(ComparisonInput side)
                => [.. side.Items.SelectMany(item => item.Baseline?.Samples ?? [import.Read(item.Path)])];
            var rows = TraceComparer.Compare(plan, Read(_before), Read(_after), import.ReadAgain);
            foreach (var drift in rows is [var first, ..] ? first.Comparison!.Drift : [])
                cmdlet.WriteWarning(TerminalText.Escape(drift));
            return rows.Count == 0 ? [asserter.Nothing()] : [.. rows.Select(asserter.Check)];
        }
        catch (KernelMagnifierException error)
        {
            cmdlet.ThrowTerminatingError(ErrorFactory.Of(error));
            throw;
        }
    }

    private static string Name(ComparisonInput side)
        => side.Items is [var only] ? AssertionOutput.Quoted(only.Path) : side.Items.Count == 0 ? "FILE"
            : string.Join(", ", side.Items.Select(item => AssertionOutput.Quoted(item.Path)));
}
