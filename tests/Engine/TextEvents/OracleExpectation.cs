using System.Diagnostics;
using System.Text.Json.Nodes;
using KernelMagnifier.Engine.Tests.Support;

namespace KernelMagnifier.Engine.Tests.TextEvents;

/// <summary>What an independent program found in a recording: the numbers of its events, and its losses.</summary>
internal sealed record OracleExpectation(
    long Events, long First, long Last, string Kinds, string Cpus, string Losses)
{
    public static OracleExpectation Of(string name)
    {
        var path = SharedData.Shared($"latency/expected/{name}.json");
        if (!File.Exists(path)) path = SharedData.Unpacked(path + ".zst");
        var json = JsonNode.Parse(File.ReadAllText(path))!;
        return new OracleExpectation((long)json["events"]!, (long)json["first"]!, (long)json["last"]!,
            Text(json["events_by_kind"]!), Text(json["events_by_cpu"]!),
            string.Join(' ', json["lost"]!.AsArray().Select(loss => $"{loss!["cpu"]}:{loss["count"]}@{loss["after"]}")));
    }

    public static OracleExpectation Of(EventLog log)
    {
        var events = log.Events.Select(happened => happened.Record.Time).ToList();
        return new OracleExpectation(log.Events.Count, events[0], events[^1],
            Sorted(log.Events.GroupBy(happened => happened.Name)), Sorted(log.Events.GroupBy(happened => $"{happened.Cpu}")),
            string.Join(' ', log.Losses.Select(loss => $"{loss.Cpu}:{loss.Count}@{loss.After}")));
    }

    private static string Sorted(IEnumerable<IGrouping<string, object>> groups)
        => string.Join(' ', groups.Select(group => $"{group.Key}:{group.Count()}").Order(StringComparer.Ordinal));

    private static string Text(JsonNode counts)
        => string.Join(' ', counts.AsObject().Select(count => $"{count.Key}:{count.Value}").Order(StringComparer.Ordinal));
}
