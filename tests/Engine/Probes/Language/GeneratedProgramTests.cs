using System.Text;
using KernelMagnifier.Probes.Language;

namespace KernelMagnifier.Engine.Tests.Probes.Language;

/// <summary>150 valid programs from the grammar, and each of them with one bracket too few or too many.</summary>
public class GeneratedProgramTests
{
    private const int Programs = 150;

    [Fact]
    public void ValidProgramsHaveWhatWasGenerated()
    {
        for (var seed = 0; seed < Programs; seed++)
        {
            var maker = new ProgramMaker(seed);
            var text = maker.Make();
            var facts = ProgramParser.Parse(Encoding.UTF8.GetBytes(text), "p");
            Assert.True(facts.Issues.Count == 0, $"seed {seed}: {string.Join("; ", facts.Issues)}\n{text}");
            Assert.Equal(maker.AttachPoints, facts.AttachPoints.Select(point => point.Text));
            Assert.Equal(maker.Maps, facts.Maps.Keys);
            Assert.Equal(maker.Functions, facts.Calls.Select(call => call.Name).Distinct().Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void DamagedProgramsAreReported()
    {
        for (var seed = 0; seed < Programs; seed++)
        {
            var maker = new ProgramMaker(seed);
            var text = maker.Make();
            var at = maker.Brackets[new Random(seed).Next(maker.Brackets.Count)];
            // One bracket less or more never balances.
            var damaged = seed % 2 == 0 ? text.Remove(at, 1) : text.Insert(at, text[at].ToString());
            var facts = ProgramParser.Parse(Encoding.UTF8.GetBytes(damaged), "p");
            Assert.True(facts.Issues.Count > 0, $"seed {seed}, byte {at}:\n{damaged}");
        }
    }
}
