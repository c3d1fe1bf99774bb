using System.Text;
using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Files;
using KernelMagnifier.Incidents;
using KernelMagnifier.Workloads.Formats;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Puts a recording and what belongs to it into an incident file.</summary>
internal sealed class IncidentExportCommand : Command
{
    private const int LongestFinding = 64 << 10;

    private static readonly CliOption Baseline = new("baseline", "A baseline to compare with") { Value = "FILE", IsFile = true };
    private static readonly CliOption Finding = new("finding",
        "A text file with what was found out; can be repeated")
    { Value = "FILE", IsFile = true };
    private static readonly CliOption Title = new("title", "What happened, in a few words") { Value = "TEXT" };
    private static readonly CliOption Note = new("note", "More about it") { Value = "TEXT" };
    private static readonly CliOption Output = new("output", "The incident file [default: incident.kmi]")
    { Value = "FILE", Short = 'o', IsFile = true };

    /// <inheritdoc/>
    public override string Name => "incident export";

    /// <inheritdoc/>
    public override string Summary => "Put a recording, its workload and what should hold into one file";

    /// <inheritdoc/>
    public override string Operands => "RECORDING";

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } =
        [Output, FidelityOptions.Workload, FidelityOptions.Assert, Baseline, Finding, Title, Note, OutputOptions.NoClobber,
        OutputOptions.Force];

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("A whole incident", "kernel-magnifier incident export incident.dat -o incident.kmi --workload incident.json "
            + "--assert 'Wakeup@periodic P90 < 5ms' --title 'A hog delays the periodic task'"),
        ("A recording with what was found out, to pass on", "kernel-magnifier incident export incident.dat --finding causes.txt"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        if (arguments.Operands is not [var recording]) throw CliException.Usage("name one recording.");
        var (path, force) = (arguments.Text(Output) ?? "incident.kmi", !arguments.Has(OutputOptions.NoClobber));
        OutputFile.Check(path, force);
        var findings = new IncidentFindings();
        foreach (var file in arguments.List(Finding)) findings.Add("Note", Text(file), null);
        var draft = new IncidentDraft
        {
            Recording = recording, Baseline = arguments.Text(Baseline), Assertions = FidelityOptions.Assertions(arguments),
            Findings = findings.All,
            Workload = arguments.Text(FidelityOptions.Workload) is { } workload ? WorkloadFile.Read(workload, host.Cancel) : null,
            Title = arguments.Text(Title), Note = arguments.Text(Note),
        };
        using var output = OutputFile.Create(path, force, InputIdentity.Of(draft.Inputs), host.Cancel);
        using (host.CleanUpOnSignal(output.Dispose))
        {
            IncidentFile.Write(draft, output, host.Cancel);
            output.Commit();
        }
        return ExitCode.Ok;
    }

    private static string Text(string path)
    {
        try
        {
            using var file = InputHandle.OpenRegular(path);
            var bytes = new byte[Math.Min(RandomAccess.GetLength(file), LongestFinding)];
            return Encoding.UTF8.GetString(bytes, 0, RandomAccess.Read(file, bytes, 0));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotRegularException)
        {
            throw new CliException(ExitCode.BadInput, $"{path}: it cannot be read: {error.Message}");
        }
    }
}
