using System.Management.Automation;
using System.Management.Automation.Language;
using KernelMagnifier.Comparison;

namespace KernelMagnifier.Cmdlets.Assertions;

/// <summary>Writes the assertions of a cmdlet, and fails at the end if one of them does not hold.</summary>
/// <param name="cmdlet">The cmdlet.</param>
/// <param name="passThru">Whether assertions are objects of the output.</param>
/// <param name="because">Why they matter; null if not said.</param>
internal sealed class AssertionOutput(PSCmdlet cmdlet, bool passThru, string? because)
{
    private readonly List<TraceAssertion> _failed = [];

    /// <summary>Adds an assertion.</summary>
    public void Add(TraceAssertion assertion)
    {
        if (!assertion.Passed) _failed.Add(assertion);
        if (passThru) cmdlet.WriteObject(assertion);
    }

    /// <summary>Fails with all that do not hold.</summary>
    public void Finish()
    {
        if (_failed.Count > 0) cmdlet.ThrowTerminatingError(ErrorFactory.AssertionFailed(_failed, because));
    }

    /// <summary>A path as an argument of PowerShell.</summary>
    public static string Quoted(string path)
        => path.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '/' or '_' or '-' or '~') && !path.StartsWith('-')
            ? path : $"'{CodeGeneration.EscapeSingleQuotedStringContent(path)}'";
}
