using System.Text.Json;
using KernelMagnifier.Cli.Tests.Support;

namespace KernelMagnifier.Cli.Tests;

/// <summary>The command probe check.</summary>
public class ProbeCheckTests
{
    [Fact]
    public void SaysWhatAProgramDoes()
    {
        using var folder = Tool.Folder();
        File.WriteAllText(folder["good.bt"], "kprobe:vfs_read { @reads[comm] = count(); }");
        File.WriteAllText(folder["bad.bt"], "BEGIN { system(\"\u001b[31m\"); }");
        var good = Tool.Run("probe", "check", folder["good.bt"], "--no-dry-run", "--json");
        Assert.Equal(ExitCode.Ok, good.Exit);
        using var json = JsonDocument.Parse(good.Out);
        Assert.Equal("Names", json.RootElement[0].GetProperty("dataClassFound").GetString());
        Assert.Equal("@reads[]: count", json.RootElement[0].GetProperty("maps")[0].GetString());
        var bad = Tool.Run("probe", "check", folder["bad.bt"], "--no-dry-run");
        Assert.Equal(ExitCode.BadInput, bad.Exit);
        Assert.Contains("1:9: error system:", bad.Out, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', bad.Out);
    }

    [Fact]
    public void NamesWhatIsNotThere()
    {
        Assert.Equal(ExitCode.BadInput, Tool.Run("probe", "check", "/no/such.bt").Exit);
        Assert.Equal(ExitCode.BadInput, Tool.Run("probe", "check", "/no/such.bt", "--kernel", "/no/such").Exit);
        Assert.Equal(ExitCode.Usage, Tool.Run("probe", "check").Exit);
    }
}
