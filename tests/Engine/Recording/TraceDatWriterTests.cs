using System.Diagnostics;
using KernelMagnifier.Files;
using KernelMagnifier.Native;
using KernelMagnifier.Recording;

namespace KernelMagnifier.Engine.Tests.Recording;

public sealed class TraceDatWriterTests : IDisposable
{
    private readonly FakeTraceFs _fake = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("km-dat-").FullName;

    public TraceDatWriterTests()
    {
        _fake["events/header_page"] = "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n\tfield: local_t "
            + "commit;\toffset:8;\tsize:8;\tsigned:1;\n\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n\tfield: char "
                + "data;\toffset:16;\tsize:4080;\tsigned:1;";
        _fake["events/header_event"] = "# compressed entry header\n\ttype_len    :    5 bits\n\ttime_delta  :   27 bits\n\tarray "
            + "      :   32 bits\n\n\tpadding     : type == 29\n\ttime_extend : type == 30\n\ttime_stamp : type == 31\n\tdata "
                + "max type_len  == 28";
        _fake["events/ftrace/function/format"] = "name: function\nID: 1\nformat:\n\tfield:unsigned short "
            + "common_type;\toffset:0;\tsize:2;\tsigned:0;\n\tfield:unsigned char "
                + "common_flags;\toffset:2;\tsize:1;\tsigned:0;\n\tfield:unsigned char "
                    + "common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n\tfield:int "
                        + "common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n\tfield:unsigned long "
                            + "ip;\toffset:8;\tsize:8;\tsigned:0;\n\tfield:unsigned long "
                                + "parent_ip;\toffset:16;\tsize:8;\tsigned:0;\n\nprint fmt: \" %ps <-- %ps\", (void *)REC->ip, "
                                    + "(void *)REC->parent_ip";
    }

    public void Dispose()
    {
        _fake.Dispose();
        Directory.Delete(_folder, true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Trace_cmd_reads_all_drained_events(bool compressed)
    {
        var (path, result) = Write(compressed);
        Assert.Equal([(0, 130L, 7L), (1, 2L, 0L)], result.PerCpu.Select(c => (c.Cpu, c.Events, c.LostEvents)));
        if (!File.Exists("/usr/bin/trace-cmd")) return;
        var info = new ProcessStartInfo("trace-cmd",
            ["report", "-i", path, "-O", "parent=1", "-O",
                "indent=0"])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(info)!;
        var errors = process.StandardError.ReadToEndAsync();
        var lines = (await process.StandardOutput.ReadToEndAsync()).Split('\n');
        await process.WaitForExitAsync();
        Assert.Equal(132, lines.Count(l => l.Contains("function:", StringComparison.Ordinal)));
        Assert.Equal("CPU:0 [7 EVENTS DROPPED]", Assert.Single(lines, l => l.Contains("DROPPED", StringComparison.Ordinal)));
        Assert.Contains(lines,
            l => l.Contains("renamed-100", StringComparison.Ordinal) && l.Contains("[000]", StringComparison.Ordinal));
        Assert.Equal("", await errors);
    }

    private (string Path, CompletedFile Result) Write(bool compressed)
    {
        var path = Path.Combine(_folder, "x.dat");
        var plan = JournalTests.Plan(_fake.Folder, path, "", new RecordingPart(0, "main", 4096),
            new RecordingPart(1, "cpu1", 0)) with
        { Metadata = "kernel" };
        using var files = RecordingFiles.Create(plan, OutputPlace.Open(path));
        _ = FileCalls.WriteAll(files.Parts[0], [.. RingBufferPages.Page(1000, 70), .. RingBufferPages.Page(20_000, 60, lost: 7)]);
        _ = FileCalls.WriteAll(files.Parts[1], RingBufferPages.Page(1500, 2));
        using (var metadata = files.OpenMetadata()) KernelMetadata.Write(metadata,
            new TracingDirectory(_fake.TraceFs, _fake.TraceFs), []);
        var facts = new RecordingFacts { TaskNames = "100 renamed\n"u8.ToArray(), CountsEvents = true };
        if (!compressed)
        {
            var complete = RecordingFile.Complete(files, facts);
            files.Place.Publish("main");
            return (path, complete);
        }
        var target = files.Place.Create("compressed");
        var result = RecordingFile.Compress(files, facts, target, () => true);
        files.Place.Publish("compressed");
        _ = FileCalls.Close(target);
        return (path, result);
    }
}
