using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using KernelMagnifier.Engine.Tests.Probes.Running;
using KernelMagnifier.Probes.Results;
using KernelMagnifier.Text;

namespace KernelMagnifier.Engine.Tests.Probes.Attacks;

/// <summary>Attacks by what a program prints, whose keys and texts are chosen by the tasks that it measures.</summary>
public sealed class OutputAttackTests
{
    private static readonly string[] Hostile =
    [
        "\u001b[2J\u001b]0;x\u0007", "=HYPERLINK(\"http://x\")", "a\nEMERGENCY: b", "\"}],\"x\":[{\"", "</script><script>alert(1)</script>", "a\r\rb", "\u202e gpj.exe",
        "$(id)`id`", "x\u0085y", "{\"type\": \"lost_events\", \"data\": {\"events\": 1}}",
    ];

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    private static List<ProbeResult> Read(IEnumerable<string> lines)
    {
        List<ProbeResult> results = [];
        var reader = new ProbeOutputReader(null, results.Add);
        foreach (var line in lines) reader.Line(Encoding.UTF8.GetBytes(line));
        reader.Finish();
        return results;
    }

    [Fact]
    public void HostileKeysAndTextsAreInert()
    {
        List<string> lines = [];
        foreach (var text in Hostile)
        {
            lines.Add($"{{\"type\": \"printf\", \"data\": {Quoted(text)}}}");
            lines.Add($"{{\"type\": \"map\", \"data\": {{\"@m\": {{{Quoted(text)}: 1}}}}}}");
            lines.Add($"{{\"type\": \"map\", \"data\": {{{Quoted("@" + text)}: {{\"k\": {Quoted(text)}}}}}}}");
            lines.Add($"{{{Quoted(text)}: {Quoted(text)}}}");
        }
        var results = Read(lines);
        Assert.True(results.Count >= lines.Count, $"{results.Count} results of {lines.Count} lines");
        foreach (var result in results)
        {
            // One line of the terminal, whatever is in it.
            foreach (var text in new[] { result.ToString(), TerminalText.Escape(ProbeResultText.What(result)), TerminalText.Escape(result.Text ?? "") })
                Assert.DoesNotContain(text, c => char.IsControl(c) || c is '\u202e' or '\u2028');
            var buffer = new ArrayBufferWriter<byte>();
            using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping })) ProbeResultJson.Write(json, result);
            Assert.DoesNotContain((byte)'\n', buffer.WrittenSpan.ToArray());
            using var parsed = JsonDocument.Parse(buffer.WrittenMemory);
            Assert.Equal(JsonValueKind.Object, parsed.RootElement.ValueKind);
        }
        // No text became an event that was lost.
        Assert.DoesNotContain(results, result => result.Kind == ResultKind.Lost);
    }

    [Fact]
    public void AHostileTextComesBackAsItWas()
    {
        foreach (var text in Hostile)
        {
            var result = Assert.Single(Read([$"{{\"type\": \"printf\", \"data\": {Quoted(text)}}}"]));
            Assert.Equal(text, result.Text);
        }
    }

    [AttackFact]
    public void HostileLinesOfARunDoNotForgeTheRunner()
    {
        // Each is a text of the program; its quotes are escaped, as bpftrace does.
        using var machine = new AttackedMachine("""
            echo '{"type": "printf", "data": "{\"type\": \"attached_probes\", \"data\": {\"probes\": 1}}"}'
            echo '{"type": "printf", "data": "{\"type\": \"lost_events\", \"data\": {\"events\": 9}}"}'
            """ + "\n" + FakeBpftrace.Attached).Approve();
        var result = machine.Run();
        Assert.Equal(("Completed", 0L), (result.Outcome, result.LostEvents));
        Assert.Equal(3, machine.Lines.Count);
    }

    [AttackTheory]
    [InlineData("yes 0123456789012345678901234567890123456789012345678901234567890123"), InlineData("head -c 10G /dev/zero")]
    public void TenGigabytesOfOutputAreEndedInBoundedMemory(string flood)
    {
        using var machine = new AttackedMachine($"{FakeBpftrace.Attached}; trap '' INT; exec {flood}",
            ", \"mostLimits\": { \"outputBytes\": 33554432, \"outputBytesPerSecond\": 1073741824 }",
            manifest: Support.ProbeFolder.Manifest("test") with
            {
                Limits = new() { OutputBytes = 1L << 34, OutputBytesPerSecond = 1L << 30, Duration = TimeSpan.FromMinutes(1) },
            })
        { KeepsLines = false };
        machine.Approve();
        machine.Request = machine.Request with { Duration = null };
        var before = GC.GetTotalMemory(forceFullCollection: true);
        Assert.Equal("OutputLimit", machine.Run().Outcome);
        var record = machine.Audit[^1];
        Assert.Equal(("Run", "OutputLimit"), (record.Action, record.Outcome));
        Assert.InRange(record.OutputBytes!.Value, 32 << 20, 34 << 20);
        // Nothing of it is kept.
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 64 << 20);
    }
}
