using System.Diagnostics;
using System.Globalization;

namespace KernelMagnifier.Cli.Tests.Faults;

/// <summary>Signals at various moments.</summary>
public class SignalTests
{
    /// <summary>
    /// Sends signals at moments from the start to the end of the run. An interrupted run leaves no file, a completed one the
    /// complete file.
    /// </summary>
    [Theory]
    [InlineData("INT", 130, "events --csv", "out.csv")]
    [InlineData("TERM", 143, "profile", "out.perfetto-trace")]
    [InlineData("HUP", 129, "report", "out.html")]
    [InlineData("TERM", 143, "graph", "out.dot")]
    public void ASignalLeavesTheCompleteFileOrNone(string signal, int exit, string command, string name)
    {
        using var folder = Tool.Folder();
        using var whole = Tool.Folder();
        Native.Bash($"kernel-magnifier {command} '{Native.Text}' -o '{whole[name]}'").Succeeds();
        var watch = Stopwatch.StartNew();
        Native.Bash($"kernel-magnifier {command} '{Native.Text}' -o '{whole[name]}'").Succeeds();
        var span = watch.Elapsed.TotalSeconds * 1.2;
        for (var i = 0; i < Native.Moments; i++)
        {
            var delay = (0.001 + (span * i / Native.Moments)).ToString("F4", CultureInfo.InvariantCulture);
            // The parent of the tests may ignore the signal. If the tool ignores it too, timeout sends SIGKILL, which has another
            // exit code.
            var outcome = Native.Bash(
                $"env --default-signal={signal} timeout --preserve-status -k 10 -s {signal} {delay} kernel-magnifier {command} '{Native.Text}' -o '{folder[name]}' 2> /dev/null; exit=$?; ls -A; exit $exit",
                folder.Path);
            Assert.Contains(outcome.Exit, new[] { 0, exit });
            if (outcome.Lines.Length == 0) continue;
            Assert.Equal([name], outcome.Lines);
            Assert.Equal(new FileInfo(whole[name]).Length, new FileInfo(folder[name]).Length);
            File.Delete(folder[name]);
        }
    }

    [Fact]
    public void AKilledRunDoesNotDisturbTheNext()
    {
        using var folder = Tool.Folder();
        for (var i = 0; i < Native.Moments; i++)
            Native.Bash(
                $"timeout -s KILL {(0.004 * (i + 1)).ToString(CultureInfo.InvariantCulture)} kernel-magnifier events '{Native.Text}' --csv -o out.csv 2> /dev/null; true",
                folder.Path).Succeeds();
        // A killed run can leave one temporary file with a recognizable name.
        Assert.All(
            Directory.EnumerateFiles(folder.Path).Select(f => Path.GetFileName(f)!),
            name => Assert.True(name == "out.csv" || name.StartsWith(".km-", StringComparison.Ordinal), name));
        Native.Bash("kernel-magnifier events '" + Native.Text + "' --csv -o out.csv", folder.Path).Succeeds();
        Assert.Equal(47_748 + 1, File.ReadLines(folder["out.csv"]).Count());
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task ASignalEndsTheDrawingProgramToo(string signal, int exit)
    {
        using var folder = Tool.Folder();
        FakeDot(folder, "echo $$ > \"$MARK.new\"; mv \"$MARK.new\" \"$MARK\"; exec sleep 1000");
        using var process = Native.Start($"export MARK='{folder["pid"]}' PATH='{folder["bin"]}':$PATH; exec env --default-signal={signal} kernel-magnifier graph '{Tool.Echo}' --top 30 -o '{folder["out.svg"]}'");
        var error = process.StandardError.ReadToEndAsync();
        while (!File.Exists(folder["pid"]) && !process.HasExited) await Task.Delay(10);
        Tool.Bash($"kill -{signal} {process.Id}").Succeeds();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(process.ExitCode == exit, $"{process.ExitCode}: {await error}");
        Assert.Equal(
            ["bin", "pid"],
            Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        // The program was ended first; its new parent needs a moment to reap it.
        Assert.Equal(
            "gone",
            Tool.Bash($"for n in $(seq 50); do read -r _ _ state _ < /proc/$(cat '{folder["pid"]}')/stat || break; [ \"$state\" = Z ] && break; sleep 0.1; done 2> /dev/null; [ $n -lt 50 ] && echo gone").Out.Trim());
    }

    [Theory]
    [InlineData("kill -SEGV $$", "Graphviz's dot: the program failed with exit code 139.")]
    [InlineData(
        "echo 'cannot lay this out' >&2; exit 3", "Graphviz's dot: the program failed with exit code 3: cannot lay this out.")]
    [InlineData("exec sleep 1000", "did not finish within 1 s")]
    [InlineData("cat > /dev/null; exit 0", "Graphviz's dot: the program wrote no picture.")]
    [InlineData("exec cat /dev/zero >&2", "did not finish within 1 s")]
    [InlineData("sleep 20 & exit 0", "did not finish within 1 s")]
    public void AFailingDrawingProgramIsReported(string dot, string message) => DrawWith(dot, message);

    /// <summary>Native only, because the managed build needs programs of the PATH to start.</summary>
    [NativeTheory]
    [InlineData("Graphviz's dot: the program is not in PATH. Install it: apt-get install graphviz")]
    public void AMissingDrawingProgramIsReported(string message) => DrawWith(null, message);

    private static void DrawWith(string? dot, string message)
    {
        using var folder = Tool.Folder();
        Directory.CreateDirectory(folder["bin"]);
        if (dot is not null) FakeDot(folder, dot);
        var path = dot is null ? folder["bin"] : $"{folder["bin"]}:$PATH";
        var outcome = Native.Bash($"km=$(command -v kernel-magnifier); PATH={path} \"$km\" graph '{Tool.Echo}' --top 30 --time-limit 1 -o '{folder["out.svg"]}'");
        outcome.FailsWith(ExitCode.BadOutput, message);
        Assert.Equal(["bin"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    private static void FakeDot(TemporaryFolder folder, string script)
    {
        Directory.CreateDirectory(folder["bin"]);
        File.WriteAllText(folder["bin/dot"], $"#!/bin/bash\n{script}\n");
        File.SetUnixFileMode(folder["bin/dot"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
