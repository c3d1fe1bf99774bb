using System.Management.Automation;

namespace KernelMagnifier.Cmdlets.Tests.Support;

/// <summary>What a script did: everything it wrote to any stream, and how it ended.</summary>
internal sealed record Outcome(IReadOnlyList<PSObject> Output, IReadOnlyList<ErrorRecord> Errors, IReadOnlyList<string> Warnings, IReadOnlyList<ProgressRecord> Progress, PSInvocationState State)
{
    /// <summary>The output as text, a line for each object.</summary>
    public string Text => string.Join('\n', Output.Select(item => item?.ToString()));

    /// <summary>The same outcome; fails when there was an error.</summary>
    public Outcome WithoutErrors()
    {
        Assert.True(Errors.Count == 0, $"Errors: {string.Join(" | ", Errors.Select(error => $"{error.FullyQualifiedErrorId}: {error}"))}");
        Assert.Equal(PSInvocationState.Completed, State);
        return this;
    }

    /// <summary>The one error there was.</summary>
    public ErrorRecord SingleError() => Assert.Single(Errors);
}
