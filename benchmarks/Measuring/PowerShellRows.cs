using KernelMagnifier.Benchmarks.Generation;
using static KernelMagnifier.Benchmarks.Measuring.ShellWords;
using static KernelMagnifier.Benchmarks.Measuring.Targets;

namespace KernelMagnifier.Benchmarks.Measuring;

/// <summary>The rows about the cmdlets. The statement is timed inside a new pwsh, without the start of the shell.</summary>
internal sealed class PowerShellRows(BenchmarkInputs inputs)
{
    private const string Pipeline = "`Import-KmTrace \\| Select-KmCall \\| Measure-KmCall`";

    /// <summary>The rows by id.</summary>
    public IEnumerable<(string Id, Func<string, Row> Make)> All
        => [("pwsh-objects", PerCall), ("pwsh-counts", Counted), ("pwsh-edges", Edges), ("pwsh-events", Events),
            ("import-module", Import)];

    private string Statement => $"Import-KmTrace {QuoteForPwsh(inputs.Objects.Path)} | Select-KmCall | Measure-KmCall";

    private Row PerCall(string id)
        => new(id, "pwsh-objects", $"{Pipeline}, an object per call ({Numbers.Calls(inputs.Objects)})",
        InModule(Statement, "$env:KM_OBJECT_PER_CALL = '1'; "),
        "two binary cmdlets that emit and receive as many prebuilt objects", PeerPipeline(inputs.Objects), "≤ 2 × the time", AtMost(2));

    private Row Counted(string id)
        => new(id, "pwsh-objects", $"{Pipeline} as it is: no objects, because no other cmdlet would see them",
        InModule(Statement),
        "two binary cmdlets that emit and receive as many prebuilt objects", PeerPipeline(inputs.Objects), "≤ 2 × the time", AtMost(2));

    private Row Edges(string id)
        => new(id, "pwsh-edges", $"`Import-KmTrace -AsEdge` of {Numbers.Size(inputs.Text)} of ftrace text",
        InModule($"Import-KmTrace {QuoteForPwsh(inputs.Text.Path)} -AsEdge"),
        "the native command line, whole process", inputs.Edges(inputs.Text), "≤ 1.3 × the time + 0.2 s",
        (ours, peer) => new Verdict(TimesText(ours, peer), ours.Median <= 1.3 * peer.Median + 0.2));

    private Row Events(string id)
        => new(id, "pwsh-events", $"`Import-KmTrace -Event '*'`, an object per event ({Numbers.Events(inputs.EventObjects)})",
        InModule($"Import-KmTrace {QuoteForPwsh(inputs.EventObjects.Path)} -Event '*'"),
        "two binary cmdlets that emit and receive as many prebuilt objects", PeerPipeline(inputs.EventObjects), "≤ 2.5 × the time",
        AtMost(2.5));

    private Row Import(string id)
        => new(id, "import-module", "`Import-Module KernelMagnifier`, first in a process",
        InPwsh("", $"Import-Module {QuoteForPwsh(inputs.Module)}"),
        "`Import-Module` of an empty binary module", EmptyModule(), "≤ 35 ms more", AtMostMore(0.035))
        {
            Reason = "two thirds of it are the views and hidden properties of the format file and the types file; a quarter is "
            + "what PowerShell does for any manifest, compiling its own code meanwhile",
        };

    private Command InModule(string statement, string before = "")
        => InPwsh($"{before}Import-Module {QuoteForPwsh(inputs.Module)}; ", statement);

    private static Command InPwsh(string before, string statement)
    {
        if (Pwsh is null) return new Command("", Missing: "pwsh is not installed");
        var script = $"$ErrorActionPreference = 'Stop'; {before}$clock = [Diagnostics.Stopwatch]::StartNew(); $null = {statement}; "
            + "$clock.Elapsed.TotalSeconds.ToString('F6', [cultureinfo]::InvariantCulture)";
        return new Command($"exec {Quote(Pwsh)} -NoProfile -NonInteractive -Command {Quote(script)}", PrintsSeconds: true);
    }

    private static Command PeerPipeline(GeneratedRecording recording)
    {
        var peer = Peer("Pipeline");
        var build = FormattableString.Invariant($"[KernelMagnifier.Benchmarks.Pipeline.Thing]::Build({recording.Calls})");
        return IfBuilt(peer, InPwsh($"Import-Module {QuoteForPwsh(peer)}; {build}; ", "Send-Thing | Receive-Thing"));
    }

    private static Command EmptyModule()
    {
        var peer = Peer("Empty");
        return IfBuilt(peer, InPwsh("", $"Import-Module {QuoteForPwsh(peer)}"));
    }

    private static string Peer(string name) => Path.Combine(Recordings.Root, $"artifacts/bench/peers/{name}/{name}.dll");

    private static Command IfBuilt(string peer, Command command)
        => File.Exists(peer) ? command : command with { Missing = $"{peer} does not exist: benchmarks/run.sh builds it" };
}
