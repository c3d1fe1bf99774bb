using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Workloads;
using KernelMagnifier.Workloads.Formats;
using static KernelMagnifier.Engine.Tests.Workloads.MadeUpLoads;

namespace KernelMagnifier.Engine.Tests.Workloads;

/// <summary>The file of a workload: what is written is read again, and damage is an error and nothing else.</summary>
public sealed class WorkloadFileTests
{
    [Fact]
    public void WhatIsWrittenIsRead()
    {
        foreach (var workload in Some())
        {
            var text = Write(workload);
            var read = WorkloadFile.Parse(text, "w.json");
            Assert.Equal(Encoding.UTF8.GetString(text), Encoding.UTF8.GetString(Write(read)));
        }
    }

    [Fact]
    public void AHostileNameIsKeptAndHarmsNothing()
    {
        const string Hostile = "../\u001b]0;x\"\\:";
        var workload = Build(Periodic(20 * Ms, 2 * Ms, 20, Hostile));
        Assert.Equal(Hostile, Assert.Single(workload.Tasks).Comm);
        Assert.Matches("^[A-Za-z0-9_.:-]{1,15}$", workload.Tasks[0].Name);
        Assert.Equal(Hostile, WorkloadFile.Parse(Write(workload), "w.json").Tasks[0].Comm);
    }

    [Theory]
    [InlineData("version", "2", "version")]
    [InlineData("schema", "\"x\"", "schema")]
    [InlineData("cpuScale", "0", "cpuScale")]
    [InlineData("cpuScale", "1e99", "cpuScale")]
    [InlineData("tasks", "{}", "type")]
    [InlineData("tasks.0.name", "\"a b\"", "name")]
    [InlineData("tasks.0.name", "\"../../etc\"", "name")]
    [InlineData("tasks.0.instances", "0", "instances")]
    [InlineData("tasks.0.instances", "99999999", "instances")]
    [InlineData("tasks.0.loop", "\"Spiral\"", "loop")]
    [InlineData("tasks.0.priority", "100", "priority")]
    [InlineData("tasks.0.nice", "20", "nice")]
    [InlineData("tasks.0.parent", "\"nobody\"", "parent")]
    [InlineData("tasks.0.steps.0.runNanoseconds", "-1", "runNanoseconds")]
    [InlineData("tasks.0.steps.0.runNanoseconds", "9223372036854775807", "runNanoseconds")]
    [InlineData("tasks.0.steps.0.runNanoseconds", "null", "runNanoseconds")]
    [InlineData("tasks.0.steps.0.by", "\"nobody\"", "none of the tasks")]
    [InlineData("tasks.0.steps.0.trigger", "\"Magic\"", "trigger")]
    [InlineData("tasks.0.steps.0.repeat", "0", "repeat")]
    [InlineData("tasks.0.runLengths.p50Nanoseconds", "1", "quantiles")]
    [InlineData("tasks.0.cpus", "[8192]", "cpus")]
    public void AValueThatIsNotAllowedIsAnError(string place, string value, string cause)
    {
        var json = JsonNode.Parse(Write(Build(Periodic(20 * Ms, 2 * Ms, 20))))!;
        var (parent, keys) = (json, place.Split('.'));
        foreach (var key in keys[..^1]) parent = int.TryParse(key, out var index) ? parent[index]! : parent[key]!;
        parent[keys[^1]] = JsonNode.Parse(value);
        var error = Assert.Throws<KernelMagnifierException>(() => WorkloadFile.Parse(Encoding.UTF8.GetBytes(json.ToJsonString()), "w.json"));
        Assert.Equal(ErrorCode.WorkloadUnreadable, error.Code);
        Assert.Contains(cause, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryMissingPropertyIsAnError()
    {
        var text = Encoding.UTF8.GetString(Write(Build(FsyncWriter(25 * Ms, 8, 20))));
        using var json = JsonDocument.Parse(text);
        foreach (var name in Names(json.RootElement).Distinct())
        {
            var error = Assert.Throws<KernelMagnifierException>(
                () => WorkloadFile.Parse(Encoding.UTF8.GetBytes(text.Replace($"\"{name}\":", $"\"x{name}\":", StringComparison.Ordinal)), "w.json"));
            Assert.Equal(ErrorCode.WorkloadUnreadable, error.Code);
        }
    }

    [Fact]
    public void MutatedTextIsReadOrAnError()
    {
        var (random, text) = (new Random(3), Write(Build(Stages(30 * Ms, 2 * Ms, 40))));
        for (var i = 0; i < 3000; i++)
        {
            var copy = (byte[])text.Clone();
            for (var j = random.Next(1, 4); j > 0; j--) copy[random.Next(copy.Length)] = (byte)random.Next(256);
            var length = random.Next(5) == 0 ? random.Next(copy.Length) : copy.Length;
            try
            {
                var read = WorkloadFile.Parse(copy.AsMemory(0, length), "w.json");
                KernelMagnifier.Workloads.Engines.RtAppWriter.Write(read, new(), Stream.Null);
                KernelMagnifier.Workloads.Engines.FioWriter.Write(read, new("/tmp"), Stream.Null);
            }
            catch (KernelMagnifierException error)
            {
                Assert.Equal(ErrorCode.WorkloadUnreadable, error.Code);
            }
        }
    }

    [Fact]
    public void FilesThatAreNoneAreErrors()
    {
        Assert.Equal(ErrorCode.WorkloadNotFound, Assert.Throws<KernelMagnifierException>(() => WorkloadFile.Read("/nowhere/w.json")).Code);
        Assert.Equal(ErrorCode.WorkloadUnreadable, Assert.Throws<KernelMagnifierException>(() => WorkloadFile.Read("/tmp")).Code);
        Assert.Equal(ErrorCode.WorkloadUnreadable, Assert.Throws<KernelMagnifierException>(() => WorkloadFile.Read("/dev/null")).Code);
        // A small file cannot take much memory.
        Assert.Equal(ErrorCode.WorkloadUnreadable, Assert.Throws<KernelMagnifierException>(
            () => WorkloadFile.Parse(Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Repeat("1", 1_000_000)) + "]"), "w.json")).Code);
    }

    internal static byte[] Write(Workload workload)
    {
        var stream = new MemoryStream();
        WorkloadFile.Write(workload, stream);
        return stream.ToArray();
    }

    internal static IEnumerable<Workload> Some()
    {
        yield return Build(Periodic(20 * Ms, 2 * Ms, 50));
        yield return Build(PingPong(200 * Us, 50));
        yield return Build(Stages(30 * Ms, 2 * Ms, 50));
        yield return Build(ForkStorm(50 * Ms, 3 * Ms, 20));
        yield return Build(FsyncWriter(25 * Ms, 32, 40));
    }

    private static IEnumerable<string> Names(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(one => Names(one.Value).Prepend(one.Name)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Names),
        _ => [],
    };
}
