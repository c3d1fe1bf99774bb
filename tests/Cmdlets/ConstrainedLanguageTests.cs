using System.Management.Automation;
using System.Management.Automation.Runspaces;
using KernelMagnifier.Cmdlets.Tests.Support;

namespace KernelMagnifier.Cmdlets.Tests;

/// <summary>The module in a session in ConstrainedLanguage mode, which cannot call .NET methods.</summary>
public sealed class ConstrainedLanguageTests
{
    /// <summary>A script for each cmdlet that reads.</summary>
    public static TheoryData<string> Scripts => new()
    {
        "Import-KmTrace $echo | Select-Object -First 50",
        "Import-KmTrace $mix -Event * | Select-Object Timestamp, Cpu, Comm, Context, System, Name, Message",
        "Import-KmTrace $mix -Event sched:sched_switch | Where-Object prev_state -eq R | Select-Object prev_comm, prev_state, next_comm",
        "Import-KmTrace $mix -Event * -WithCall | Group-Object Name -NoElement | Sort-Object Count, Name",
        "Import-KmTrace $mix -Event sched:sched_switch",
        "Import-KmTrace $echo -AsEdge -Function tcp_*",
        "Import-KmTrace $lossy -Info | Select-Object Path, LostEvents, Cpus, Clock, ClockUnit",
        "Import-KmTrace $echo -Context SoftIrq, HardIrq -Cpu 0-1 -Since 167.4 -Until 168 | Measure-KmCall Task, Context",
        "Import-KmTrace $echo -SymbolMap $map -SourcePath net/ | Select-KmCall -Strict -SourcePath net/ipv4 | Measure-KmCall",
        "Import-KmTrace $echo | Select-KmCall -Root tcp_sendmsg -Depth 2 -AsEdge",
        "Import-KmTrace $timed | Measure-KmCall | Where-Object SelfTime -gt 1 | Sort-Object SelfTime",
        "Import-KmTrace $echo | Format-KmCallTree tcp_sendmsg -Direction Callers -Charset Ascii",
        "Get-KmSymbolMap $map | Select-Object -First 50",
        "$rows = Get-KmSymbolMap $map; Import-KmTrace $echo -SymbolMap $rows -SourcePath net/ -AsEdge",
        "Import-KmTrace $timed | Export-KmGraph ./g.dot -SymbolMap $map -ClusterBy Directory -Force; Get-Content ./g.dot",
        "Import-KmTrace $timed | Export-KmReport ./r.csv -PassThru -Force; Get-Content ./r.csv",
        "Import-KmTrace $timed | Export-KmProfile ./p.folded -Weight Time -PassThru -Force; Get-Content ./p.folded",
        "Test-KmHost | Select-Object CanRecord, KernelRelease, IsRoot",
        "Test-KmHost -Quiet",
        "Start-KmRecording ./x.dat -Duration 1.5 -Tracer Function -BufferSize 1MB -WhatIf",
    };

    [Theory]
    [MemberData(nameof(Scripts))]
    public void GivesTheOutputOfAFullSession(string script)
    {
        using var folder = new TemporaryFolder();
        using var shell = Open(folder);
        var csv = $"$found = & {{ {script} }}; $found | ConvertTo-Csv; $found | ForEach-Object {{ \"$_\" }}";
        var full = Run(shell, csv, PSLanguageMode.FullLanguage);
        Assert.Equal(full, Run(shell, csv, PSLanguageMode.ConstrainedLanguage));
        if (!script.Contains("-WhatIf", StringComparison.Ordinal)) Assert.NotEmpty(full);
    }

    [Theory]
    [InlineData("Import-KmTrace $echo | Select-Object -First 5 | Format-Table Timestamp, Cpu, Comm, Context, Function, Caller")]
    [InlineData("Import-KmTrace $timed -AsEdge | Select-Object -First 5 | Format-List *")]
    [InlineData("Import-KmTrace $mix -Event sched:sched_switch | Format-Table Timestamp, prev_state, next_comm, next_pid")]
    [InlineData("Import-KmTrace $mix -Event irq:* | Format-List *")]
    [InlineData("Import-KmTrace $echo | Measure-KmCall | Select-Object -First 5 | Format-Table Function, Calls")]
    [InlineData("Get-KmSymbolMap $map | Select-Object -First 5 | Format-Table Function, SourceFile")]
    public void FormatsNamedProperties(string script)
    {
        using var folder = new TemporaryFolder();
        using var shell = Open(folder);
        var full = Run(shell, $"{script} | Out-String -Width 120", PSLanguageMode.FullLanguage);
        Assert.True(full.Trim().Length > 40);
        Assert.Equal(full, Run(shell, $"{script} | Out-String -Width 120", PSLanguageMode.ConstrainedLanguage));
    }

