using System.Globalization;
using System.IO.Enumeration;
using System.Text;
using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Policies;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Lists the probes of a library.</summary>
internal sealed class ProbeListCommand : Command
{
    private const double MostDays = 36_500;

    private static readonly CliOption Expiring = new("expiring",
        "Only those whose approval or review date ends within this time, such as 30d, 4w or 12h")
    {
        Value = "TIME",
    };

    private static readonly CliOption Library = new("library",
        "The library; else KM_PROBE_LIBRARY, or that of the policy") { Value = "DIR", IsFile = true };
    private static readonly CliOption Json = new("json", "Write JSON");

    /// <inheritdoc/>
    public override string Name => "probe list";

    /// <inheritdoc/>
    public override string Summary => "List the probes of a library, and whether they may run";

    /// <inheritdoc/>
    public override string Operands => "[NAME...]";

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } = [Expiring, Json, Library, ProbeRunOptions.Policy];

    /// <inheritdoc/>
    public override string Description => "Names may have wildcards. Without any, all probes are listed.";

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("What may run here", "kernel-magnifier probe list"),
        ("What needs a review within a month", "kernel-magnifier probe list --expiring 30d"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        var within = WithinOf(arguments);
        var policy = ProbePolicyFile.Find(arguments.Text(ProbeRunOptions.Policy));
        using var library = ProbeLibrary.Open(arguments.Text(Library), policy);
        var listing = new ProbeListing(library, policy, DateTimeOffset.UtcNow);
        List<Probe> probes = [];
        foreach (var name in NamesOf(arguments, library, host))
        {
            host.Cancel.ThrowIfCancellationRequested();
            var probe = listing.Of(name, host.Cancel);
            if (within is not { } time || listing.IsExpiring(probe, time)) probes.Add(probe);
        }
        if (arguments.Has(Json))
        {
            host.Write(Encoding.UTF8.GetString(ProbeReports.Json(probes)));
            return ExitCode.Ok;
        }
        if (probes.Count == 0) host.Warn($"no probe of {library.Path} is to be listed");
        else ReportWriter.Write(ProbeReports.Table(probes), ReportFormat.Table, new DataStream(host.Output, "standard output"),
            new ReportStyle(host.OutputIsTerminal, host.Colour));
        return ExitCode.Ok;
    }

    /// <summary>The names that the operands match; one without wildcards must be there.</summary>
    private static IEnumerable<string> NamesOf(Arguments arguments, ProbeLibrary library, CliHost host)
    {
        if (arguments.Operands.Count == 0) return library.Names;
        List<string> names = [];
        foreach (var operand in arguments.Operands)
        {
            string[] matches = operand.AsSpan().ContainsAny('*', '?')
                ? [.. library.Names.Where(name => FileSystemName.MatchesSimpleExpression(operand, name))] : [operand];
            if (matches.Length == 0) host.Warn($"{operand} matches no probe of {library.Path}");
            names.AddRange(matches.Except(names));
        }
        return names;
    }

    private static TimeSpan? WithinOf(Arguments arguments)
    {
        if (arguments.Text(Expiring) is not { } text) return null;
        var unit = text is [.., 'd' or 'w' or 'h'] ? text[^1] : 'd';
        return double.TryParse(text.TrimEnd(unit), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && unit switch { 'w' => number * 7, 'h' => number / 24, _ => number } is >= 0 and <= MostDays and var days
            ? TimeSpan.FromDays(days) : throw CliException.Usage($"{Expiring} takes a time such as 30d, 4w or 12h, not '{text}'.");
    }
}
