using System.Text;
using KernelMagnifier.Logs;
using KernelMagnifier.Logs.Spooling;

namespace KernelMagnifier.Engine.Tests.Logs;

public sealed class SpoolTests
{
    private static readonly LogTarget Target = LogTarget.Parse("file:/nowhere");

    [Fact]
    public void RecordsWaitInOrderAndAreRemovedOnce()
    {
        using var place = new TemporaryDirectory();
        using (var spool = Open(place))
            for (var i = 1; i <= 3; i++) Assert.Equal(0, spool.Add(Line(i)));
        using var again = Open(place);
        Assert.Equal([1L, 2, 3], Numbers(again));
        again.Remove(again.Entries()[0]);
        again.Add(Line(4));
        Assert.Equal([2L, 3, 4], Numbers(again));
    }

    [Fact]
    public void BeyondItsSizeOneRecordSaysHowManyTheOldestWere()
    {
        using var place = new TemporaryDirectory();
        using var spool = Open(place, size: 10 * 4096);
        var dropped = Enumerable.Range(1, 100).Sum(i => spool.Add(Line(i)));
        var entries = spool.Entries();
        Assert.True(entries.Sum(e => e.Size) <= 10 * 4096);
        var head = MeasurementJson.Read(spool.Read(entries[0])).Record!;
        Assert.Equal(("Dropped", 91L), (head.Status, head.DroppedRecords));
        Assert.Equal(91, dropped);
        Assert.Contains("91 records of the time from 2026-11-30 13:00:00Z to 2026-12-04 07:00:10Z", head.Reason, StringComparison.Ordinal);
        Assert.Contains("file:/nowhere", head.Reason, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(92, 9).Select(i => (long)i), Numbers(spool).Skip(1));
    }

    [Fact]
    public void WhateverIsOnTheDiskWhenTheProcessIsKilledNothingIsLostOrCountedTwice()
    {
        using var place = new TemporaryDirectory();
        const int Size = 4 * 4096;
        using (var spool = Open(place, Size)) for (var i = 1; i <= 4; i++) spool.Add(Line(i));
        var before = Files(place);
        using (var spool = Open(place, Size)) spool.Add(Line(5));
        var after = Files(place);
        // The files are added in this order, and then removed: each prefix is what a kill can leave.
        var added = after.Where(f => !before.ContainsKey(f.Key)).OrderBy(f => f.Key.Contains('-')).ToList();
        var removed = before.Where(f => !after.ContainsKey(f.Key)).OrderBy(f => f.Key, StringComparer.Ordinal).ToList();
        Assert.Equal((2, 2), (added.Count, removed.Count));
        for (var step = 0; step <= added.Count + removed.Count; step++)
            for (var torn = 0; torn < (step < added.Count ? 40 : 1); torn++)
            {
                foreach (var file in Directory.EnumerateFiles(DirectoryOf(place))) File.Delete(file);
                foreach (var (name, content) in before.Except(removed.Take(step - added.Count)).Concat(added.Take(step)))
                    File.WriteAllBytes(Path.Combine(DirectoryOf(place), name), content);
                if (step < added.Count) File.WriteAllBytes(Path.Combine(DirectoryOf(place), "new.tmp"), added[step].Value[..(added[step].Value.Length * torn / 39)]);
                using var spool = Open(place, Size);
                var records = spool.Entries().Select(e => MeasurementJson.Read(spool.Read(e)).Record!).ToList();
                var counted = records.Sum(r => r.DroppedRecords ?? 0);
                Assert.Equal(step >= 1 ? 5 : 4, counted + records.Count(r => r.Status != "Dropped"));
                Assert.Equal(step >= 2 ? 2 : 0, counted);
            }
    }

    [Fact]
    public void TheRecordThatIsBeingSentIsNotDropped()
    {
        using var place = new TemporaryDirectory();
        using var spool = Open(place, 4 * 4096);
        for (var i = 1; i <= 4; i++) spool.Add(Line(i));
        using var sending = spool.TrySend();
        using var other = Open(place, 4 * 4096);
        Assert.Null(other.TrySend());
        Assert.Equal(2, other.Add(Line(5)));
        Assert.Equal(1, MeasurementJson.Read(spool.Read(spool.Entries()[0])).Record!.Sequence);
        Assert.Equal(2, MeasurementJson.Read(spool.Read(spool.Entries()[1])).Record!.DroppedRecords);
    }

    [Fact]
    public void SeveralThreadsAddAtOnce()
    {
        using var place = new TemporaryDirectory();
        Parallel.For(0, 8, thread =>
        {
            using var spool = Open(place);
            for (var i = 1; i <= 20; i++) spool.Add(Line(thread * 100 + i));
        });
        using var all = Open(place);
        Assert.Equal(160, Numbers(all).Distinct().Count());
        for (var thread = 0; thread < 8; thread++)
            Assert.Equal(Enumerable.Range((thread * 100) + 1, 20).Select(i => (long)i), Numbers(all).Where(n => n / 100 == thread));
    }

    [Fact]
    public void ADirectoryThatOthersCanWriteToIsRefused()
    {
        using var place = new TemporaryDirectory();
        Directory.CreateDirectory(place["spool"]);
        File.SetUnixFileMode(place["spool"], (UnixFileMode)0b111_111_111);
        Assert.Throws<IOException>(() => Open(place));
    }

    [Fact]
    public void FilesAreNotReadableByOthers()
    {
        using var place = new TemporaryDirectory();
        using var spool = Open(place);
        spool.Add(Line(1));
        foreach (var file in Directory.EnumerateFiles(DirectoryOf(place))) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(DirectoryOf(place)));
    }

    private static string DirectoryOf(TemporaryDirectory place) => place["spool/a"];

    private static Dictionary<string, byte[]> Files(TemporaryDirectory place)
        => Directory.EnumerateFiles(DirectoryOf(place), "*.json").ToDictionary(f => Path.GetFileName(f), File.ReadAllBytes);

    private static byte[] Line(int number) => Encoding.UTF8.GetBytes(SinkRecords.Line(SinkRecords.Make(number)));

    private static Spool Open(TemporaryDirectory place, long size = 1 << 24)
        => Spool.Open(DirectoryOf(place), Target.ToString(), size, lines => DroppedRecord.Of(Target, lines));

    private static IEnumerable<long> Numbers(Spool spool) => spool.Entries().Select(e => MeasurementJson.Read(spool.Read(e)).Record!.Sequence ?? 0);
}
