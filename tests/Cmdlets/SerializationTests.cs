using System.Collections;
using System.Management.Automation;
using KernelMagnifier.Cmdlets.Tests.Support;

namespace KernelMagnifier.Cmdlets.Tests;

/// <summary>Objects that were serialized, as in jobs, remote sessions and Clixml files.</summary>
public sealed class SerializationTests
{
    /// <summary>The name of each output type, without its namespace, and a script that returns such objects.</summary>
    public static TheoryData<string, string> Kinds => new()
    {
        { "CallEvent", "Import-KmTrace $echo -SymbolMap $map | Select-Object -First 200" },
        { "CallEvent", "Import-KmTrace $timed" },
        { "CallEvent", "Import-KmTrace $lossy | Select-Object -First 200" },
        { "KernelEvent", "Import-KmTrace $mix -Event *" },
        { "KernelEvent", "Import-KmTrace $text -Event *" },
        { "CallEdge", "Import-KmTrace $echo -SymbolMap $map -AsEdge | Select-Object -First 200" },
        { "CallEdge", "Import-KmTrace $timed -AsEdge" },
        { "FunctionCallCount", "Import-KmTrace $timed | Measure-KmCall" },
        { "FunctionCallCount#Task+Context", "Import-KmTrace $echo | Measure-KmCall Task, Context" },
        { "TraceInfo", "Import-KmTrace $lossy -Info" },
        { "SymbolSource", "Get-KmSymbolMap $map | Select-Object -First 200" },
        { "GraphExport", "Import-KmTrace $timed | Export-KmGraph ./g.dot -PassThru" },
        { "ReportExport", "Import-KmTrace $timed | Export-KmReport ./r.csv -PassThru" },
        { "ProfileExport", "Import-KmTrace $timed | Export-KmProfile ./p.folded -PassThru" },
        { "HostReport", "Test-KmHost" },
        { "TraceCheck", "Test-KmTrace $lossy" },
        { "Interval", "Measure-KmLatency $sched -AsInterval | Select-Object -First 200" },
        { "LatencyCause", "Trace-KmLatencyCause $sched -Kind Wakeup" },
        { "LatencyCause#Total", "Trace-KmLatencyCause $sched -Kind Wakeup -Total" },
        { "CauseShare", "Trace-KmLatencyCause $sched -Kind Wakeup -WarningAction Ignore | Select-Object -ExpandProperty Shares" },
        { "CauseFunction", "Trace-KmLatencyCause $mix -Kind OnCpu -Above 0 -WarningAction Ignore | ForEach-Object { $_.Shares.Functions } | Write-Output" },
        { "PathSegment", "Measure-KmLatency $sched -Kind Wakeup -AsInterval | Select-Object -First 1 | Get-KmCriticalPath" },
        { "TraceAssertion", "Assert-KmLatency $sched -Kind Wakeup -P50 -LessThan 1s -PassThru" },
        { "TraceAssertion", "Assert-KmCall $echo -Function tcp* -Called -PassThru" },
        { "TraceDifference", "Compare-KmTrace $mix $mix" },
        { "TraceDifference", "Compare-KmTrace $sched $sched -Kind Wakeup" },
        { "Measurement", "Import-KmLog $log" },
        { "Measurement", "Invoke-KmMeasurement -Preset Pressure -Duration 100ms" },
        { "MeasurementRequest", "Import-KmLog $log -WarningAction Ignore | ForEach-Object Request | Write-Output" },
        { "MeasurementCost", "Import-KmLog $log -Status Completed -WarningAction Ignore | ForEach-Object Cost | Write-Output" },
        { "MeasuredCounter", "Invoke-KmMeasurement -Preset Pressure -Duration 100ms -WarningAction Ignore | ForEach-Object Counters | Write-Output" },
        { "Schedule", $"{Schedule} | Write-Output" },
        { "Workload", "ConvertTo-KmWorkload $sched" },
        { "WorkloadSource", "(ConvertTo-KmWorkload $sched).Source | Write-Output" },
        { "WorkloadTask", "(ConvertTo-KmWorkload $sched).Tasks | Write-Output" },
        { "WorkloadStep", "(ConvertTo-KmWorkload $sched).Tasks.Steps | Write-Output" },
        { "WorkloadWake", "[KernelMagnifier.Workloads.WorkloadWake]::new('x', 5000) | Write-Output" },
        { "WorkloadIo", "[KernelMagnifier.Workloads.WorkloadIo]@{ Device = '8,0'; Operation = 'Write'; Requests = 3; IntervalNanoseconds = 5000 } | Write-Output" },
        { "WorkloadEdge", "(ConvertTo-KmWorkload $sched).Edges | Write-Output" },
        { "WorkloadCoverage", "(ConvertTo-KmWorkload $sched).Coverage | Write-Output" },
        { "WorkloadGap", "(ConvertTo-KmWorkload $sched).Coverage.Gaps | Write-Output" },
        { "WorkloadQuantiles", "(ConvertTo-KmWorkload $sched).Tasks.RunLengths | Write-Output" },
        { "WorkloadExport", "ConvertTo-KmWorkload $sched | Export-KmWorkload ./w.rtapp.json -PassThru -Force" },
        { "Fidelity", "Measure-KmFidelity $sched $sched -Assertion 'Wakeup P99 < 1us'" },
        { "FidelityTask", "(Measure-KmFidelity $sched $sched).Tasks | Write-Output" },
        { "Incident", "Export-KmIncident ./i.kmi $sched -Assertion @{ Claim = 'Wakeup@x P99 < 1ms'; Because = 'y' } -Finding 'z' -Title t -PassThru -Force" },
        { "IncidentPart", "(Export-KmIncident ./i.kmi $sched -PassThru -Force).Parts | Write-Output" },
        { "IncidentFinding", "(Export-KmIncident ./i.kmi $sched -Finding 'z', (Get-Item .) -PassThru -Force).Findings | Write-Output" },
        { "IncidentAssertion", "(Export-KmIncident ./i.kmi $sched -Assertion 'Wakeup P50 < 1s' -PassThru -Force).Assertions | Write-Output" },
        { "LatencyClaim", "[KernelMagnifier.Comparison.Assertions.LatencyClaim]::Parse('Wakeup@x P99 < 1ms') | Write-Output" },
        { "IncidentResult", "$null = Export-KmIncident ./i.kmi $sched -Assertion 'Wakeup P50 < 1s' -Force; Invoke-KmIncident ./i.kmi -Recording $sched" },
        { "LabRun", $"{Lab} $run" },
        { "LabRun", $"{Lab} $failed" },
        { "LabCheck", "Test-KmLab" },
        { "LabNoise", $"{Lab} $noise" },
        { "TraceBaseline", "Save-KmBaseline ./b.json $mix -PassThru -Force" },
    };

