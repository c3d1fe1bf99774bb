using System.Diagnostics;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using KernelMagnifier.Cmdlets.Tests.Support;

namespace KernelMagnifier.Cmdlets.Tests;

/// <summary>A command that is stopped ends immediately and leaves nothing behind, and its runspace stays usable.</summary>
[Collection(AloneCollection.Name)]
public sealed class StopTests(LargeRecording recording)
{
    private const int Moments = 32;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(5);

    // The latest moment, so that slow pipelines do not run to their end.
    private static readonly TimeSpan Latest = TimeSpan.FromMilliseconds(120);

    [Theory]
    [InlineData("Import-KmTrace $trace | Select-KmCall -Function *1* | Measure-KmCall", null)]
    [InlineData("Import-KmTrace $trace | Select-KmCall -Function *1* -OutVariable kept | Measure-KmCall", null)]
    [InlineData("Import-KmTrace $trace -AsEdge | Select-KmCall -MinCount 1", null)]
    [InlineData("Import-KmTrace $trace | Select-KmCall -Root function_1 | Format-KmCallTree function_1", null)]
    [InlineData("Import-KmTrace $trace -SymbolMap $map -SourcePath net/part1/ | Measure-KmCall", null)]
    [InlineData("Import-KmTrace $trace | Export-KmGraph ./out.dot -Everything", "out.dot")]
    [InlineData("Import-KmTrace $trace | Export-KmReport ./out.csv", "out.csv")]
    [InlineData("Import-KmTrace $trace | Export-KmReport ./out.xlsx", "out.xlsx")]
    [InlineData("Import-KmTrace $trace | Export-KmProfile ./out.folded", "out.folded")]
    [InlineData("Import-KmTrace $trace -AsEdge | Export-KmProfile ./out.graphml", "out.graphml")]
    [InlineData("Trace-KmLatencyCause $events -Above p50", null)]
    [InlineData("Get-KmCriticalPath $events -ProcessId 101", null)]
    [InlineData("Compare-KmTrace $events $events -Kind Wakeup", null)]
    [InlineData("Get-KmSymbolMap $map", null)]
    [InlineData("Get-KmSymbolMap $map -OutFile ./out.map", "out.map")]
    public void StopsAtAnyMoment(string pipeline, string? file)
    {
        using var folder = new TemporaryFolder();
        using var shell = Open(folder);
        var script = $"{pipeline} -WarningAction Ignore";
        var watch = Stopwatch.StartNew();
        shell.Run(script).WithoutErrors();
        var whole = watch.Elapsed;
        var complete = TakeOutput(folder, file);
        var last = whole < Latest ? whole : Latest;
        var stopped = 0;
        for (var moment = 0; moment < Moments; moment++)
        {
            if (Interrupt(shell, script, last * moment / (Moments - 1), moment % 2 == 0) == PSInvocationState.Stopped) stopped++;
            AssertNothingIsLeft(folder, file, complete);
            Assert.Equal("2857", shell.Run("(Import-KmTrace $small | Measure-KmCall None).Calls").WithoutErrors().Text);
        }
        Assert.True(stopped >= Moments / 4, $"{stopped} of {Moments} were stopped; the whole takes {whole.TotalMilliseconds} ms");
    }

    [Theory]
    [InlineData("Import-KmTrace $trace | Select-Object -First 3", 3)]
    [InlineData("Import-KmTrace $trace | Select-KmCall -Function *1* | Select-Object -First 3", 3)]
    [InlineData("Import-KmTrace $trace, $small | Select-KmCall | Select-Object -First 3 | Measure-KmCall None", 1)]
    [InlineData("Import-KmTrace $trace -AsEdge | Select-Object -First 3", 3)]
    [InlineData("Trace-KmLatencyCause $events -Above p50 | Select-Object -First 3", 3)]
    [InlineData("Get-KmCriticalPath $events -ProcessId 101 | Select-Object -First 3", 3)]
    [InlineData("Get-KmSymbolMap $map | Select-Object -First 3", 3)]
    [InlineData("Import-KmTrace $small | Measure-KmCall | Select-Object -First 3", 3)]
    public void SelectFirstStopsEarlierCommands(string pipeline, int count)
    {
        using var folder = new TemporaryFolder();
        using var shell = Open(folder);
        for (var round = 0; round < 5; round++)
        {
            var watch = Stopwatch.StartNew();
            Assert.Equal(count, shell.Run($"{pipeline} -WarningAction Ignore").WithoutErrors().Output.Count);
            Assert.True(watch.Elapsed < Bound);
            AssertNothingIsLeft(folder, null, null);
        }
        Assert.Equal("2857", shell.Run("(Import-KmTrace $small | Measure-KmCall None).Calls").WithoutErrors().Text);
    }

