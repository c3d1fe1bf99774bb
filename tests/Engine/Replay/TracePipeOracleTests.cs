using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using KernelMagnifier.Engine.Tests.Symbols;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Engine.Tests.Replay;

/// <summary>
/// The text for other tools has the tasks, CPUs, times, events and messages of <c>trace-cmd report -N</c>, and is read again.
/// </summary>
public sealed partial class TracePipeOracleTests
{
    [SharedDataTheory]
    [InlineData("latency/sched.dat")]
    [InlineData("latency/irq.dat")]
    [InlineData("latency/block.dat")]
    [InlineData("latency/syscalls.dat")]
    [InlineData("dat/ev-many.dat")]
    [InlineData("dat/markers.dat")]
    [InlineData("dat/fn-filter-modules.dat")]
    [InlineData("dat/mix-fn-events.dat")]
    public void TextIsThatOfTraceCmdReport(string file)
    {
        if (!SmallKernel.Has("trace-cmd")) return;
        var (text, info) = TextOf(file);
        var lines = Encoding.Latin1.GetString(text).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith("CPU:", StringComparison.Ordinal)).ToList();
        var report = Report(file);
        Assert.Equal(report.Count, lines.Count);
        Assert.True(lines.Count > 200, $"{lines.Count} lines");
        for (var i = 0; i < lines.Count; i++)
        {
            var (comm, line) = Common(lines[i]);
            // trace-cmd cannot print every event, and knows fewer names of tasks.
            if (report[i].Line.Contains("[FAILED TO PARSE]", StringComparison.Ordinal)) continue;
            Assert.Equal(report[i].Line, line);
            if (report[i].Comm != "<...>") Assert.Equal(report[i].Comm, comm);
        }

        using var again = TraceFile.Open(new MemoryStream(text), "text");
        var read = again.ReadOnce(new TracePipeText(Stream.Null, withCalls: true), null, null, default);
        Assert.Equal((info.Calls, info.Events), (read.Calls, read.Events));
    }

    private static (byte[] Text, TraceInfo Info) TextOf(string file)
    {
        using var text = new MemoryStream();
        using var reader = TraceFile.Open(SharedData.Shared(file));
        var info = reader.ReadOnce(new TracePipeText(text, withCalls: true), null, null, default);
        return (text.ToArray(), info);
    }

    /// <summary>The lines of trace-cmd, as <see cref="Common"/> makes them of those of trace_pipe.</summary>
    private static List<(string Comm, string Line)> Report(string file)
    {
        using var report = Process.Start(new ProcessStartInfo("trace-cmd", ["report", "-N", SharedData.Shared(file)])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.Latin1,
        })!;
        report.ErrorDataReceived += (_, _) => { };
        report.BeginErrorReadLine();
        var lines = new List<(string Comm, string Line)>();
        while (report.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith("cpus=", StringComparison.Ordinal) || line.StartsWith("CPU:", StringComparison.Ordinal)) continue;
            if (ReportLine().Match(line) is { Success: true } match) lines.Add(Joined(match));
            // The kernel's message goes on; a line of trace_pipe has its end escaped.
            else if (lines.Count > 0) lines[^1] = (lines[^1].Comm, $"{lines[^1].Line}\\n{line}");
        }
        return lines;
    }

    /// <summary>What both have of a line.</summary>
    private static (string Comm, string Line) Common(string line)
        => PipeLine().Match(line) is { Success: true } match ? Joined(match) : ("", $"unknown line: {line}");

    private static (string Comm, string Line) Joined(Match match)
    {
        var (name, message) = (match.Groups["name"].Value, match.Groups["message"].Value.TrimEnd());
        // A call of trace_pipe has no name; trace-cmd does not print modules.
        var rest = name is "" or "function"
            ? Module().Replace(message, "").Replace(" <-- ", " <-", StringComparison.Ordinal)
            : $"{name}: {message.Replace("\t", @"\t", StringComparison.Ordinal)}";
        return (match.Groups["comm"].Value,
            $"{match.Groups["pid"].Value} {match.Groups["cpu"].Value} {match.Groups["time"].Value} {rest}");
    }

    [GeneratedRegex(@" \[\S+\]")]
    private static partial Regex Module();

    [GeneratedRegex(@"^ *(?<comm>.+)-(?<pid>\d+) +\[(?<cpu>\d+)\] +(?<time>\d+\.\d{6}): (?<name>[^ :]+): +(?<message>.*)$")]
    private static partial Regex ReportLine();

    [GeneratedRegex(@"^ *(?<comm>.+)-(?<pid>\d+) +\[(?<cpu>\d+)\] \S{5} +(?<time>\d+\.\d{6}): "
        + @"(?:(?<name>[^ :]+): (?<message>.*)|(?<message>\S+(?: \[\S+\])? <-\S+(?: \[\S+\])?))$")]
    private static partial Regex PipeLine();
}
