using System.Globalization;
using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Results;
using KernelMagnifier.Probes.Running;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Runs an approved probe: what a rule of sudo lets users do who are not root.</summary>
internal sealed class ProbeRunCommand : Command
{
    private const int Interrupt = 2; // SIGINT

    private static readonly CliOption Param = new("param", "Give a parameter of the probe a value; give the option once for each")
    {
        Value = "NAME=VALUE",
    };

    private static readonly CliOption Duration = new("duration",
        "End after so many seconds; at most the limit of the probe") { Value = "S" };

    private static readonly CliOption Reason = new("reason", "Why, for the audit log") { Value = "TEXT" };

    private static readonly CliOption Emergency = new("emergency",
        "Run it although it is not approved, if the policy allows that; needs --reason");

    private static readonly CliOption Library = new("library", "Use this library instead of the machine's") { Value = "DIR",
        IsFile = true };

    /// <inheritdoc/>
    public override string Name => "probe run";

    /// <inheritdoc/>
    public override string Summary => "Run an approved probe within its limits";

    /// <inheritdoc/>
    public override string Operands => "NAME";

    /// <inheritdoc/>
    public override bool ExitsOnSignal => false;

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; }
        = [Param, Duration, ProbeRunOptions.Json, Reason, Emergency, Library, ProbeRunOptions.Policy];

    /// <inheritdoc/>
    public override string Description => """
        The probe must be approved as it is. Its parameters, limits and cost are in the audit log, as is a refusal.
        A rule of sudo for exactly 'kernel-magnifier probe run *' lets users run what is approved, and nothing else:
        through sudo, neither another library nor another policy can be named.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("Which tasks waited more than 500 µs for a CPU, for 30 seconds",
            "sudo kernel-magnifier probe run runq-late --param us=500 --duration 30"),
        ("The same, kept for Import-KmProbeLog", "sudo kernel-magnifier probe run runq-late --duration 30 --json > runq.jsonl"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        if (arguments.Operands is not [var name] || arguments.AfterDashes is not null)
            throw CliException.Usage("name one probe.");
        var request = new ProbeRunRequest
        {
            Name = name, Library = arguments.Text(Library), Policy = arguments.Text(ProbeRunOptions.Policy),
            Parameters = ParametersOf(arguments), Reason = arguments.Text(Reason), IsEmergency = arguments.Has(Emergency),
            Duration = arguments.Number(Duration, least: 0.001, most: 1e6) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };
        return Show(request, arguments.Has(ProbeRunOptions.Json), host);
    }

    /// <summary>Runs it, and writes each result as it comes. The last one is the run itself.</summary>
    private static int Show(ProbeRunRequest request, bool isJson, CliHost host)
    {
        using var stream = new DataStream(host.Output, "standard output");
        var output = new ResultLines(new ProbeResultWriter(stream, isJson, isLive: true), host);
        var result = ProbeInvocation.Run(request, output, host.Cancel);
        output.End(request.Name, result);
        // Ctrl-C is a usual way to end a run; other signals come from elsewhere.
        if (result.Outcome == "Cancelled" && host.Signal is not (0 or Interrupt)) return ExitCode.Signal + host.Signal;
        if (result.Outcome is "Completed" or "Cancelled") return ExitCode.Ok;
        host.Warn($"the run was ended ({result.Outcome}): {result.Reason}");
        return ExitCode.BadOutput;
    }

    private static Dictionary<string, string> ParametersOf(Arguments arguments)
    {
        Dictionary<string, string> parameters = [];
        foreach (var text in arguments.List(Param))
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) throw CliException.Usage($"{Param} takes NAME=VALUE, not '{text}'.");
            if (!parameters.TryAdd(text[..equals], text[(equals + 1)..]))
                throw CliException.Usage(string.Create(CultureInfo.InvariantCulture,
                    $"{Param} gives {text[..equals]} two values."));
        }
        return parameters;
    }

    private sealed class ResultLines(ProbeResultWriter writer, CliHost host) : IProbeOutput
    {
        private ProbeOutputReader? _reader;

        public void Begin(ProbeSource source)
            => _reader = new ProbeOutputReader(source.Manifest, writer.Write, () => DateTimeOffset.UtcNow);

        public void Line(ReadOnlySpan<byte> line) => _reader?.Line(line);

        public void Warning(string text) => host.Warn(text);

        public void End(string name, ProbeRunResult result)
        {
            _reader?.Finish();
            foreach (var warning in _reader?.Findings.Warnings() ?? []) host.Warn(warning);
            writer.Write(ProbeRunSummary.Of(name, result));
            writer.Finish();
        }
    }
}