    [Theory]
    [InlineData("Import-KmTrace $echo -SymbolMap $map | Select-Object -First 5")]
    [InlineData("Import-KmTrace $timed | Select-Object -First 5")]
    [InlineData("Import-KmTrace $mix -Event *")]
    [InlineData("Import-KmTrace $echo -AsEdge | Select-Object -First 5")]
    [InlineData("Import-KmTrace $echo | Measure-KmCall Edge, Task | Select-Object -First 5")]
    [InlineData("Import-KmTrace $echo | Measure-KmCall Function, Task, Cpu, Context | Select-Object -First 5")]
    [InlineData("Import-KmTrace $lossy -Info")]
    [InlineData("Get-KmSymbolMap $map | Select-Object -First 5")]
    [InlineData("Import-KmTrace $timed | Export-KmGraph ./g.dot -Force -PassThru")]
    [InlineData("Test-KmHost")]
    public void ShowsTheViewsOfAFullSession(string script)
    {
        using var folder = new TemporaryFolder();
        using var shell = Open(folder);
        foreach (var view in new[] { "Out-String -Width 120", "Format-List | Out-String", "Format-Custom | Out-String", "Format-Wide | Out-String" })
        {
            var full = Run(shell, $"{script} | {view}", PSLanguageMode.FullLanguage);
            Assert.True(full.Trim().Length > 3);
            Assert.Equal(full, Run(shell, $"{script} | {view}", PSLanguageMode.ConstrainedLanguage));
        }
    }

    [Fact]
    public void ErrorsAreTheSame()
    {
        using var folder = new TemporaryFolder();
        using var shell = Open(folder);
        shell.Runspace.SessionStateProxy.LanguageMode = PSLanguageMode.ConstrainedLanguage;
        Assert.StartsWith("TraceNotFound,", shell.Run("Import-KmTrace ./none").ErrorId, StringComparison.Ordinal);
        Assert.StartsWith("NotACall,", shell.Run("1 | Measure-KmCall").ErrorId, StringComparison.Ordinal);
        Assert.StartsWith("NeedsSymbolMap,", shell.Run("Import-KmTrace $echo -SourcePath fs").ErrorId, StringComparison.Ordinal);
        // The session really is constrained.
        Assert.Equal("MethodInvocationNotSupportedInConstrainedLanguage", shell.Run("[System.IO.Path]::GetTempPath()").ErrorId);
    }

    [Fact]
    public void ImportsIntoAConstrainedSession()
    {
        using var shell = Shell.OpenEmpty();
        shell.Runspace.SessionStateProxy.LanguageMode = PSLanguageMode.ConstrainedLanguage;
        shell.Run($"Import-Module '{Repository.Manifest}'").WithoutErrors();
        Assert.Contains("tcp_", shell.Run($"Import-KmTrace '{Repository.Echo}' -Function tcp_sendmsg | Out-String").WithoutErrors().Text, StringComparison.Ordinal);
        Assert.Equal("2857", shell.Run($"(Import-KmTrace '{Repository.Mix}' | Measure-KmCall None).Calls").WithoutErrors().Text);
    }

    [Theory]
    [InlineData(PSLanguageMode.FullLanguage)]
    [InlineData(PSLanguageMode.ConstrainedLanguage)]
    public void CompletesNames(PSLanguageMode mode)
    {
        using var folder = new TemporaryFolder();
        using var shell = Open(folder);
        var line = $"Import-KmTrace '{Repository.Echo}' -Function tcp_send";
        shell.Runspace.SessionStateProxy.LanguageMode = mode;
        Assert.Contains("tcp_sendmsg", Complete(shell.Runspace, line));
    }

    private static Shell Open(TemporaryFolder folder)
    {
        var shell = Shell.Open(folder.Path);
        shell.Set("echo", Repository.Echo);
        shell.Set("timed", Repository.Timed);
        shell.Set("lossy", Repository.Lossy);
        shell.Set("mix", Repository.Mix);
        shell.Set("map", Repository.Map);
        shell.Set("WarningPreference", ActionPreference.SilentlyContinue);
        return shell;
    }

    private static string Run(Shell shell, string script, PSLanguageMode mode)
    {
        shell.Runspace.SessionStateProxy.LanguageMode = mode;
        return shell.Run(script).WithoutErrors().Text;
    }

    /// <summary>
    /// The completions at the end of a line. Does not call TabExpansion2, because a JEA session hides that function from all
    /// runspaces that its process opens later.
    /// </summary>
    private static IEnumerable<string> Complete(Runspace runspace, string line)
    {
        var before = Runspace.DefaultRunspace;
        Runspace.DefaultRunspace = runspace;
        try
        {
            var matches = CommandCompletion.CompleteInput(line, line.Length, null).CompletionMatches;
            return [.. matches.Select(match => match.CompletionText)];
        }
        finally
        {
            Runspace.DefaultRunspace = before;
        }
    }
}
