using System.Text.Json;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Schedules;

namespace KernelMagnifier.Engine.Tests.Schedules;

/// <summary>The published schema describes what is written.</summary>
public sealed class ScheduleSchemaTests
{
    [Fact]
    public void TheSchemaHasThePropertiesOfADefinition()
    {
        using var folder = new ScheduleFolder();
        using var written = JsonDocument.Parse(ScheduleDefinitionFile.Write(folder.Definition()));
        using var schema = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Root, "docs/formats/schedule.schema.json")));
        var properties = schema.RootElement.GetProperty("properties");
        Assert.Equal(written.RootElement.EnumerateObject().Select(one => one.Name), properties.EnumerateObject().Select(one => one.Name));
        var known = properties.GetProperty("measurement").GetProperty("properties");
        Assert.All(written.RootElement.GetProperty("measurement").EnumerateObject(), one => Assert.True(known.TryGetProperty(one.Name, out _), one.Name));
        foreach (var name in schema.RootElement.GetProperty("required").EnumerateArray())
        {
            var without = new Dictionary<string, JsonElement>(
                written.RootElement.EnumerateObject().Where(one => one.Name != name.GetString()).Select(one => KeyValuePair.Create(one.Name, one.Value)));
            Assert.Throws<KernelMagnifierException>(() => ScheduleDefinitionFile.Read(JsonSerializer.SerializeToUtf8Bytes(without), "x"));
        }
    }

    private static string Root
    {
        get
        {
            var at = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(at, "KernelMagnifier.psd1"))) at = Path.GetDirectoryName(at)!;
            return at;
        }
    }
}
