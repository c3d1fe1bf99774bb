using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Incidents;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Shows an incident file, or extracts it.</summary>
internal sealed class IncidentShowCommand : Command
{
    private static readonly CliOption Extract = new("extract", "Extract the recording and the other files into this directory")
    { Value = "DIR", IsFile = true };

    /// <inheritdoc/>
    public override string Name => "incident show";

    /// <inheritdoc/>
    public override string Summary => "Check an incident file, and show or extract what is in it";

    /// <inheritdoc/>
    public override string Operands => "FILE";

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } = [Extract, OutputOptions.NoClobber, FidelityOptions.Json];

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("What happened", "kernel-magnifier incident show incident.kmi"),
        ("Its recording", "kernel-magnifier incident show incident.kmi --extract ./incident"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        if (arguments.Operands is not [var file]) throw CliException.Usage("name one incident file.");
        var incident = arguments.Text(Extract) is { } directory
            ? IncidentFile.ExtractTo(file, directory, !arguments.Has(OutputOptions.NoClobber), host.Cancel)
            : IncidentFile.Read(file, host.Cancel);
        host.Write(arguments.Has(FidelityOptions.Json) ? IncidentReports.Json(incident) : IncidentReports.Text(incident));
        return ExitCode.Ok;
    }
}
