using System.Management.Automation;
using System.Management.Automation.Host;
using KernelMagnifier.Cmdlets.Tests.Hosts;
using KernelMagnifier.Cmdlets.Tests.Support;

namespace KernelMagnifier.Cmdlets.Tests;

/// <summary>The module in hosts without a user interface or a terminal.</summary>
[Collection(AloneCollection.Name)]
public sealed class HostTests(LargeRecording recording)
{
    private static readonly string[] Scripts =
    [
        "(Import-KmTrace $lossy | Measure-KmCall None).Calls",
        "Import-KmTrace $echo -Function tcp_* -AsEdge | ConvertTo-Csv",
        "Import-KmTrace $echo | Format-KmCallTree tcp_sendmsg",
        "Import-KmTrace $echo | Select-Object -First 5 | Out-String -Width 120",
        "Get-KmSymbolMap $map | Select-Object -First 5 | ConvertTo-Csv",
        "Import-KmTrace $echo | Export-KmGraph ./x.dot -PassThru -Force | ConvertTo-Csv",
        "Import-KmTrace $echo | Export-KmReport ./x.csv -PassThru -Force | ConvertTo-Csv",
        "(Test-KmHost).KernelRelease",
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ReadsTheSameAsTheDefaultHost(bool hasInterface)
    {
        using var folder = new TemporaryFolder();
        using var usual = Open(folder, null);
        using var bare = Open(folder, hasInterface ? new HostWithoutTerminal() : new HostWithoutInterface());
        foreach (var script in Scripts)
        {
            var expected = usual.Run(script).WithoutErrors();
            var found = bare.Run(script).WithoutErrors();
            Assert.NotEmpty(expected.Text);
            Assert.Equal(expected.Text, found.Text);
            Assert.Equal(expected.Warnings, found.Warnings);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WritesWarningsAndErrors(bool hasInterface)
    {
        using var folder = new TemporaryFolder();
        using var shell = Open(folder, hasInterface ? new HostWithoutTerminal() : new HostWithoutInterface());
        var outcome = shell.Run("Import-KmTrace $lossy, ./none -Verbose | Measure-KmCall None");
        Assert.StartsWith("TraceNotFound,", outcome.ErrorId, StringComparison.Ordinal);
        Assert.Contains(outcome.Warnings, warning => warning.Contains("734,860 events were lost", StringComparison.Ordinal));
        Assert.Equal(6960L, Assert.Single(outcome.Output).Properties["Calls"].Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void LongReadingsReportTheirProgress(bool hasInterface)
    {
        using var folder = new TemporaryFolder();
        using var shell = Open(folder, hasInterface ? new HostWithoutTerminal() : new HostWithoutInterface());
        shell.Set("trace", recording.Path);
        // Progress is reported after one second.
        var outcome = shell.Run("""
            $n = 0
            Import-KmTrace $trace | ForEach-Object { if ($n++ -eq 0) { Start-Sleep -Milliseconds 1100 } }
            $n
            """).WithoutErrors();
        Assert.Equal(LargeRecording.Calls, outcome.Output[0].BaseObject);
        var reading = outcome.Progress.Where(record => record.Activity.StartsWith("Reading ", StringComparison.Ordinal)).ToList();
        Assert.True(reading.Count >= 2, $"{reading.Count} records");
        Assert.All(reading, record => Assert.InRange(record.PercentComplete, -1, 100));
        Assert.Single(reading.Select(record => record.ActivityId).Distinct());
        // Only the last record completes the activity.
        Assert.Equal(ProgressRecordType.Completed, reading[^1].RecordType);
        Assert.All(reading[..^1], record => Assert.Equal(ProgressRecordType.Processing, record.RecordType));
        var percents = reading[..^1].Select(record => record.PercentComplete).ToList();
        Assert.Equal(percents.Order(), percents);
    }

    [Theory]
    [InlineData("Import-KmTrace $echo | Export-KmGraph ./x.dot -Confirm")]
    [InlineData("Import-KmTrace $echo | Export-KmReport ./x.csv -Confirm")]
    [InlineData("Import-KmTrace $echo | Export-KmProfile ./x.folded -Confirm")]
    [InlineData("Start-KmRecording ./x.dat -Duration 1 -Confirm")]
    public void ConfirmationWithoutAnInterfaceIsAnError(string script)
    {
        using var folder = new TemporaryFolder();
        using var shell = Open(folder, new HostWithoutInterface());
        var outcome = shell.Run(script);
        var error = outcome.SingleError();
        Assert.Contains("interact", error.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(folder.Names);
        Assert.Equal("2857", shell.Run("(Import-KmTrace $mix | Measure-KmCall None).Calls").WithoutErrors().Text);
    }

    [Theory]
    [InlineData("Import-KmTrace $echo | Export-KmGraph ./x.dot -Confirm")]
    [InlineData("Import-KmTrace $echo | Export-KmReport ./x.dot.csv -Confirm")]
    [InlineData("Import-KmTrace $echo | Export-KmProfile ./x.dot.folded -Confirm")]
    public void ConfirmPromptsForConfirmation(string script)
    {
        using var folder = new TemporaryFolder();
        // The choices are Yes, Yes to All, No, and No to All.
        foreach (var (answer, isWritten) in new[] { (2, false), (0, true) })
        {
            var host = new HostWithoutTerminal(answer);
            using var shell = Open(folder, host);
            shell.Run(script).WithoutErrors();
            Assert.Contains(Path.Combine(folder.Path, "x.dot"), Assert.Single(host.Asked), StringComparison.Ordinal);
            Assert.Equal(isWritten, folder.Names.Any());
        }
    }

    [Theory]
    [InlineData("Import-KmTrace $echo | Export-KmGraph ./x.dot -WhatIf", true)]
    [InlineData("Import-KmTrace $echo | Export-KmReport ./x.csv -WhatIf", true)]
    [InlineData("Import-KmTrace $echo | Export-KmProfile ./x.folded -WhatIf", true)]
    [InlineData("Start-KmRecording ./x.dat -Function tcp_* -WhatIf", true)]
    [InlineData("Import-KmTrace $echo | Export-KmGraph ./x.dot -WhatIf", false)]
    [InlineData("Start-KmRecording ./x.dat -Function tcp_* -WhatIf", false)]
    public void WhatIfWritesNothing(string script, bool hasInterface)
    {
        using var folder = new TemporaryFolder();
        var host = hasInterface ? new HostWithoutTerminal() : new HostWithoutInterface();
        using var shell = Open(folder, host);
        shell.Run(script).WithoutErrors();
        Assert.Empty(folder.Names);
        if (host is HostWithoutTerminal shown)
            Assert.Contains(shown.Written, line => line.Contains(folder.File("x."), StringComparison.Ordinal));
    }

    private static Shell Open(TemporaryFolder folder, PSHost? host)
    {
        var shell = Shell.Open(folder.Path, host);
        shell.Set("echo", Repository.Echo);
        shell.Set("lossy", Repository.Lossy);
        shell.Set("mix", Repository.Mix);
        shell.Set("map", Repository.Map);
        return shell;
    }
}
