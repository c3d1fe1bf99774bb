using KernelMagnifier.Files;
using KernelMagnifier.Recording;

namespace KernelMagnifier.Engine.Tests.Recording;

/// <summary>Requests that are refused before anything on the machine is changed.</summary>
public sealed class RequestCheckTests : IDisposable
{
    private readonly FakeTraceFs _fake = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("km-out-").FullName;

    public void Dispose()
    {
        _fake.Dispose();
        Directory.Delete(_folder, true);
    }

    private static readonly RecordingRequest Request = new() { Path = "x.dat" };

    public static TheoryData<string, string> Values => new()
    {
        { nameof(Request.Duration), "The duration is longer than 31536000 s, which is 365 days." },
        { nameof(Request.BufferSize), "The buffer is smaller than one page of 4096 bytes per CPU." },
        { nameof(Request.MaxSize), "The size limit is not positive." },
        { nameof(Request.MinFree), "The space to keep free is negative." },
        { nameof(Request.MaxDepth), "A depth needs the tracer function_graph." },
        { nameof(Request.GraphRoot), "A graph root needs the tracer function_graph." },
        { nameof(Request.Tracer), "Neither a tracer nor an event is requested, so nothing would be recorded." },
    };

    /// <summary>The message names no property; the error has it, so that a front end can name its option.</summary>
    [Theory]
    [MemberData(nameof(Values))]
    public void A_value_that_cannot_be(string property, string cause)
    {
        var request = property switch
        {
            nameof(Request.Duration) => Request with { Duration = TimeSpan.FromSeconds(99_999_999_999) },
            nameof(Request.BufferSize) => Request with { BufferSize = 100 },
            nameof(Request.MaxSize) => Request with { MaxSize = 0 },
            nameof(Request.MinFree) => Request with { MinFree = -1 },
            nameof(Request.MaxDepth) => Request with { MaxDepth = 3 },
            nameof(Request.GraphRoot) => Request with { GraphRoot = ["x"] },
            _ => Request with { Tracer = RecordingTracer.None },
        };
        var host = HostReport.Inspect(_fake.Folder, true, "/");
        var error = Assert.Throws<RequestException>(() => RequestCheck.Check(request, host));
        Assert.Equal((ErrorCode.BadRequest, property, cause), (error.Code, error.Property, error.Cause));
        Assert.DoesNotContain(property, error.Message.Split(' '));
    }

    [Fact]
    public void An_option_that_does_not_exist_is_refused_with_the_request()
    {
        _fake["options/sym-offset"] = "0";
        var error = Assert.Throws<KernelMagnifierException>(() => RecordingTarget.Resolve(
            Request with { TraceOption = ["nosym-offset", "nofunc_stak_trace"] }, _fake.TraceFs,
            HostReport.Inspect(_fake.Folder, true, "/"), null));
        Assert.Equal((ErrorCode.BadSetting, "nofunc_stak_trace"), (error.Code, error.Target));
    }

    /// <summary>Of two recordings to one file, the one that ends first would be lost.</summary>
    [Fact]
    public void A_file_that_another_recorder_writes_is_refused()
    {
        var output = Path.Combine(_folder, "x.dat");
        var other = JournalTests.Plan(_fake.Folder, output, "", new RecordingPart(0, ".x.dat.1234.part", 4096));
        File.WriteAllText(Path.Combine(_folder, ".x.dat.1234.part"), "");
        // By another path to the same directory.
        var link = _folder + "-link";
        Directory.CreateSymbolicLink(link, _folder);
        try
        {
            using var place = OutputPlace.Open(Path.Combine(link, "x.dat"));
            var error = Assert.Throws<KernelMagnifierException>(() => RecordingSetup.RequireOwnName(place, [other]));
            Assert.Equal(ErrorCode.OutputNotWritable, error.Code);
            Assert.StartsWith("the recorder with pid 4711 writes a recording to this file, since ", error.Cause,
                StringComparison.Ordinal);
            using var beside = OutputPlace.Open(Path.Combine(_folder, "y.dat"));
            RecordingSetup.RequireOwnName(beside, [other]);
            RecordingSetup.RequireOwnName(place, [other with { Output = "/elsewhere/x.dat",
                Parts = [new RecordingPart(0, ".x.dat.5678.part", 4096)] }]);
        }
        finally
        {
            File.Delete(link);
        }
    }

    /// <summary>The journals of recorders that run are those that are locked.</summary>
    [Fact]
    public void The_recorders_that_run_are_found()
    {
        var state = Path.Combine(_folder, "state");
        Directory.CreateDirectory(state);
        File.SetUnixFileMode(state, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var journal = Journal.Create(state, "one", JournalTests.Plan(_fake.Folder, "/tmp/x.dat"));
        Assert.Equal("/tmp/x.dat", Assert.Single(Journal.FindRunning([state])).Output);
        journal.Dispose();
        Assert.Empty(Journal.FindRunning([state]));
        using (StateDirectory.Lock(state)) Assert.NotEmpty(Directory.GetFiles(state));
        using (StateDirectory.Lock(state)) Assert.NotEmpty(Directory.GetFiles(state));
    }
}
