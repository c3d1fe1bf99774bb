using System.Management.Automation;

namespace KernelMagnifier.Cmdlets.Tests.Support;

/// <summary>The result of a script: the content of all streams and the final state.</summary>
internal sealed record Outcome(
    IReadOnlyList<PSObject> Output,
    IReadOnlyList<ErrorRecord> Errors,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<ProgressRecord> Progress,
    PSInvocationState State)
{
    /// <summary>The output as text, a line for each object.</summary>
    public string Text => string.Join('\n', Lines);

    /// <summary>The output as text, an entry for each object.</summary>
    public IEnumerable<string> Lines => Output.Select(item => $"{item}");

    /// <summary>The fully qualified id of the only error.</summary>
    public string ErrorId => SingleError().FullyQualifiedErrorId;

    /// <summary>The number of calls in the only output object.</summary>
    public object Calls => Assert.Single(WithoutErrors().Output).Properties["Calls"].Value;

    /// <summary>Returns this outcome. Fails if there was an error.</summary>
    public Outcome WithoutErrors()
    {
        var errors = Errors.Select(error => $"{error.FullyQualifiedErrorId}: {error}");
        Assert.True(Errors.Count == 0, string.Join(" | ", errors));
        Assert.Equal(PSInvocationState.Completed, State);
        return this;
    }

    /// <summary>The only error.</summary>
    public ErrorRecord SingleError() => Assert.Single(Errors);
}
