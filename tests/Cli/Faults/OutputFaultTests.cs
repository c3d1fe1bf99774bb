namespace KernelMagnifier.Cli.Tests.Faults;

/// <summary>An output file appears when it is complete, or not at all, whatever happens to its file system.</summary>
public class OutputFaultTests
{
    public static TheoryData<string, string> Outputs => new()
    {
        { "events --csv", "out.csv" }, { "edges --json", "out.json" }, { "calls", "out.txt" },
        { "report", "out.html" }, { "report", "out.md" }, { "report", "out.json" }, { "report", "out.csv" },
        { "graph", "out.dot" }, { "graph --top 12", "out.svg" },
        { "profile", "out.folded" }, { "profile", "out.speedscope.json" }, { "profile", "out.pb.gz" }, { "profile", "out.perfetto-trace" }, { "profile", "out.graphml" },
    };

    [SmallDiskTheory]
    [MemberData(nameof(Outputs))]
    public void AFullDiskIsReportedAndKeepsTheExistingFile(string command, string name)
    {
        using var folder = Tool.Folder();
        var place = folder[name];
        var outcome = Native.Bash($$"""
            unshare -m bash -c 'mount -t tmpfs -o size=8k none "{{folder.Path}}" && cd "{{folder.Path}}" && echo before > {{name}} &&
            kernel-magnifier {{command}} "{{Native.Text}}" -o "{{place}}"; exit=$?; ls -A; cat {{name}}; exit $exit'
            """);
        outcome.FailsWith(ExitCode.BadOutput, place, "No space left on device. Free disk space, or choose another directory.");
        Assert.Equal([name, "before"], outcome.Lines);
    }

    /// <summary>A table is written while its recording is read: no part of it stays, and no table of the same reading.</summary>
    [SmallDiskTheory]
    [InlineData("")]
    [InlineData("--table calls")]
    public void AFullDiskLeavesNoTable(string options)
    {
        using var folder = Tool.Folder();
        var outcome = Native.Bash($$"""
            unshare -m bash -c 'mount -t tmpfs -o size=8k none "{{folder.Path}}" && cd "{{folder.Path}}" && kernel-magnifier table "{{Native.Text}}" {{options}} -o fleet; exit=$?;
            find . -type f; exit $exit'
            """);
        outcome.FailsWith(ExitCode.BadOutput, ".parquet: the file cannot be written: No space left on device. Free disk space, or choose another directory.");
        Assert.Empty(outcome.Out);
    }

