namespace KernelMagnifier.Cli.Tests;

public class ErrorTests
{
    [Theory]
    [InlineData(2, "name a recording, or - for standard input.", "calls")]
    [InlineData(2, "--source-path needs --symbol-map FILE.", "calls", "x", "--source-path", "net/")]
    [InlineData(2, "--strict needs --source-path.", "calls", "x", "--strict")]
    [InlineData(2, "--depth needs --root.", "edges", "x", "--depth", "2")]
    [InlineData(2, "--since is later than --until, so that no call can pass.", "events", "x", "--since", "2", "--until", "1")]
    [InlineData(2, "--function was given an empty list. Give it a value, or omit it.", "calls", "x", "--function", ",")]
    [InlineData(2, "--csv and --json exclude each other. Choose one.", "calls", "x", "--csv", "--json")]
    [InlineData(2, "--format table and --csv exclude each other. Choose one.", "calls", "x", "--csv", "--format", "table")]
    [InlineData(2, "--context does not accept 'irq'. Use one of: task, softirq, hardirq, nmi, unknown.",
        "calls", "x", "--context", "irq")]
    [InlineData(2, "--min-count takes a whole number of at least 0, not 'many'.", "calls", "x", "--min-count", "many")]
    [InlineData(2, "--since takes a number, not 'noon'.", "calls", "x", "--since", "noon")]
    [InlineData(2, "--output FILE is required.", "graph", "x")]
    [InlineData(2, "standard input (-) can be named only once.", "edges", "-", "-")]
    [InlineData(2, "--symbol-map was given an empty path. Give it a value, or omit it.", "calls", "x", "--symbol-map", "")]
    [InlineData(2, "--symbol-map was given an empty path. Give it a value, or omit it.", "edges", "x", "--symbol-map=")]
    [InlineData(2, "--output was given an empty path. Give it a value, or omit it.", "edges", "x", "-o", "")]
    [InlineData(2, "--debug-kernel-path was given an empty path. Give it a value, or omit it.", "generate-symbol-map", "-k", "")]
    [InlineData(2, "--modules was given an empty path. Give it a value, or omit it.", "generate-symbol-map", "--modules", "")]
    [InlineData(2, "--debug-root was given an empty path. Give it a value, or omit it.",
        "generate-symbol-map", "--debug-root", "")]
    [InlineData(2, "--symbol-file-path was given an empty path. Give it a value, or omit it.",
        "visualize", "--symbol-file-path", "")]
    [InlineData(2, "name a recording, or - for standard input.", "calls", "")]
    [InlineData(2, "name a recording.", "visualize", "")]
    [InlineData(2, "'zzz' is not a build id: it must have an even number of hexadecimal digits, 8 to 128. "
        + "Specify what file or readelf -n shows of the vmlinux, or omit it.", "generate-symbol-map", "--build-id", "zzz")]
    [InlineData(2, "The kernel release is empty. Specify what uname -r prints, such as "
        + "6.1.0-56-amd64.", "generate-symbol-map", "--release", "")]
    [InlineData(1, "x: there is no such file. Name an existing recording.", "calls", "x")]
    [InlineData(1, "x: there is no such file. Name an existing one, or create it: kernel-magnifier generate-symbol-map",
        "calls", "y", "--symbol-map", "x")]
    [InlineData(1, "x: there is no such file. Name an existing one, or create it: kernel-magnifier generate-symbol-map",
        "record", "--source-path", "net/", "--symbol-file-path", "x")]
    public void AnErrorIsOneLineWithItsExitCode(int exit, string message, params string[] args)
    {
        // No file of these names exists where the tests run.
        var outcome = Tool.Run(args);
        Assert.Equal(exit, outcome.Exit);
        Assert.Equal("", outcome.Out);
        Assert.Equal($"kernel-magnifier: {message}", outcome.Error.Split('\n')[0]);
        if (exit == ExitCode.Usage && !message.StartsWith("The ", StringComparison.Ordinal))
            Assert.Contains($"Try: kernel-magnifier {args[0]} --help", outcome.Error, StringComparison.Ordinal);
    }

    /// <summary>The actions name options of the command that failed.</summary>
    [Theory]
    [InlineData("graph", ErrorCode.OutputExists, "Omit --no-clobber to replace it, or choose another name.")]
    [InlineData("table", ErrorCode.OutputExists, "Use --force to replace it, or choose another name.")]
    [InlineData("graph", ErrorCode.NeedsSymbolMap, "Give one with --symbol-map FILE.")]
    [InlineData("record", ErrorCode.NeedsSymbolMap, "Give one with --symbol-file-path FILE.")]
    [InlineData("graph", ErrorCode.ToolFailed, "The action of the engine.")]
    [InlineData("completion", ErrorCode.NeedsSymbolMap, "The action of the engine.")]
    public void AnErrorOfTheEngineRecommendsOptions(string name, ErrorCode code, string action)
    {
        var command = CommandLineTool.Commands.Single(c => c.Name == name);
        var error = new KernelMagnifierException(code, "thing", "it is broken.", "The action of the engine.");
        Assert.Equal($"thing: it is broken. {action}", ErrorText.Of(error, command));
    }

