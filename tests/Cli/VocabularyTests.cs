using System.Text.Json;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;

namespace KernelMagnifier.Cli.Tests;

/// <summary>The keys in JSON and the headers in CSV are the names of the properties of the cmdlets' objects, in camelCase.</summary>
public class VocabularyTests
{
    private const string Groupings = "function,caller,task,context,cpu,recording";

    [Fact]
    public void Events_have_the_properties_of_Import_KmTrace()
    {
        Assert.Equal(Properties(typeof(CallEvent)), Keys("events", Tool.Echo, "--top", "1"));
        Assert.Equal(Properties(typeof(CallEvent)), Headers("events", Tool.Echo, "--top", "1"));
    }

    [Fact]
    public void Edges_have_the_properties_of_Import_KmTrace_AsEdge()
    {
        Assert.Equal(Properties(typeof(CallEdge)), Keys("edges", Tool.Echo, "--top", "1"));
        Assert.Equal(Properties(typeof(CallEdge)), Headers("edges", Tool.Echo, "--top", "1"));
    }

    [Fact]
    public void Calls_have_the_properties_of_Measure_KmCall()
    {
        Assert.Equal(Counts, Keys("calls", Tool.Echo, "--top", "1", "--by", Groupings));
        Assert.Equal(Counts, Headers("calls", Tool.Echo, "--top", "1", "--by", Groupings));
        foreach (var by in Groupings.Split(','))
            Assert.Subset(Properties(typeof(FunctionCallCount)).ToHashSet(), Keys("calls", Tool.Echo, "--top", "1", "--by", by).ToHashSet());
    }

    [Fact]
    public void Info_has_the_properties_of_Import_KmTrace_Info()
    {
        // A command that filters also says what passed; the object describes the whole recording.
        string[] selected = ["selectedCalls", "functions", "edges", "tasks"];
        Assert.Equal(Properties(typeof(TraceInfo)).Concat(selected).Order(), Keys("info", Tool.Echo));
        using var info = JsonDocument.Parse(Tool.Run("info", Tool.Echo, "--json").Succeeds().Out);
        Assert.Equal(Properties(typeof(CpuStatistics)), KeysOf(info.RootElement.GetProperty("perCpu")[0]));
    }

    [Fact]
    public void A_report_has_the_properties_of_its_objects()
    {
        using var folder = new TemporaryFolder();
        Tool.Run("report", Tool.Echo, "--by", Groupings, "--top", "1", "-o", folder["r.json"]).Succeeds();
        using var report = JsonDocument.Parse(File.ReadAllText(folder["r.json"]));
        Assert.Equal(Counts, KeysOf(report.RootElement.GetProperty("counts")[0]));
        Assert.Equal(Properties(typeof(CallEdge)), KeysOf(report.RootElement.GetProperty("edges")[0]));
        Assert.Subset(Properties(typeof(FunctionCallCount)).ToHashSet(), KeysOf(report.RootElement.GetProperty("tasks")[0]).ToHashSet());
        Assert.Subset(Properties(typeof(TraceInfo)).ToHashSet(), KeysOf(report.RootElement.GetProperty("recordings")[0]).ToHashSet());
    }

    // Only Measure-KmCall -Every and the command watch count by ranges of time.
    private static string[] Counts => [.. Properties(typeof(FunctionCallCount)).Except(["from", "until"])];

    private static string[] Properties(Type type)
        => [.. type.GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)).Order()];

    private static string[] Keys(params string[] arguments)
    {
        using var json = JsonDocument.Parse(Tool.Run([.. arguments, "--json"]).Succeeds().Out);
        return KeysOf(json.RootElement.ValueKind == JsonValueKind.Array ? json.RootElement[0] : json.RootElement);
    }

    private static string[] Headers(params string[] arguments)
        => [.. Tool.Run([.. arguments, "--csv"]).Succeeds().Out.Split("\r\n")[0].Split(',').Order()];

    private static string[] KeysOf(JsonElement element) => [.. element.EnumerateObject().Select(property => property.Name).Order()];
}
