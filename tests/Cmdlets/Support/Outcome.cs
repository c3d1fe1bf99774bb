using System.Management.Automation;

namespace KernelMagnifier.Cmdlets.Tests.Support;

/// <summary>What a script did: everything it wrote to any stream, and how it ended.</summary>
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

    /// <summary>The id of the one error there was, with the cmdlet's type.</summary>
    public string ErrorId => SingleError().FullyQualifiedErrorId;

    /// <summary>The number of calls in the one count that was returned.</summary>
    public object Calls => Assert.Single(WithoutErrors().Output).Properties["Calls"].Value;

    /// <summary>The same outcome; fails when there was an error.</summary>
    public Outcome WithoutErrors()
    {
        var errors = Errors.Select(error => $"{error.FullyQualifiedErrorId}: {error}");
        Assert.True(Errors.Count == 0, string.Join(" | ", errors));
        Assert.Equal(PSInvocationState.Completed, State);
        return this;
    }

    /// <summary>The one error there was.</summary>
    public ErrorRecord SingleError() => Assert.Single(Errors);
}