    // Made here, because a guest takes a minute.
    private const string Lab = """
        function New-LabObject([type] $type, [hashtable] $values) {
            $made = $type::new()
            foreach ($name in $values.Keys) { $type.GetProperty($name).SetValue($made, $values[$name]) }
            $made
        }
        $values = @{
            Number = 1; Kernel = '6.1'; KernelRelease = '6.1.0-47-amd64'; Cpus = 2; Parameter = 'threadirqs'; Accelerator = 'Emulated'
            AcceleratorReason = 'It was asked for.'; Outcome = 'Completed'; ExitCode = 0; StartTime = [DateTimeOffset]'2026-11-30T12:00Z'
            Duration = [timespan]'0:1:2'; BootDuration = [timespan]'0:0:9'; Recording = '/lab/1/recording.dat'; Directory = '/lab/1'
            LogPath = '/lab/1/console.log'; LastLines = [string[]]('a', 'b'); Workload = (ConvertTo-KmWorkload $sched -WarningAction Ignore)
        }
        $run = New-LabObject ([KernelMagnifier.Lab.LabRun]) $values
        foreach ($name in 'KernelRelease', 'Parameter', 'ExitCode', 'BootDuration', 'Recording', 'Workload') { $values.Remove($name) }
        $values.Outcome, $values.Reason = 'HungAtBoot', "the kernel did not`e[31m start"
        $failed = New-LabObject ([KernelMagnifier.Lab.LabRun]) $values
        $noise = foreach ($cpu in 0, 1) {
            New-LabObject ([KernelMagnifier.Lab.LabNoise]) @{
                Cpu = $cpu; Method = 'SpinLoop'; Duration = [timespan]'0:0:10'; ThresholdNanoseconds = 10000L; Count = 3L; NoisePercent = 1.5
                P50Nanoseconds = 11000L; P99Nanoseconds = 12000L; MaxNanoseconds = 12000L; Accelerator = 'Emulated'; Note = 'Compare structure only.'
            }
        }
        Write-Output
        """;