    [Theory]
    [InlineData("events --csv", "out.csv")]
    [InlineData("report", "out.html")]
    [InlineData("graph", "out.dot")]
    [InlineData("profile", "out.folded")]
    public void AFailingDiskIsReportedAndLeavesNoFile(string command, string name)
    {
        using var folder = Tool.Folder();
        var outcome = Native.Bash($"{FailingCalls.Of("write", folder.Path, 4096, long.MaxValue)} kernel-magnifier {command} '{Native.Text}' -o '{folder[name]}'");
        outcome.FailsWith(ExitCode.BadOutput, folder[name], "Input/output error. Choose a directory on another disk.");
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [SmallDiskTheory]
    [InlineData("a.zst")]
    [InlineData("-")]
    public void AFullTemporaryDirectoryIsReportedWithTheRecommendedAction(string input)
    {
        using var folder = Tool.Folder();
        var dat = SharedData.Local("trace-dat/instances-v6.dat");
        var outcome = Native.Bash($$"""
            zstd -q1 < '{{dat}}' > a.zst
            unshare -m bash -c 'mkdir tmp && mount -t tmpfs -o size=8k none tmp && TMPDIR="$PWD/tmp" kernel-magnifier calls {{input}} < "{{dat}}"; exit=$?; ls -A tmp; exit $exit'
            """, folder.Path);
        outcome.FailsWith(
            ExitCode.BadInput, $"{input}: the decompressed recording does not fit into", "No space left on device",
            "Set TMPDIR to a directory that can be written and has room");
        Assert.Empty(outcome.Out);
    }

    [Fact]
    public void ACompressedTextNeedsNoTemporaryFile()
        => Native.Bash($"TMPDIR=/proc/none kernel-magnifier calls '{Tool.Small}' --csv | tail -n +2 | wc -l").Succeeds();

    [Fact]
    public async Task ADeletedOutputDirectoryIsReported()
    {
        using var folder = Tool.Folder();
        var place = Directory.CreateDirectory(folder["out"]).FullName;
        using var process = Native.Start($"kernel-magnifier events - --csv -o '{place}/out.csv'", input: true);
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync("# tracer: function\n#\n            bash-100     [000] .....  12.000001: vfs_read <-ksys_read\n");
        await process.StandardInput.FlushAsync();
        while (!Directory.EnumerateFiles(place, ".km-*").Any() && !process.HasExited) await Task.Delay(10);
        Directory.Delete(place, recursive: true);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        new Outcome(process.ExitCode, "", await error).FailsWith(ExitCode.BadOutput, $"{place}/out.csv: the file cannot be written: its directory no longer exists.");
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void ConcurrentProcessesLeaveOneCompleteFile()
    {
        using var folder = Tool.Folder();
        var outcome = Native.Bash($$"""
            for n in 1 2 3 4; do for what in events edges; do kernel-magnifier $what '{{Tool.Echo}}' --csv -o same.csv 2> /dev/null || echo failed & done; done; wait
            kernel-magnifier events '{{Tool.Echo}}' --csv -o events.csv 2> /dev/null; kernel-magnifier edges '{{Tool.Echo}}' --csv -o edges.csv 2> /dev/null
            cmp -s same.csv events.csv || cmp -s same.csv edges.csv || echo mixed; ls -A
            """, folder.Path).Succeeds();
        Assert.Equal(["edges.csv", "events.csv", "same.csv"], outcome.Lines);
    }

    [RootFact]
    public void ASymbolicLinkOfAnotherUserIsNotFollowed()
    {
        using var folder = Tool.Folder();
        var victim = folder.Write("victim", "kept");
        var outcome = Native.Bash($$"""
            mkdir -m 1777 open; ln -s '{{victim}}' open/out.csv; chown -h 65534 open/out.csv; kernel-magnifier edges '{{Tool.Echo}}' --csv -o open/out.csv
            """, folder.Path);
        outcome.FailsWith(ExitCode.BadOutput, "open/out.csv: it is a symbolic link of user 65534 in a world-writable directory and is not followed.");
        Assert.Equal("kept", File.ReadAllText(victim));
    }

    /// <summary>The devices are copies, so that a failure does not destroy those of the machine.</summary>
    [RootTheory]
    [InlineData("edges --csv", "x")]
    [InlineData("info --json", "x")]
    [InlineData("report", "x.csv")]
    [InlineData("report", "x.svg")]
    [InlineData("graph --top 5", "x.svg")]
    [InlineData("graph", "x.dot")]
    [InlineData("profile", "x.folded")]
    [InlineData("profile", "x.perfetto-trace")]
    [InlineData("profile", "x.graphml")]
    public void ADeviceIsWrittenInto(string command, string name)
    {
        using var folder = Tool.Folder();
        var device = $"mknod null c 1 3; mknod full c 1 7; ln -s null {name}; ln -s full full-{name}";
        Native.Bash($"{device}; kernel-magnifier {command} '{Tool.Echo}' --no-clobber -o {name}; exit=$?; [ -c null ] && exit $exit", folder.Path)
            .Succeeds();
        var outcome = Native.Bash($"kernel-magnifier {command} '{Tool.Echo}' -o full-{name}; exit=$?; [ -c full ] && exit $exit", folder.Path);
        outcome.FailsWith(ExitCode.BadOutput, "No space left on device");
        Assert.Equal(["full", $"full-{name}", "null", name], Directory.EnumerateFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [RootFact]
    public void ASymbolMapIsWrittenIntoDevices()
    {
        using var folder = Tool.Folder();
        Native.Bash("mknod null c 1 3; mknod full c 1 7; mkfifo fifo; echo kept > file", folder.Path).Succeeds();
        File.WriteAllText(folder["t.c"], "int tiny(int a) { return a * 2; } int _start(void) { return tiny(3); }");
        var map = "gcc -g -O1 -nostdlib -static -Wl,--build-id -o vmlinux t.c && kernel-magnifier generate-symbol-map -k vmlinux --no-cache";
        Native.Bash($"{map} -o null && [ -c null ]", folder.Path).Succeeds();
        Native.Bash($"{map} -o full; exit=$?; [ -c full ] && exit $exit", folder.Path).FailsWith(ExitCode.BadOutput, "full: ", "No space left on device");
        Assert.Contains("tiny|", Native.Bash($"cat fifo & {map} -o fifo && [ -p fifo ] && wait", folder.Path).Succeeds().Out, StringComparison.Ordinal);
        Assert.Contains("tiny|", Native.Bash($"{map} -o /dev/stdout", folder.Path).Succeeds().Out, StringComparison.Ordinal);
        Native.Bash($"{map} --no-clobber -o file", folder.Path).FailsWith(ExitCode.BadOutput, "file: the file exists. Omit --no-clobber");
        Native.Bash($"{map} -o vmlinux", folder.Path).FailsWith(ExitCode.BadOutput, "vmlinux: this is the file that is read (vmlinux).");
        Assert.Equal("kept", File.ReadAllText(folder["file"]).Trim());
    }

    [Theory]
    [InlineData("calls IN -o IN")]
    [InlineData("edges IN --csv -o link")]
    [InlineData("events IN --csv -o hard")]
    [InlineData("tree vfs_read IN -o hard")]
    [InlineData("info OTHER IN -o IN")]
    [InlineData("calls - -o IN < IN")]
    [InlineData("calls OTHER --symbol-map IN -o IN")]
    [InlineData("report OTHER IN -o hard.csv")]
    [InlineData("graph IN -o hard.dot")]
    [InlineData("profile IN -o hard.folded")]
    [InlineData("profile IN -o hard.graphml")]
    [InlineData("visualize IN --image-name hard.dot")]
    [InlineData("calls IN >> IN")]
    [InlineData("calls OTHER --symbol-map IN 1<> IN")]
    public void AnInputIsNotReplaced(string command)
    {
        using var folder = Tool.Folder();
        var line = command.Replace("IN", "in.trace", StringComparison.Ordinal).Replace("OTHER", $"'{Tool.Echo}'", StringComparison.Ordinal);
        var outcome = Native.Bash($$"""
            cp '{{Tool.Echo}}' in.trace; ln -s in.trace link; for end in "" .csv .dot .folded .graphml; do ln in.trace hard$end; done
            kernel-magnifier {{line}}; exit=$?; cmp -s '{{Tool.Echo}}' in.trace && cmp -s in.trace hard.csv && exit $exit
            """, folder.Path);
        outcome.FailsWith(ExitCode.BadOutput, ": this is the file that is read (", "Choose another name for the output.");
    }

    /// <summary>A file becomes too large for its file system, or for a limit of the process.</summary>
    [Theory]
    [InlineData("calls FILE --csv -o out")]
    [InlineData("events FILE --csv > /dev/fd/7")]
    [InlineData("graph FILE -o out.dot")]
    [InlineData("report FILE -o out.csv")]
    [InlineData("profile FILE -o out.folded")]
    public void AFileThatIsTooLargeIsAnError(string command)
    {
        using var folder = Tool.Folder();
        var outcome = Native.Bash($$"""
            exec 7> stream; trap '' XFSZ; ulimit -f 1; kernel-magnifier {{command.Replace("FILE", $"'{Tool.Echo}'", StringComparison.Ordinal)}}; exit=$?
            test "$(ls -A)" = stream && exit $exit
            """, folder.Path);
        outcome.FailsWith(ExitCode.BadOutput, "File too large");
    }

    [Fact]
    public void AnotherDescriptorIsWrittenTo()
    {
        using var folder = Tool.Folder();
        var outcome = Native.Bash($"kernel-magnifier edges '{Tool.Echo}' --csv -o /dev/fd/3 3> out.csv; kernel-magnifier edges '{Tool.Echo}' --csv -o /dev/stdout >> out.csv; kernel-magnifier edges '{Tool.Echo}' --csv > one.csv; cat one.csv one.csv | cmp - out.csv", folder.Path);
        outcome.Succeeds();
    }

    /// <summary>Standard output or standard error is closed or full.</summary>
    [Theory]
    [InlineData("calls FILE --csv", ">&-", ExitCode.BadOutput, "standard output: cannot be written: it is closed")]
    [InlineData("calls FILE", "> /dev/null 2>&-", ExitCode.Ok, "")]
    [InlineData("--help", ">&-", ExitCode.BadOutput, "it is closed")]
    // Messages that cannot be written are dropped.
    [InlineData("edges FILE -o out.csv", "2> /dev/full", ExitCode.Ok, "")]
    [InlineData("info nowhere", "2> /dev/full", ExitCode.BadInput, "")]
    [InlineData("nosuch", "2> /dev/full", ExitCode.Usage, "")]
    [InlineData("calls FILE", "> /dev/full 2> /dev/full", ExitCode.BadOutput, "")]
    public void ClosedStreamsAreReported(string command, string closed, int exit, string message)
    {
        using var folder = Tool.Folder();
        Native.Bash($"kernel-magnifier {command.Replace("FILE", $"'{Tool.Echo}'", StringComparison.Ordinal)} {closed}", folder.Path).FailsWith(
            exit, message);
    }

    /// <summary>Native only, because dotnet uses file descriptor 0 itself if it is closed.</summary>
    [NativeTheory]
    [InlineData("calls -", "<&-", ExitCode.BadInput, "-: standard input cannot be read: it is closed.")]
    [InlineData("calls FILE", ">&- <&-", ExitCode.BadOutput, "standard output: cannot be written: it is closed")]
    [InlineData("edges FILE -o out.csv", ">&- 2>&- <&-", ExitCode.Ok, "")]
    [InlineData("calls", ">&- 2>&- <&-", ExitCode.Usage, "")]
    public void AClosedStandardInputIsReported(string command, string closed, int exit, string message)
        => ClosedStreamsAreReported(command, closed, exit, message);
}
