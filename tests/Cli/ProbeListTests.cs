using System.Text.Json;
using KernelMagnifier.Probes.Library;

namespace KernelMagnifier.Cli.Tests;

/// <summary>The command probe list.</summary>
public sealed class ProbeListTests : IDisposable
{
    private readonly ProbeFolder _folder = new();

    [Fact]
    public void TheTableSaysWhyAProbeIsNotApproved()
    {
        _folder.Add("alpha");
        _folder.Add("beta");
        File.WriteAllText(_folder.FileOf("beta", "beta.json"), "{ \u001b");
        var lines = _folder.Run("probe", "list").Succeeds().Lines;
        Assert.Matches("^Name +Version +State +Maturity +Data class +Owner +Title +Not approved because", lines[0]);
        Assert.Matches("^alpha +1\\.0\\.0 +Draft +Sandbox +\\w+ +tests +A test +\\w", lines[2]);
        Assert.Matches("^beta +Invalid .*beta\\.json", lines[3]);
        Assert.DoesNotContain('\u001b', lines[3]);
        Assert.Equal(lines[2].IndexOf("Draft", StringComparison.Ordinal), lines[3].IndexOf("Invalid", StringComparison.Ordinal));
    }

    [Fact]
    public void JsonHasTheNamesOfTheProperties()
    {
        _folder.Add("alpha");
        using var json = JsonDocument.Parse(_folder.Run("probe", "list", "al*", "--json").Succeeds().Out);
        var names = json.RootElement[0].EnumerateObject().Select(property => property.Name).Order();
        Assert.Equal(typeof(Probe).GetProperties().Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)).Order(), names);
        Assert.Equal("interval:s:1", json.RootElement[0].GetProperty("attachPoints")[0].GetString());
        Assert.Equal(JsonValueKind.Null, json.RootElement[0].GetProperty("reviewBy").ValueKind);
    }

    [Fact]
    public void NamesAndDatesSelect()
    {
        var soon = DateOnly.FromDateTime(DateTime.UtcNow.AddDays(20));
        _folder.Add("alpha", manifest: ProbeFolder.Manifest("alpha") with { ReviewBy = soon });
        _folder.Add("beta");
        Assert.Equal(["alpha"], Names("probe", "list", "--expiring", "30d"));
        Assert.Equal(["beta"], Names("probe", "list", "b*"));
        Assert.Equal(["beta", "alpha"], Names("probe", "list", "beta", "alpha", "beta"));
        var none = _folder.Run("probe", "list", "--expiring", "1w");
        Assert.Equal((ExitCode.Ok, ""), (none.Exit, none.Out));
        Assert.Contains("x* matches no probe", _folder.Run("probe", "list", "x*").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ErrorsHaveTheirCodes()
    {
        Assert.Equal(ExitCode.BadInput, _folder.Run("probe", "list", "gamma").Exit);
        Assert.Equal(ExitCode.Usage, _folder.Run("probe", "list", "--expiring", "soon").Exit);
        File.SetUnixFileMode(_folder.Library, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherWrite);
        Assert.Equal(ExitCode.Refused, _folder.Run("probe", "list").Exit);
    }

    public void Dispose() => _folder.Dispose();

    private string[] Names(params string[] args) => [.. _folder.Run(args).Succeeds().Lines.Skip(2).Select(line => line.Split(' ')[0])];
}
