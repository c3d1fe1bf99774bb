using System.Globalization;
using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Logs;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Sends the records that wait in spools, and records of files.</summary>
internal sealed class LogSendCommand : Command
{
    private const double DefaultSeconds = 60;

    private static readonly CliOption To = new("to", "Send to this target; give the option once for each") { Value = "TARGET" };

    private static readonly CliOption SpoolDirectory = new("spool", "Use this directory of spools instead of the machine's")
    {
        Value = "DIR", IsFile = true,
    };

    private static readonly CliOption SpoolSize = new("spool-size", "The most bytes that wait for one target (default: 16M)")
    {
        Value = "SIZE",
    };

    private static readonly CliOption Limit = new("timeout", "Give up after so many seconds (default: 60)") { Value = "S" };

    /// <inheritdoc/>
    public override string Name => "log send";

    /// <inheritdoc/>
    public override string Summary => "Send the records that wait for their receivers";

    /// <inheritdoc/>
    public override string Operands => "[FILE...]";

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } = [To, SpoolDirectory, SpoolSize, Limit];

    /// <inheritdoc/>
    public override string Description => $"""
        Each run of a schedule sends what waits, too. Without --to, every target that has a spool is tried. Records of a FILE
        are sent to the targets of --to, such as for the first try of a receiver.
        A TARGET is one of {LogTarget.Forms}.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("Send what waits, after a receiver came back", "sudo kernel-magnifier log send"),
        ("Try a receiver", "sudo kernel-magnifier log send --to syslog+tcp://logs:601 /var/log/kernel-magnifier/hourly.ndjson"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        var targets = arguments.List(To).Select(LogTarget.Parse).ToList();
        if (arguments.Operands.Count > 0 && targets.Count == 0)
            throw CliException.Usage($"name the target of the records: {To}.");
        var delivery = new LogDelivery(Path.GetFullPath(arguments.Text(SpoolDirectory) ?? LogDelivery.DefaultSpoolDirectory),
            arguments.Bytes(SpoolSize) ?? LogDelivery.DefaultSpoolSize);
        if (targets.Count == 0) targets.AddRange(delivery.KnownTargets());
        var limit = TimeSpan.FromSeconds(arguments.Number(Limit, least: 0.001, most: 86_400) ?? DefaultSeconds);
        var totals = new Dictionary<LogTarget, LogDeliveryResult>();
        foreach (var path in arguments.Operands)
        {
            var reader = new LogReader();
            foreach (var record in reader.Read(path, host.Cancel))
                Add(totals, delivery.Deliver(record, targets, limit, host.Cancel));
            foreach (var warning in reader.Findings.Warnings()) host.Warn(warning);
        }
        if (arguments.Operands.Count == 0) Add(totals, delivery.Deliver(null, targets, limit, host.Cancel));
        return Show(totals.Values, host);
    }

    private static void Add(Dictionary<LogTarget, LogDeliveryResult> totals, IReadOnlyList<LogDeliveryResult> results)
    {
        foreach (var result in results)
            totals[result.Target] = !totals.TryGetValue(result.Target, out var before) ? result : result with
            {
                Delivered = before.Delivered + result.Delivered, Dropped = before.Dropped + result.Dropped,
                Problem = result.Problem ?? (result.Waiting > 0 || before.Dropped > 0 ? before.Problem : null),
            };
    }

    private static int Show(IEnumerable<LogDeliveryResult> results, CliHost host)
    {
        var isComplete = true;
        foreach (var result in results)
        {
            host.Write(string.Create(CultureInfo.InvariantCulture, $"{TerminalText.Escape(result.Target.ToString())}: "
                + $"{result.Delivered} delivered, {result.Waiting} waiting, {result.Dropped} dropped\n"));
            if (result.Problem is { } problem) host.Warn($"{result.Target}: {problem}");
            isComplete &= result.Waiting == 0 && result.Dropped == 0;
        }
        return isComplete ? ExitCode.Ok : ExitCode.BadOutput;
    }
}
