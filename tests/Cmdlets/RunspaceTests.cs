using System.Collections.Concurrent;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using KernelMagnifier.Cmdlets.Tests.Support;

namespace KernelMagnifier.Cmdlets.Tests;

/// <summary>Several runspaces of one process do not share mutable state.</summary>
public sealed class RunspaceTests
{
    [Fact]
    public void OneRunspaceReadsWhatTraceCmdReports()
    {
        using var shell = Shell.Open();
        var rows = File.ReadLines(Repository.Data("trace-dat/expected.csv"))
            .Where(line => !line.StartsWith('#')).Select(line => line.Split(','))
            .Where(fields => File.Exists(Repository.Data($"trace-dat/{fields[0]}"))).ToList();
        Assert.True(rows.Count >= 5);
        foreach (var fields in rows)
        {
            var expected = long.Parse(fields[1], CultureInfo.InvariantCulture);
            Assert.Equal(expected, Count(shell, Repository.Data($"trace-dat/{fields[0]}")));
        }
    }

    [Fact]
    public void ReadingsAreNotEmpty()
    {
        Assert.True(Readings.Expected.Value.Values.Count(text => text.Length > 200) > Readings.All.Count * 2 / 3);
    }

    [Fact]
    public void ConcurrentRunspacesGetTheSameResults()
    {
        const int Runspaces = 12;
        var expected = Readings.Expected.Value;
        var wrong = new ConcurrentBag<string>();
        using var start = new Barrier(Runspaces);
        var threads = Enumerable.Range(0, Runspaces).Select(number => new Thread(() =>
        {
            try
            {
                start.SignalAndWait();
                using var shell = Shell.Open();
                // Each runspace has another order, so that different readings run at the same time.
                for (var i = 0; i < Readings.All.Count; i += 3)
                {
                    var script = Readings.All[(i * 7 + number * 5) % Readings.All.Count];
                    if (shell.Run(script).WithoutErrors().Text != expected[script]) wrong.Add(script);
                }
            }
            catch (Exception error)
            {
                wrong.Add(error.ToString());
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.Empty(wrong);
    }

    [Fact]
    public void ARunspacePoolGetsTheSameResults()
    {
        var expected = Readings.Expected.Value;
        using var pool = RunspaceFactory.CreateRunspacePool(Shell.StateWithModule());
        pool.SetMaxRunspaces(3);
        pool.Open();
        var work = Readings.All.Select(script =>
        {
            var command = PowerShell.Create();
            command.RunspacePool = pool;
            command.AddScript(script);
            return (script, command, run: command.BeginInvoke());
        }).ToList();
        foreach (var (script, command, run) in work)
        {
            var text = string.Join('\n', command.EndInvoke(run).Select(item => item.ToString()));
            Assert.Empty(command.Streams.Error);
            Assert.Equal(expected[script], text);
            command.Dispose();
        }
    }

    [Fact]
    public void ForEachObjectParallelGetsTheSameResults()
    {
        using var shell = Shell.Open();
        shell.Set("scripts", Readings.All.Where((_, i) => i % 5 == 0).ToArray());
        shell.Set("manifest", Repository.Manifest);
        var result = shell.Run("""
            $scripts | ForEach-Object -ThrottleLimit 6 -Parallel {
                Import-Module $using:manifest
                [pscustomobject]@{ Script = $_; Text = (& ([scriptblock]::Create($_))) -join "`n" }
            }
            """).WithoutErrors();
        Assert.Equal(12, result.Output.Count);
        foreach (var item in result.Output)
            Assert.Equal(Readings.Expected.Value[$"{item.Properties["Script"].Value}"], $"{item.Properties["Text"].Value}");
    }

    [Fact]
    public void PipelinesInsideAPipelineDoNotMixTheirCounts()
    {
        using var shell = Shell.Open();
        shell.Set("a", Repository.Echo);
        shell.Set("b", Repository.Mix);
        var result = shell.Run("""
            $inner = [System.Collections.Generic.List[long]]::new()
            $outer = Import-KmTrace $a | Select-Object -First 3 |
                ForEach-Object { $inner.Add((Import-KmTrace $b | Measure-KmCall None).Calls); $_ } | Measure-KmCall None
            $two = Import-KmTrace $a | Measure-KmCall None |
                ForEach-Object { (Import-KmTrace $b | Select-KmCall | Measure-KmCall None).Calls + $_.Calls }
            $steppable = { Measure-KmCall None }.GetSteppablePipeline()
            $steppable.Begin($true)
            Import-KmTrace $b | ForEach-Object { $null = $steppable.Process($_) }
            "$($outer.Calls) $($inner -join ' ') $two $($steppable.End().Calls)"
            """).WithoutErrors();
        Assert.Equal("3 2857 2857 2857 40084 2857", result.Text);
    }

    [Fact]
    public void AMapOfOneRunspaceIsUsedInOthers()
    {
        using var owner = Shell.Open();
        var map = owner.Run($"Get-KmSymbolMap '{Repository.Map}'").WithoutErrors().Output.ToArray();
        var script = $"Import-KmTrace '{Repository.Echo}' -SymbolMap $map -SourcePath net/ | Measure-KmCall | ConvertTo-Csv";
        owner.Set("map", map);
        var expected = owner.Run(script).WithoutErrors().Text;
        Assert.True(expected.Length > 1000);
        Parallel.For(0, 6, new ParallelOptions { MaxDegreeOfParallelism = 6 }, _ =>
        {
            using var shell = Shell.Open();
            shell.Set("map", map);
            Assert.Equal(expected, shell.Run(script).WithoutErrors().Text);
        });
    }

    [Fact]
    public void CallsOfOneRunspaceAreCountedInOthers()
    {
        using var owner = Shell.Open();
        var read = owner.Run($"Import-KmTrace '{Repository.Echo}' | Select-Object -First 10000").WithoutErrors();
        var calls = read.Output.ToArray();
        const string Script = "$calls | Select-KmCall -ExcludeFunction *lock* | Measure-KmCall Edge | ConvertTo-Csv";
        owner.Set("calls", calls);
        var expected = owner.Run(Script).WithoutErrors().Text;
        Assert.True(expected.Length > 1000);
        Parallel.For(0, 6, new ParallelOptions { MaxDegreeOfParallelism = 6 }, _ =>
        {
            using var shell = Shell.Open();
            shell.Set("calls", calls);
            Assert.Equal(expected, shell.Run(Script).WithoutErrors().Text);
        });
    }

    [Theory]
    [InlineData("xlsx")]
    [InlineData("json")]
    [InlineData("csv")]
    public void ReportsAreWrittenConcurrently(string format)
    {
        using var folder = new TemporaryFolder();
        var shells = Enumerable.Range(0, 8).Select(_ => Shell.Open(folder.Path)).ToList();
        using var start = new Barrier(shells.Count);
        var outcomes = new Outcome[shells.Count];
        var threads = shells.Select((shell, i) => new Thread(() =>
        {
            start.SignalAndWait();
            outcomes[i] = shell.Run($"Import-KmTrace '{Repository.Echo}' | Export-KmReport ./{i}.{format} -PassThru");
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        foreach (var outcome in outcomes) Assert.Equal(37227L, outcome.Calls);
        Assert.Equal(shells.Select((_, i) => $"{i}.{format}"), folder.Names);
        shells.ForEach(shell => shell.Dispose());
    }

    [Fact]
    public void OnlyOneOfSeveralWritersCreatesAFile()
    {
        using var folder = new TemporaryFolder();
        var outcomes = new ConcurrentBag<Outcome>();
        Parallel.For(0, 6, new ParallelOptions { MaxDegreeOfParallelism = 6 }, _ =>
        {
            using var shell = Shell.Open(folder.Path);
            outcomes.Add(shell.Run($"Import-KmTrace '{Repository.Echo}' | Export-KmReport ./same.csv -PassThru"));
        });
        Assert.Single(outcomes, outcome => outcome.Output.Count == 1);
        Assert.All(outcomes.Where(outcome => outcome.Output.Count == 0), outcome =>
            Assert.StartsWith("OutputExists,", outcome.ErrorId, StringComparison.Ordinal));
        Assert.Equal(["same.csv"], folder.Names);
    }

    [Fact]
    public void ARunspaceThatClosesDoesNotDisturbOthers()
    {
        using var stays = Shell.Open();
        for (var i = 0; i < 8; i++)
        {
            var goes = Shell.Open();
            using var command = goes.Prepare($"Import-KmTrace '{Repository.Echo}' | ForEach-Object Function");
            var run = command.BeginInvoke();
            Thread.Sleep(5 * i);
            goes.Dispose();
            try
            {
                command.EndInvoke(run);
            }
            catch (PipelineStoppedException)
            {
                // The runspace closed before the pipeline ended.
            }
            Assert.Equal(37227L, Count(stays, Repository.Echo));
        }
    }

    private static object Count(Shell shell, string recording)
        => shell.Run($"Import-KmTrace '{recording}' -WarningAction Ignore | Measure-KmCall None").Calls;
}