    [Theory]
    [InlineData(ErrorCode.TraceNotFound, 1)]
    [InlineData(ErrorCode.SymbolMapUnreadable, 1)]
    [InlineData(ErrorCode.BuildIdMismatch, 1)]
    [InlineData(ErrorCode.TemporaryFileNotWritten, 1)]
    [InlineData(ErrorCode.NeedsSymbolMap, 2)]
    [InlineData(ErrorCode.NotForEdges, 2)]
    [InlineData(ErrorCode.UnknownFunction, 2)]
    [InlineData(ErrorCode.BadRequest, 2)]
    [InlineData(ErrorCode.CommandNotFound, 2)]
    [InlineData(ErrorCode.OutputExists, 3)]
    [InlineData(ErrorCode.DiskFull, 3)]
    [InlineData(ErrorCode.ToolNotFound, 3)]
    [InlineData(ErrorCode.RecordingFailed, 3)]
    [InlineData(ErrorCode.NotRoot, 4)]
    [InlineData(ErrorCode.KernelLockedDown, 4)]
    [InlineData(ErrorCode.TracerInUse, 4)]
    public void TheCodeOfAnErrorDeterminesTheExitCode(ErrorCode code, int exit) => Assert.Equal(exit, ExitCode.Of(code));

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("hello\nworld\n", "the start of this file contains no line of a kernel trace")]
    [InlineData("\x7F" + "ELF\x02\x01\x01", "this is an ELF file")]
    public void AFileThatIsNotARecordingIsReported(string content, string cause)
    {
        using var folder = Tool.Folder();
        var file = folder.Write("foreign", content);
        foreach (var command in new[] { "info", "calls", "edges", "events" })
        {
            var outcome = Tool.Run(command, file);
            Assert.Equal((ExitCode.BadInput, ""), (outcome.Exit, outcome.Out));
            Assert.StartsWith($"kernel-magnifier: {file}: {cause}", outcome.Error, StringComparison.Ordinal);
        }
    }

    /// <summary>A boot image has a few lines with a bar. It is no symbol map.</summary>
    [Fact]
    public void ABootImageIsNoSymbolMap()
    {
        using var folder = Tool.Folder();
        var image = folder.Write("vmlinuz", new string('\0', 0x202) + "HdrS" + new string('\0', 100) + "\na|b.c\nc|d.c\n");
        var outcome = Tool.Run("edges", Tool.Echo, "--symbol-map", image);
        Assert.Equal((ExitCode.BadInput, ""), (outcome.Exit, outcome.Out));
        Assert.StartsWith($"kernel-magnifier: {image}: this is a Linux kernel image (bzImage)", outcome.Error, StringComparison.Ordinal);
    }

    /// <summary>A name of several files brings foreign files in; visualize says it too.</summary>
    [Fact]
    public void AFilterThatTakesFunctionsByNameSaysSo()
    {
        using var folder = Tool.Folder();
        var map = folder.Write("x.map", "tcp_sendmsg|net/ipv4/tcp.c\ntcp_sendmsg|drivers/net/x.c\n");
        var outcome = Tool.Run("edges", Tool.Echo, "--symbol-map", map, "--source-path", "/net/").Succeeds();
        Assert.Contains("warning: --source-path /net/: 1 function is selected by name", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("tcp_sendmsg (drivers/net/x.c, net/ipv4/tcp.c)", outcome.Error, StringComparison.Ordinal);
        outcome = Tool.Run("edges", Tool.Echo, "--symbol-map", map, "--source-path", "net/").Succeeds();
        Assert.DoesNotContain("by name", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void OneUnreadableRecordingDoesNotHideTheOthers()
    {
        var outcome = Tool.Run("info", "/no/such/file", Tool.Echo, "--format", "jsonl");
        Assert.Equal(ExitCode.BadInput, outcome.Exit);
        Assert.Single(outcome.Lines);
    }

    [Fact]
    public void AnOutputFileAppearsWhenItIsComplete()
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
    public void NoClobberKeepsAnExistingFile()
    {
        using var folder = Tool.Folder();
        var output = folder.Write("out.csv", "before");
        Assert.Equal(ExitCode.BadOutput, Tool.Run("edges", Tool.Echo, "-o", output, "--no-clobber").Exit);
        Assert.Equal("before", File.ReadAllText(output));
    }

    [Fact]
    public void ASymbolicLinkIsFollowed()
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
    public void AnImpossibleOutputIsReportedBeforeTheWork(string output, string cause)
    {
        var outcome = Tool.Run("calls", Tool.Echo, "-o", output);
        Assert.Equal(ExitCode.BadOutput, outcome.Exit);
        Assert.Contains(cause, outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("lost", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("calls")]
    [InlineData("events")]
    [InlineData("edges")]
    public void AFullDiskIsAnOutputError(string command)
    {
        var outcome = Tool.Bash($"kernel-magnifier {command} '{Tool.Echo}' --csv > /dev/full");
        Assert.Equal(ExitCode.BadOutput, outcome.Exit);
        Assert.Contains(
            "kernel-magnifier: standard output: cannot be written: No space left on device", outcome.Error,
            StringComparison.Ordinal);
        Assert.Equal(ExitCode.BadOutput, Tool.Run(command, Tool.Echo, "--csv", "-o", "/dev/full").Exit);
    }

    [Theory]
    [InlineData("events")]
    [InlineData("--help")]
    public void AClosedPipeIsNotAnError(string command)
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
    public async Task ASignalEndsABlockedReading(string signal, int exit)
    {
        // The input never ends, so that only the signal can end the tool. The parent of the tests may ignore the signal.
        using var folder = Tool.Folder();
        using var process = Tool.StartBash(
            $"exec env --default-signal={signal} kernel-magnifier events - --csv -o '{folder["out.csv"]}'", input: true);
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