    [Theory]
    [InlineData("$trace | Import-KmTrace | ForEach-Object { throw 'mine' }", "mine")]
    [InlineData("Import-KmTrace $trace | ForEach-Object { break }", null)]
    [InlineData("Import-KmTrace $trace | ForEach-Object { 1 } | Export-KmReport ./out.csv", "NotACount")]
    public void AnErrorInALaterCommandEndsTheReading(string script, string? id)
    {
        using var folder = new TemporaryFolder();
        using var shell = Open(folder);
        var outcome = shell.Run($"foreach ($once in 1) {{ {script} }}");
        if (id is not null) Assert.StartsWith(id, outcome.ErrorId, StringComparison.Ordinal);
        AssertNothingIsLeft(folder, null, null);
        Assert.Equal("2857", shell.Run("(Import-KmTrace $small | Measure-KmCall None).Calls").WithoutErrors().Text);
    }

    /// <summary>Nobody writes to the FIFO, or reads it.</summary>
    [Theory]
    [InlineData("Import-KmTrace ./fifo")]
    [InlineData("Import-KmTrace $small -SymbolMap ./fifo")]
    [InlineData("Get-KmSymbolMap ./fifo")]
    [InlineData("Get-KmSymbolMap $map -OutFile ./fifo")]
    [InlineData("Import-KmTrace $small | Export-KmReport ./fifo.csv")]
    public void StopsWaitingForTheOtherEndOfAFifo(string pipeline)
    {
        using var folder = new TemporaryFolder();
        using var shell = Open(folder);
        Process.Start("mkfifo", [folder.File("fifo"), folder.File("fifo.csv")])!.WaitForExit();
        Interrupt(shell, pipeline, TimeSpan.FromMilliseconds(800), waits: true);
        Assert.Equal("2857", shell.Run("(Import-KmTrace $small | Measure-KmCall None).Calls").WithoutErrors().Text);
    }

    private Shell Open(TemporaryFolder folder)
    {
        var shell = Shell.Open(folder.Path);
        shell.Set("trace", recording.Path);
        shell.Set("map", recording.Map);
        shell.Set("events", recording.Events);
        shell.Set("small", Repository.Mix);
        return shell;
    }

    /// <summary>Runs a script and stops it after some time. Fails if it takes longer than <see cref="Bound"/> to end.</summary>
    private static PSInvocationState Interrupt(Shell shell, string script, TimeSpan after, bool waits)
    {
        using var command = shell.Prepare(script);
        using var output = new PSDataCollection<PSObject>();
        var run = command.BeginInvoke<PSObject, PSObject>(null, output);
        run.AsyncWaitHandle.WaitOne(after);
        var watch = Stopwatch.StartNew();
        if (waits) Assert.True(Task.Run(command.Stop).Wait(Bound), $"{script}: Stop did not return.");
        else command.BeginStop(null, null);
        Assert.True(run.AsyncWaitHandle.WaitOne(Bound), $"{script}: still running after {watch.Elapsed}.");
        try
        {
            command.EndInvoke(run);
        }
        catch (PipelineStoppedException)
        {
            // Expected.
        }
        Assert.Empty(command.Streams.Error);
        Assert.Contains(command.InvocationStateInfo.State, new[] { PSInvocationState.Stopped, PSInvocationState.Completed });
        SpinWait.SpinUntil(() => shell.Runspace.RunspaceAvailability == RunspaceAvailability.Available, Bound);
        return command.InvocationStateInfo.State;
    }

    /// <summary>Removes the file that a pipeline wrote, and returns its content.</summary>
    private static byte[]? TakeOutput(TemporaryFolder folder, string? file)
    {
        if (file is null) return null;
        var bytes = File.ReadAllBytes(folder.File(file));
        File.Delete(folder.File(file));
        return bytes;
    }

    /// <summary>Asserts that there is no incomplete file, no open file and no reading thread.</summary>
    private void AssertNothingIsLeft(TemporaryFolder folder, string? file, byte[]? complete)
    {
        Assert.DoesNotContain(folder.Names, name => name != file);
        if (file is not null && File.Exists(folder.File(file)))
        {
            var written = TakeOutput(folder, file)!;
            // A workbook contains the time at which it was written.
            if (!file.EndsWith(".xlsx", StringComparison.Ordinal)) Assert.Equal(complete, written);
            else Assert.InRange(written.Length, complete!.Length - 64, complete.Length + 64);
        }
        Assert.True(SpinWait.SpinUntil(() => !recording.IsOpen, Bound), "The recording is still open.");
        Assert.True(SpinWait.SpinUntil(() => !Readers.Any(), Bound), $"Still running: {string.Join(' ', Readers)}");
    }

    /// <summary>The threads of the engine in this process, by their names.</summary>
    private static IEnumerable<string> Readers => Directory.EnumerateDirectories("/proc/self/task").Select(NameOf)
        .Where(name => name.StartsWith("kernel-magnifi", StringComparison.Ordinal));

    private static string NameOf(string thread)
    {
        try
        {
            return File.ReadAllText(Path.Combine(thread, "comm")).Trim();
        }
        catch (IOException)
        {
            return "";
        }
    }
}
