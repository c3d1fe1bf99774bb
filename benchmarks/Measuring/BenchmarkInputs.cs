using System.Text.Json;
using KernelMagnifier.Benchmarks.Generation;
using static KernelMagnifier.Benchmarks.Measuring.ShellWords;

namespace KernelMagnifier.Benchmarks.Measuring;

/// <summary>The recordings and programs that the rows use. Recordings are generated on first use.</summary>
internal sealed class BenchmarkInputs(string folder, bool isFull, string? before = null)
{
    private readonly Dictionary<string, GeneratedRecording> _used = [];

    /// <summary>The folder for generated files.</summary>
    public string Folder => folder;

    /// <summary>Whether the recordings have the full size.</summary>
    public bool IsFull => isFull;

    /// <summary>The native command line.</summary>
    public string Cli { get; } = Path.Combine(Recordings.Root, "artifacts/kernel-magnifier");

    /// <summary>The built module.</summary>
    public string Module { get; } = Path.Combine(Recordings.Root, "artifacts/KernelMagnifier");

    /// <summary>The executable and the module of an older build; null without one.</summary>
    public (string Cli, string Module)? Before { get; }
        = before is null ? null : (Artifact(before, "kernel-magnifier"), Artifact(before, "KernelMagnifier"));

    /// <summary>The folder of the peers' scripts.</summary>
    public string Peers { get; } = Path.Combine(Recordings.Root, "benchmarks/peers");

    /// <summary>The recordings in use.</summary>
    public IReadOnlyCollection<GeneratedRecording> Used => _used.Values;

    /// <summary>ftrace text as the Python tool records it.</summary>
    public GeneratedRecording Text => Recording("counter", isFull ? 600 : 20);

    /// <summary>A trace.dat of the function tracer.</summary>
    public GeneratedRecording Dat => Recording("dat", isFull ? 520 : 20);

    /// <summary>A trace.dat of the function tracer as trace-cmd compresses it: about 6 MB at full size.</summary>
    public GeneratedRecording SmallDat => Recording("dat-zstd", isFull ? 25 : 5);

    /// <summary>A trace.dat of the function tracer of medium size: about 56 MB at full size.</summary>
    public GeneratedRecording MediumDat => Recording("dat", isFull ? 51 : 10);

    /// <summary>ftrace text of 5,000 functions and 20,000 edges.</summary>
    public GeneratedRecording WideGraph => Recording("wide", 3);

    /// <summary>A trace.dat of scheduler events.</summary>
    public GeneratedRecording Scheduler => Recording("dat-sched", isFull ? 500 : 20);

    /// <summary>A trace.dat of scheduler events for rows that make an object per event.</summary>
    public GeneratedRecording EventObjects => Recording("dat-sched", isFull ? 50 : 5);

    /// <summary>function_graph text.</summary>
    public GeneratedRecording FunctionGraph => Recording("graph", isFull ? 90 : 20);

    /// <summary>ftrace text with edges that were chosen to collide.</summary>
    public GeneratedRecording ChosenEdges => Recording("edges-chosen", isFull ? 40 : 10);

    /// <summary>ftrace text with as many edges as <see cref="ChosenEdges"/>.</summary>
    public GeneratedRecording DrawnEdges => Recording("edges", isFull ? 40 : 10);

    /// <summary>ftrace text for rows that make an object per call.</summary>
    public GeneratedRecording Objects => Recording("seconds", isFull ? 90 : 5);

    /// <summary><see cref="Text"/>, compressed.</summary>
    public string TextZst
    {
        get
        {
            var path = Text.Path + ".zst";
            if (!File.Exists(path) || File.GetLastWriteTimeUtc(path) < File.GetLastWriteTimeUtc(Text.Path))
                ChildProcess.Run($"zstd -qf {Quote(Text.Path)} -o {Quote(path)}");
            return path;
        }
    }

    /// <summary>A trace.dat to compare with <see cref="Dat"/>: the same kind of calls, drawn from another seed.</summary>
    public GeneratedRecording OtherDat => Recording("dat", isFull ? 521 : 21, 2);

    /// <summary>A generated recording of a size in MB.</summary>
    public GeneratedRecording Recording(string format, long megabytes, ulong seed = 1)
    {
        var key = $"{format} {megabytes}";
        if (_used.TryGetValue(key, out var known)) return known;
        var recording = Recordings.Keep(folder, format, megabytes * Numbers.Mega, seed);
        Check(recording);
        return _used[key] = recording;
    }

    /// <summary>The command that counts all edges of a recording.</summary>
    public Command Edges(GeneratedRecording recording) => new($"exec {Quote(Cli)} edges {Quote(recording.Path)} --csv");

    /// <summary>A command with the executable and the module of the older build; null if it uses neither, or there is none.</summary>
    public Command? WithBefore(Command command)
    {
        if (Before is not { } old || !(command.Shell.Contains(Cli, StringComparison.Ordinal) || command.Shell.Contains(Module, StringComparison.Ordinal)))
            return null;
        return command with
        {
            Shell = command.Shell.Replace(Cli, old.Cli, StringComparison.Ordinal).Replace(Module, old.Module, StringComparison.Ordinal),
        };
    }

    /// <summary>A command of this program, which measures the engine without the start of the process.</summary>
    public static Command Engine(string arguments)
        => new($"exec dotnet {Quote(typeof(BenchmarkInputs).Assembly.Location)} {arguments}", PrintsSeconds: true);

    private static string Artifact(string folder, string name)
    {
        var path = Path.GetFullPath(Path.Combine(folder, name));
        if (!Path.Exists(path)) throw new FormatException($"--before: there is no {path}. Name a folder with the artifacts of an older build.");
        // It becomes part of words that are quoted already.
        return path.Contains('\'', StringComparison.Ordinal) ? throw new FormatException($"--before: {path} has a quote in it.") : path;
    }

    /// <summary>Checks that the engine reads every generated call or event: a fast reader that omits some must not be measured.</summary>
    private void Check(GeneratedRecording recording)
    {
        var output = Path.Combine(folder, "info.tmp");
        var (_, code) = ChildProcess.Run($"{Quote(Cli)} info --json {Quote(recording.Path)}", output);
        if (code != 0) throw new InvalidOperationException($"{Cli} info failed on {recording.Path} with exit code {code}.");
        using var info = JsonDocument.Parse(File.ReadAllText(output));
        var calls = info.RootElement.GetProperty("calls").GetInt64() + info.RootElement.GetProperty("events").GetInt64();
        var notParsed = info.RootElement.GetProperty("notParsed").GetInt64();
        File.Delete(output);
        if (calls != recording.Calls || notParsed != 0)
            throw new InvalidOperationException($"{recording.Path} contains {recording.Calls} calls or events, but {calls} were read, "
                + $"and {notParsed} lines or records were not parsed.");
    }
}
