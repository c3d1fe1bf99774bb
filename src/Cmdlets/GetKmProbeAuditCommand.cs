using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Probes.Audit;
using KernelMagnifier.Probes.Policies;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>Get-KmProbeAudit: who ran which probe when, and what was refused.</summary>
[Cmdlet(VerbsCommon.Get, "KmProbeAudit")]
[OutputType(typeof(ProbeAuditRecord))]
public sealed class GetKmProbeAuditCommand : CancellableCommand
{
    /// <summary>The probes.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ProbeNameCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>The first time.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public DateTime? Since { get; set; }

    /// <summary>The last time.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public DateTime? Until { get; set; }

    /// <summary>The users, or those who called sudo.</summary>
    [Parameter, SupportsWildcards, ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string[] User { get; set; } = [];

    /// <summary>The actions.</summary>
    [Parameter, ArgumentCompleter(typeof(AuditActionCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Action { get; set; } = [];

    /// <summary>The log; that of the policy if not given.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var (names, users, actions) = (Patterns(Name), Patterns(User), Patterns(Action));
        var (read, found) = (0L, 0L);
        try
        {
            var log = Path is { } path ? this.ResolveInFileSystem(path) : ProbePolicyFile.Find(null).AuditLog;
            var bad = AuditReader.Read(log, record =>
            {
                read++;
                if (record.Time >= (Since?.ToUniversalTime() ?? DateTimeOffset.MinValue)
                    && record.Time <= (Until?.ToUniversalTime() ?? DateTimeOffset.MaxValue) && Matches(names, record.Probe)
                    && (Matches(users, record.User) || Matches(users, record.SudoUser)) && Matches(actions, record.Action))
                {
                    found++;
                    WriteObject(record);
                }
            }, Cancel);
            if (read > 0 && found == 0 && (names.Length > 0 || users.Length > 0 || actions.Length > 0))
                WriteWarning(TerminalText.Escape($"No record matches {string.Join(", ", [.. Name, .. User, .. Action])}."));
            if (bad > 0) WriteWarning("Lines of the log are not records. Test-KmProbeAudit says more.");
        }
        catch (KernelMagnifierException error)
        {
            WriteError(ErrorFactory.Of(error, Path));
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }

    private static WildcardPattern[] Patterns(string[] texts)
        => [.. texts.Select(text => WildcardPattern.Get(text, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant))];

    private static bool Matches(WildcardPattern[] patterns, string? text)
        => patterns.Length == 0 || (text is not null && patterns.Any(pattern => pattern.IsMatch(text)));
}
