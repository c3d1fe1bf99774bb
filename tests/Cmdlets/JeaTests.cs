using System.Management.Automation;
using KernelMagnifier.Cmdlets.Tests.Support;

namespace KernelMagnifier.Cmdlets.Tests;

/// <summary>The session configuration of docs/jea.md, in this process and over the protocol of SSH remoting.</summary>
public sealed class JeaTests(ReaderSession session) : IClassFixture<ReaderSession>
{
    [Fact]
    public void ExposesOnlyReadingCmdlets()
    {
        var visible = session.Run("Get-Command").WithoutErrors().Output.Select(command => $"{command.Properties["Name"].Value}");
        Assert.Equal(["Format-KmCallTree", "Import-KmTrace", "Measure-KmCall", "Select-KmCall", "Test-KmHost"],
            visible.Where(name => name.Contains("-Km", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void ReadsCountsAndFormatsTrees()
    {
        Assert.Equal(2857, session.Run($"Import-KmTrace -LiteralPath {session.Inside}").WithoutErrors().Output.Count);
        Assert.Equal(2857L, session.Run($"Import-KmTrace -LiteralPath {session.Inside} | Measure-KmCall None").Calls);
        using var full = Shell.Open();
        var read = $"Import-KmTrace -LiteralPath {session.Inside}";
        var script = $"{read} -Function *lock* | Select-KmCall -Cpu 0 | Measure-KmCall Edge";
        var expected = full.Run(script).WithoutErrors().Output;
        var found = session.Run(script).WithoutErrors().Output;
        Assert.True(expected.Count > 10);
        Assert.Equal(expected.Select(Describe), found.Select(Describe));
        var tree = session.Run($"{read} -AsEdge | Format-KmCallTree vfs_read").WithoutErrors();
        Assert.Contains("vfs_read", tree.Text, StringComparison.Ordinal);
        Assert.Single(session.Run("Test-KmHost -Quiet").WithoutErrors().Output);
    }

    [Fact]
    public void ReadsKernelEvents()
    {
        var read = $"Import-KmTrace -LiteralPath {session.Inside} -Event sched:*, irq:softirq_entry";
        using var full = Shell.Open();
        var (expected, found) = (full.Run(read).WithoutErrors().Output, session.Run(read).WithoutErrors().Output);
        Assert.Equal(12, found.Count);
        Assert.Equal(expected.Select(Describe), found.Select(Describe));
        Assert.Contains(found, item => $"{item.Properties["next_comm"]?.Value}" == "trace-cmd");
        Assert.Equal(2895, session.Run($"Import-KmTrace -LiteralPath {session.Inside} -Event * -WithCall").WithoutErrors().Output.Count);
    }

    [Theory]
    [InlineData("Start-KmRecording ./x.dat")]
    [InlineData("Stop-KmRecording 1")]
    [InlineData("Get-KmSymbolMap {1}")]
    [InlineData("Import-KmTrace -LiteralPath {0} | Export-KmGraph ./x.dot")]
    [InlineData("Import-KmTrace -LiteralPath {0} | Export-KmReport ./x.csv")]
    [InlineData("Import-KmTrace -LiteralPath {0} | Export-KmProfile ./x.folded")]
    [InlineData("Get-Content {1}")]
    [InlineData("Get-ChildItem /")]
    [InlineData("Import-Module {1}")]
    [InlineData("KernelMagnifier\\Export-KmGraph")]
    [InlineData("/bin/true")]
    public void ExposesNoOtherCommand(string script)
    {
        Assert.Equal("CommandNotFoundException", session.Run(Fill(script)).ErrorId);
    }

    [Theory]
    [InlineData("Import-KmTrace -LiteralPath {1}", "ParameterArgumentValidationError")]
    [InlineData("Import-KmTrace -LiteralPath {2}/../outside.dat", "ParameterArgumentValidationError")]
    [InlineData("Import-KmTrace -LiteralPath {2}/./mix.dat", "ParameterArgumentValidationError")]
    [InlineData("Import-KmTrace -LiteralPath /etc/passwd", "ParameterArgumentValidationError")]
    [InlineData("Import-KmTrace -LiteralPath {0}, {1}", "ParameterArgumentValidationError")]
    [InlineData("Import-KmTrace -LiteralPath FileSystem::{1}", "ParameterArgumentValidationError")]
    [InlineData("Import-KmTrace {0}", "PositionalParameterNotFound")]
    [InlineData("Import-KmTrace -Path {0}", "NamedParameterNotFound")]
    [InlineData("Import-KmTrace -LiteralPath {0} -SymbolMap /etc/passwd", "NamedParameterNotFound")]
    [InlineData("Import-KmTrace -LiteralPath {0} | Select-KmCall -SymbolMap /etc/passwd", "NamedParameterNotFound")]
    [InlineData("[System.IO.File]::ReadAllText('/etc/passwd')", "ScriptsNotAllowed")]
    [InlineData("$x = 1", "ScriptsNotAllowed")]
    public void RejectsParametersThatNameOtherFiles(string script, string id)
    {
        Assert.StartsWith(id, session.Run(Fill(script)).ErrorId, StringComparison.Ordinal);
    }

    /// <summary>The properties of a piped object bind to parameters that the session does not show.</summary>
    [Theory]
    [InlineData("Path")]
    [InlineData("PSPath")]
    [InlineData("FullName")]
    [InlineData("LP")]
    public void TakesNoPathFromThePipeline(string property)
    {
        var bait = new PSObject();
        bait.Properties.Add(new PSNoteProperty("LiteralPath", session.Inside));
        bait.Properties.Add(new PSNoteProperty(property, session.Outside));
        Assert.StartsWith("InputObjectNotBound", session.Pipe(bait, "Import-KmTrace", ("LiteralPath", session.Inside)).ErrorId, StringComparison.Ordinal);
        Assert.Empty(session.Pipe(bait, "Import-KmTrace").Output);
        Assert.Empty(session.Pipe(bait, "Select-KmCall").Output);
    }

    [PwshFact]
    public void ServesASessionOverSsh()
    {
        // This script takes the place of ssh and starts what sshd would start, so no server is needed.
        using var folder = new TemporaryFolder();
        var ssh = folder.Write("ssh", $"""
            #!/bin/sh
            cd '{Repository.Root}'
            exec {string.Join(' ', Pwsh.Command!)} -sshs -NoLogo -NoProfile -ConfigurationFile '{session.Configuration}'
            """);
        File.SetUnixFileMode(ssh, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var output = Pwsh.Run($$"""
            $env:PATH = '{{folder.Path}}:' + $env:PATH
            $session = New-PSSession -HostName localhost
            "$((Invoke-Command $session { Import-KmTrace -LiteralPath {{session.Inside}} | Measure-KmCall None }).Calls)"
            "$((Invoke-Command $session { Import-KmTrace -LiteralPath {{session.Inside}} -Function *lock* }).Count -gt 10)"
            $found = Invoke-Command $session { Import-KmTrace -LiteralPath {{session.Inside}} -Event sched:sched_switch } | Where-Object next_comm -eq trace-cmd
            "$($found[0].Name) $($found[0].prev_state) $($found[0].Fields.prev_state) $($found[0].next_pid)"
            foreach ($refused in { Import-KmTrace -LiteralPath {{session.Outside}} }, { Start-KmRecording x.dat }) {
                try { Invoke-Command $session $refused -ErrorAction Stop; 'no error' }
                catch { ($_.FullyQualifiedErrorId -split ',')[0] }
            }
            Remove-PSSession $session
            """);
        Assert.Equal("2857\nTrue\nsched_switch R 0 1676\nParameterArgumentValidationError\nCommandNotFoundException", output.Trim());
    }

    private static string Describe(PSObject count)
        => string.Join(' ', count.Properties.Select(property => $"{property.Name}={property.Value}"));

    private string Fill(string script) => script
        .Replace("{0}", session.Inside, StringComparison.Ordinal)
        .Replace("{1}", session.Outside, StringComparison.Ordinal)
        .Replace("{2}", session.Recordings, StringComparison.Ordinal);
}