    // Made here, because those of the machine are root's.
    private const string Schedule = """
        $schedule = [KernelMagnifier.Schedules.Schedule]::new()
        $values = @{
            Name = 'hourly-latency'; State = 'Suspended'; Reason = 'load test'; SuspendedSince = [DateTimeOffset]'2026-11-30T10:00Z'
            OnCalendar = 'hourly'; RandomizedDelay = [timespan]'0:5'; Scheduler = 'Systemd'; LastStatus = 'Completed'
            Request = (Import-KmLog $log -WarningAction Ignore)[0].Request; LogTo = [string[]]('journal', 'file:/var/log/a.ndjson')
            NextRun = [DateTimeOffset]'2026-11-30T12:00Z'; LastRun = [DateTimeOffset]'2026-11-30T11:03:04.5Z'; Sequence = 7L
            Epoch = [guid]'7fe80bfe-9658-4728-b846-c70d2c235b8e'; Overruns = 1; Waiting = 2L
            Files = [string[]]'/etc/systemd/system/a.timer'; Problems = [string[]]'a.timer is missing'
        }
        foreach ($name in $values.Keys) { [KernelMagnifier.Schedules.Schedule].GetProperty($name).SetValue($schedule, $values[$name]) }
        $schedule
        """;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void SerializationKeepsEveryProperty(string kind, string script)
    {
        using var folder = new TemporaryFolder();
        using var shell = Open(folder);
        var live = shell.Run($"{script} -WarningAction Ignore").WithoutErrors().Output;
        Assert.NotEmpty(live);
        foreach (var item in live)
        {
            Assert.Contains(item.TypeNames, name => name.EndsWith($".{kind}", StringComparison.Ordinal));
            var copy = (PSObject)PSSerializer.Deserialize(PSSerializer.Serialize(item, 3));
            AssertSame(item, copy);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ExportClixmlKeepsEveryProperty(string kind, string script)
    {
        using var folder = new TemporaryFolder();
        using var shell = Open(folder);
        var outcome = shell.Run($"""
            $live = @({script} -WarningAction Ignore)
            $live | Export-Clixml ./file.xml
            $live; Import-Clixml ./file.xml
            """).WithoutErrors();
        var half = outcome.Output.Count / 2;
        Assert.True(half > 0, kind);
        for (var i = 0; i < half; i++) AssertSame(outcome.Output[i], outcome.Output[i + half]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ACopyIsFormattedAsTheOriginal(string kind, string script)
    {
        using var folder = new TemporaryFolder();
        using var shell = Open(folder);
        var outcome = shell.Run($"""
            $live = @({script} -WarningAction Ignore) | Select-Object -First 20
            $live | Export-Clixml ./file.xml
            $live | Out-String -Width 120; Import-Clixml ./file.xml | Out-String -Width 120
            """).WithoutErrors();
        Assert.True(outcome.Output[0].ToString() == outcome.Output[1].ToString(), $"{kind}\n{outcome.Text}");
    }

    [Fact]
    public void TimestampsKeepEveryDigit()
    {
        using var folder = new TemporaryFolder();
        using var shell = Open(folder);
        var live = shell.Run("Import-KmTrace $lossy -WarningAction Ignore | Select-Object -First 2000").WithoutErrors().Output;
        var copies = ((PSObject)PSSerializer.Deserialize(PSSerializer.Serialize(live.ToArray(), 2))).BaseObject as ArrayList;
        Assert.Equal(2000, live.Count);
        Assert.Equal(live.Count, copies!.Count);
        var distinct = new HashSet<double>();
        for (var i = 0; i < live.Count; i++)
        {
            var before = (double)live[i].Properties["Timestamp"].Value;
            var after = (double)((PSObject)copies[i]!).Properties["Timestamp"].Value;
            Assert.Equal(BitConverter.DoubleToInt64Bits(before), BitConverter.DoubleToInt64Bits(after));
            distinct.Add(after);
        }
        // Timestamps that differ by nanoseconds still differ.
        Assert.True(distinct.Count > 1500);
    }

    [Theory]
    [InlineData("Import-KmTrace $echo -SymbolMap $source", "NotASymbolMap")]
    public void ACopyIsRejectedWithTheNameOfItsType(string script, string id)
    {
        using var folder = new TemporaryFolder();
        using var shell = Open(folder);
        shell.Run("""
            Get-KmSymbolMap $map | Select-Object -First 1 | Export-Clixml ./file.xml
            $source = Import-Clixml ./file.xml
            Remove-Item ./file.xml
            """).WithoutErrors();
        var error = shell.Run(script).SingleError();
        Assert.StartsWith($"{id},", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.InvalidType, error.CategoryInfo.Category);
        Assert.Contains("Deserialized.", error.Exception.Message, StringComparison.Ordinal);
        Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
        Assert.Empty(folder.Names);
    }

    /// <summary>PowerShell adds PSComputerName to what a remote session returns.</summary>
    [Theory]
    [InlineData("web1", "web1:/x.dat")]
    [InlineData("localhost", "/x.dat")]
    public void TheRecordingOfAnotherHostIsNotThatOfTheSamePathHere(string host, string recording)
    {
        using var shell = Shell.Open();
        shell.Set("h", host);
        var found = shell.Run("""
            $edge = [pscustomobject]@{ Caller = 'a'; Callee = 'b'; Count = 3; Recording = '/x.dat'; PSComputerName = $h }
            ($edge | Measure-KmCall -By Recording).Recording
            """);
        Assert.Equal([recording], found.Output.Select(item => item.ToString()));
    }

    [Fact]
    public void ADeserializedFileNamesItsRecording()
    {
        using var folder = new TemporaryFolder();
        using var shell = Open(folder);
        var outcome = shell.Run("""
            Get-Item $lossy, $timed | Export-Clixml ./file.xml
            (Import-Clixml ./file.xml | Import-KmTrace -WarningAction Ignore | Measure-KmCall None).Calls
            (Get-Item $lossy, $timed | Import-KmTrace -WarningAction Ignore | Measure-KmCall None).Calls
            """).WithoutErrors();
        Assert.True((long)outcome.Output[0].BaseObject > 6960);
        Assert.Equal(outcome.Output[1].BaseObject, outcome.Output[0].BaseObject);
    }

    [PwshFact]
    public void AJobReturnsWhatItRead()
    {
        using var folder = new TemporaryFolder();
        using var shell = Open(folder);
        var script = $$"""
            Import-Module '{{Repository.Manifest}}'
            $job = Start-Job {
                Import-Module '{{Repository.Manifest}}'
                Import-KmTrace '{{Repository.Lossy}}' -WarningAction Ignore | Select-Object -First 50
            }
            $job | Receive-Job -Wait -AutoRemoveJob | Export-Clixml '{{folder.File("job.xml")}}'
            """;
        Pwsh.Run(script);
        var outcome = shell.Run("Import-KmTrace $lossy | Select-Object -First 50; Import-Clixml ./job.xml").WithoutErrors();
        Assert.Equal(100, outcome.Output.Count);
        for (var i = 0; i < 50; i++)
        {
            // A job adds properties about the origin of the object.
            var copy = outcome.Output[i + 50];
            foreach (var name in new[] { "RunspaceId", "PSComputerName", "PSShowComputerName", "PSSourceJobInstanceId" })
                copy.Properties.Remove(name);
            AssertSame(outcome.Output[i], copy);
        }
    }

    /// <summary>A copy is selected by its fields as the original is: by the number where the original has only that, and by the name.</summary>
    [Theory]
    [InlineData("prev_state -eq R")]
    [InlineData("next_comm -eq trace-cmd")]
    [InlineData("prev_pid -gt 0")]
    [InlineData("name -like sched_*")]
    [InlineData("vec -eq TIMER")]
    [InlineData("filename -ne $null")]
    public void ACopyOfAnEventIsSelectedByItsFields(string filter)
    {
        using var folder = new TemporaryFolder();
        using var shell = Open(folder);
        var outcome = shell.Run($$"""
            $live = Import-KmTrace $mix -Event *
            $live | Export-Clixml ./file.xml
            $copy = Import-Clixml ./file.xml
            $live.Count
            @($live | Where-Object {{filter}}).ForEach({ "$($_.Timestamp) $_" }) -join "`n"
            @($copy | Where-Object {{filter}}).ForEach({ "$($_.Timestamp) $_" }) -join "`n"
            """).WithoutErrors();
        Assert.Equal(38, outcome.Output[0].BaseObject);
        var found = outcome.Output[1].ToString();
        Assert.InRange(found.Split('\n').Length, 1, 37);
        Assert.NotEmpty(found);
        Assert.Equal(found, outcome.Output[2].ToString());
    }

    /// <summary>The raw number of a field that has a name is in the table of fields, in a copy too.</summary>
    [Fact]
    public void ACopyOfAnEventKeepsRawNumbers()
    {
        using var folder = new TemporaryFolder();
        using var shell = Open(folder);
        var outcome = shell.Run("""
            $live = Import-KmTrace $mix -Event *
            $live | Export-Clixml ./file.xml
            $show = { foreach ($name in $_.Fields.Keys | Sort-Object) { "$name=$($_.Fields[$name])" } }
            ($live | ForEach-Object $show) -join "`n"
            (Import-Clixml ./file.xml | ForEach-Object $show) -join "`n"
            """).WithoutErrors();
        Assert.Contains("vec=1\n", outcome.Output[0].ToString(), StringComparison.Ordinal);
        Assert.Equal(outcome.Output[0].ToString(), outcome.Output[1].ToString());
    }

    [PwshFact]
    public void AJobReturnsEventsWithTheirFields()
    {
        using var folder = new TemporaryFolder();
        using var shell = Open(folder);
        Pwsh.Run($$"""
            $job = Start-Job {
                Import-Module '{{Repository.Manifest}}'
                Import-KmTrace '{{Repository.Mix}}' -Event sched:sched_switch
            }
            $job | Receive-Job -Wait -AutoRemoveJob | Export-Clixml '{{folder.File("job.xml")}}'
            """);
        var outcome = shell.Run("Import-KmTrace $mix -Event sched:sched_switch; Import-Clixml ./job.xml").WithoutErrors();
        Assert.Equal(6, outcome.Output.Count);
        for (var i = 0; i < 3; i++)
        {
            var copy = outcome.Output[i + 3];
            foreach (var name in new[] { "RunspaceId", "PSComputerName", "PSShowComputerName", "PSSourceJobInstanceId" })
                copy.Properties.Remove(name);
            AssertSame(outcome.Output[i], copy);
            Assert.NotNull(copy.Properties["next_comm"].Value);
        }
    }

    private static Shell Open(TemporaryFolder folder)
    {
        var shell = Shell.Open(folder.Path);
        shell.Set("echo", Repository.Echo);
        shell.Set("timed", Repository.Timed);
        shell.Set("lossy", Repository.Lossy);
        shell.Set("mix", Repository.Mix);
        shell.Set("text", Repository.Data("text/ev-sched.txt.zst"));
        shell.Set("sched", Repository.Data("latency/sched.txt.zst"));
        shell.Set("map", Repository.Map);
        shell.Set("log", Repository.Data("logs/web.ndjson"));
        return shell;
    }

    private static void AssertSame(PSObject live, PSObject copy)
    {
        Assert.Equal($"Deserialized.{live.TypeNames[0]}", copy.TypeNames[0]);
        // A copy of a measurement carries the line of a log, which it is read from.
        if (live.TypeNames[0].EndsWith(".Measurement", StringComparison.Ordinal)) copy.Properties.Remove("LogLine");
        // Properties that the types file makes of others are made anew where the module is loaded.
        var made = live.Properties.Where(property => property.MemberType != PSMemberTypes.Property).Select(property => property.Name).ToHashSet();
        Assert.Equal(live.Properties.Select(property => property.Name).Except(made), copy.Properties.Select(property => property.Name).Except(made));
        Assert.Equal(live.ToString(), copy.ToString());
        foreach (var property in live.Properties.Where(property => !made.Contains(property.Name)))
        {
            var (before, after) = (property.Value, copy.Properties[property.Name].Value);
            if (before is null or string or int or long or double or bool) Assert.Equal(before, after);
            else if (before is IEnumerable items) Assert.Equal(Count(items), Count(((PSObject)after).BaseObject as IEnumerable));
            else Assert.Equal(before.ToString(), after.ToString());
        }
    }

    private static int Count(IEnumerable? several) => several?.Cast<object>().Count() ?? 0;
}
