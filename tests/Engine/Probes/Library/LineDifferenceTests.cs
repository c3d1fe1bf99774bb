using KernelMagnifier.Probes.Library;

namespace KernelMagnifier.Engine.Tests.Probes.Library;

public class LineDifferenceTests
{
    [Theory]
    [InlineData("", ""), InlineData("abc", "abc"), InlineData("", "abc"), InlineData("abc", ""), InlineData("abcd", "acd"), InlineData("acd", "abcd")]
    [InlineData("abcabba", "cbabac"), InlineData("aaa", "aa"), InlineData("xay", "zaz")]
    public void BothTextsComeBack(string old, string @new) => Check(old, @new);

    [Fact]
    public void RandomTextsComeBackWithTheLongestCommonPart()
    {
        var random = new Random(20261130);
        for (var i = 0; i < 300; i++) Check(Text(), Text());
        string Text() => string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => (char)('a' + random.Next(3))));
    }

    [Fact]
    public void LargeTextsAreNotCompared()
    {
        var (old, @new) = (Enumerable.Range(0, 3000).Select(i => $"old {i}").ToList(), Enumerable.Range(0, 3000).Select(i => $"new {i}").ToList());
        Assert.Equal(6000, LineDifference.Of(old, @new).Count);
        Assert.Equal(6002, LineDifference.Of(["head", .. old, "tail"], ["head", .. @new, "tail"]).Count);
    }

    private static void Check(string old, string @new)
    {
        string[] a = [.. old.Select(c => c.ToString())], b = [.. @new.Select(c => c.ToString())];
        var pairs = LineDifference.Of(a, b);
        Assert.Equal(Enumerable.Range(0, a.Length), pairs.Where(pair => pair.Old >= 0).Select(pair => pair.Old));
        Assert.Equal(Enumerable.Range(0, b.Length), pairs.Where(pair => pair.New >= 0).Select(pair => pair.New));
        var same = pairs.Where(pair => pair is { Old: >= 0, New: >= 0 }).ToList();
        Assert.All(same, pair => Assert.Equal(a[pair.Old], b[pair.New]));
        Assert.Equal(Longest(a, b, 0, 0), same.Count);
    }

    private static int Longest(string[] a, string[] b, int i, int j)
        => i == a.Length || j == b.Length ? 0 : a[i] == b[j] ? 1 + Longest(a, b, i + 1, j + 1) : Math.Max(Longest(a, b, i + 1, j), Longest(a, b, i, j + 1));
}
