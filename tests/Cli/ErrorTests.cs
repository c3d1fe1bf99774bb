namespace KernelMagnifier.Cli.Tests;

public class ErrorTests
{
    [Theory]
    [InlineData(2, "name a recording, or - for standard input.", "calls")]
    [InlineData(2, "--source-path needs to know where functions are defined: add --symbol-map FILE.", "calls", "x", "--source-path", "net/")]
    [InlineData(2, "--strict narrows --source-path, which is missing.", "calls", "x", "--strict")]
    [InlineData(2, "--depth counts from --root, which is missing.", "edges", "x", "--depth", "2")]
    [InlineData(2, "--since is later than --until: no call can pass.", "events", "x", "--since", "2", "--until", "1")]
    [InlineData(2, "--function was given nothing to compare with.", "calls", "x", "--function", ",")]
    [InlineData(2, "--csv and --json are two formats: choose one.", "calls", "x", "--csv", "--json")]
    [InlineData(2, "--format table and --csv are two formats: choose one.", "calls", "x", "--csv", "--format", "table")]
    [InlineData(2, "--context does not know 'irq'. It knows: task, softirq, hardirq, nmi, unknown.", "calls", "x", "--context", "irq")]
    [InlineData(2, "--min-count takes a whole number from 0 up, not 'many'.", "calls", "x", "--min-count", "many")]
    [InlineData(2, "--since takes a number, not 'noon'.", "calls", "x", "--since", "noon")]
    [InlineData(2, "--output is missing: where should the picture go?", "graph", "x")]
    [InlineData(2, "standard input (-) can be read once only.", "edges", "-", "-")]
    [InlineData(2, "standard input passes by once, but --root and --min-count over several recordings read each twice. Save it to a file first.", "events", "-", "x", "--min-count", "2")]
    [InlineData(1, "x: there is no such file.", "calls", "x")]
    [InlineData(1, "x: there is no such file.", "calls", "y", "--symbol-map", "x")]
    public void What_is_wrong_is_said_in_a_line(int exit, string message, params string[] args)
    {
        using var folder = Tool.Folder();
        // No file of these names exists where the tests run.
        var outcome = Tool.Run(args);
        Assert.Equal(exit, outcome.Exit);
        Assert.Equal("", outcome.Out);
        Assert.Equal($"kernel-magnifier: {message}", outcome.Error.Split('\n')[0]);
        if (exit == ExitCode.Usage) Assert.Contains($"Try: kernel-magnifier {args[0]} --help", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("hello\nworld\n", "no line at the start of this file is a line of a kernel trace")]
    [InlineData("\x7F" + "ELF\x02\x01\x01", "this is an ELF file")]
    public void A_file_that_is_no_recording_is_named(string content, string why)
    {
        using var folder = Tool.Folder();
        var file = folder.Write("foreign", content);
        foreach (var command in new[] { "info", "calls", "edges", "events" })
        {
            var outcome = Tool.Run(command, file);
            Assert.Equal((ExitCode.BadInput, ""), (outcome.Exit, outcome.Out));
            Assert.StartsWith($"kernel-magnifier: {file}: {why}", outcome.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void One_bad_recording_among_several_does_not_hide_the_others()
    {
        var outcome = Tool.Run("info", "/no/such/file", Tool.Echo, "--format", "jsonl");
        Assert.Equal(ExitCode.BadInput, outcome.Exit);
        Assert.Single(outcome.Lines);
    }

    [Fact]
    public void An_output_appears_whole_or_not_at_all()
    {
        using var folder = Tool.Folder();
        var output = folder.Write("out.csv", "before");
        Assert.Equal(ExitCode.BadInput, Tool.Run("calls", "/no/such/file", "--csv", "-o", output).Exit);
        Assert.Equal("before", File.ReadAllText(output));
        Assert.Equal("", Tool.Run("calls", Tool.Echo, "--csv", "-o", output).Succeeds().Out);
        Assert.Equal(Tool.Run("calls", Tool.Echo, "--csv").Out, File.ReadAllText(output));
        Assert.Equal([output], Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_file_that_must_not_be_replaced_is_not()
    {
        using var folder = Tool.Folder();
        var output = folder.Write("out.csv", "before");
        Assert.Equal(ExitCode.BadOutput, Tool.Run("edges", Tool.Echo, "-o", output, "--no-clobber").Exit);
        Assert.Equal("before", File.ReadAllText(output));
    }

    [Fact]
    public void A_link_is_written_through()
    {
        using var folder = Tool.Folder();
        File.CreateSymbolicLink(folder["link"], folder.Write("target", "before"));
        Tool.Run("edges", Tool.Echo, "--csv", "-o", folder["link"]).Succeeds();
        Assert.NotNull(new FileInfo(folder["link"]).LinkTarget);
        Assert.StartsWith("caller,", File.ReadAllText(folder["target"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/no/such/directory/out.csv", "the directory /no/such/directory does not exist")]
    [InlineData("/tmp", "this is a directory")]
    public void An_output_that_cannot_be_is_refused_before_the_work(string output, string why)
    {
        var outcome = Tool.Run("calls", Tool.Echo, "-o", output);
        Assert.Equal(ExitCode.BadOutput, outcome.Exit);
        Assert.Contains(why, outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("lost", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("calls")]
    [InlineData("events")]
    [InlineData("edges")]
    public void A_full_disk_is_an_error_of_the_output(string command)
    {
        var outcome = Tool.Bash($"kernel-magnifier {command} '{Tool.Echo}' --csv > /dev/full");
        Assert.Equal(ExitCode.BadOutput, outcome.Exit);
        Assert.Contains("kernel-magnifier: standard output: cannot be written: No space left on device", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.BadOutput, Tool.Run(command, Tool.Echo, "--csv", "-o", "/dev/full").Exit);
    }

    [Theory]
    [InlineData("events")]
    [InlineData("--help")]
    public void A_reader_that_has_seen_enough_is_no_error(string command)
    {
        var file = command[0] == '-' ? "" : $"'{Tool.Small}'";
        var outcome = Tool.Bash($"kernel-magnifier {command} {file} | head -n 1 > /dev/null; echo ${{PIPESTATUS[0]}}");
        Assert.Equal("0", outcome.Out.Trim());
        Assert.DoesNotContain("roken pipe", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("cannot be written", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    public async Task A_signal_ends_a_reading_that_waits(string signal, int exit)
    {
        // The input never ends and never brings anything: only the signal can end the tool. Whoever started the tests may have it ignored.
        using var folder = Tool.Folder();
        using var process = Tool.StartBash($"exec env --default-signal={signal} kernel-magnifier events - --csv -o '{folder["out.csv"]}'", input: true);
        var lines = File.ReadLines(SharedData.Unpacked(Tool.Echo)).Take(200);
        foreach (var line in lines) await process.StandardInput.WriteLineAsync(line);
        await process.StandardInput.FlushAsync();
        while (!Directory.EnumerateFiles(folder.Path, ".km-*").Any() && !process.HasExited) await Task.Delay(20);
        Tool.Bash($"kill -{signal} {process.Id}").Succeeds();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(exit, process.ExitCode);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }
}
