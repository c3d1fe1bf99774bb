using KernelMagnifier.Parquet;
using KernelMagnifier.Tables;

namespace KernelMagnifier.Engine.Tests.Tables;

/// <summary>Damaged, cut, foreign and unfinished files: an error of the product that names the file, never a crash.</summary>
public class DamagedTableTests
{
    [Fact]
    public void ACutOrChangedFileIsAnError()
    {
        using var folder = new TableFolder();
        var written = folder.Write(SharedData.Local("trace-dat/mix-plain.dat"), new TableReading { Tables = [TableKind.Calls, TableKind.Events] });
        var (damaged, random) = (Path.Combine(folder.Path, "damaged.parquet"), new Random(5));
        var (errors, readable) = (0, 0);
        foreach (var file in written)
        {
            var bytes = File.ReadAllBytes(file.Path);
            for (var variant = 0; variant < 120; variant++)
            {
                var changed = (byte[])bytes.Clone();
                if (variant % 3 == 0) changed = changed[..random.Next(bytes.Length)];
                // Half of the changes are in the end of the file, which tells where everything is.
                else if (variant % 3 == 1) changed[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                else changed[bytes.Length - 1 - random.Next(Math.Min(bytes.Length, 6000))] ^= (byte)(1 << random.Next(8));
                File.WriteAllBytes(damaged, changed);
                try
                {
                    var part = TableDataset.Open(ParquetTables.Create(), damaged).Parts.Single();
                    readable += part.Table == TableKind.Calls ? part.ReadCalls(default).Count() : part.ReadEvents(default).Count();
                }
                catch (KernelMagnifierException error)
                {
                    errors++;
                    Assert.Equal(ErrorCode.TableUnreadable, error.Code);
                    Assert.Equal(damaged, error.Target);
                    Assert.NotNull(error.RecommendedAction);
                }
            }
        }
        Assert.InRange(errors, 160, 240);
    }

    [Theory]
    [InlineData("")]
    [InlineData("PAR1")]
    [InlineData("time,cpu\n1,2\n and so on")]
    [InlineData("PAR1 no end of a file is here")]
    [InlineData("PAR1xxxxxxxx\u007f\u007f\u007f\u007fPAR1")]
    public void WhatIsNoParquetFileIsAnError(string content)
    {
        using var folder = new TableFolder();
        var path = Path.Combine(folder.Path, "x.parquet");
        File.WriteAllText(path, content);
        var error = Assert.Throws<KernelMagnifierException>(() => folder.Open());
        Assert.Equal((ErrorCode.TableUnreadable, path), (error.Code, error.Target));
    }

    [Fact]
    public void AForeignFileIsSaidAndTheOthersAreRead()
    {
        using var folder = new TableFolder();
        folder.Write(SharedData.Local("trace-dat/mix-plain.dat"));
        var foreign = Path.Combine(folder.Path, "foreign.parquet");
        using (var duck = new Duck()) duck.Run($"COPY (SELECT 1 AS x) TO '{foreign}' (FORMAT parquet)");
        File.WriteAllText(Path.Combine(folder.Path, "cut.parquet"), "PAR1 no end of a file is here");
        var dataset = folder.Open();
        Assert.Equal([TableKind.Calls, TableKind.Events, TableKind.Intervals], dataset.Parts.Select(part => part.Table).Order().Distinct());
        Assert.Equal(foreign, Assert.Single(dataset.Foreign).Path);
        Assert.EndsWith("cut.parquet", Assert.Single(dataset.Damaged).Target, StringComparison.Ordinal);
        var error = Assert.Throws<KernelMagnifierException>(() => folder.Open(foreign));
        Assert.Equal((ErrorCode.TableUnreadable, foreign), (error.Code, error.Target));
    }

    [Fact]
    public void AColumnOfAnotherTypeIsAnError()
    {
        using var folder = new TableFolder();
        var written = folder.Write(SharedData.Local("trace-dat/mix-plain.dat"), new TableReading { Tables = [TableKind.Calls] });
        var path = Path.Combine(folder.Path, "changed.parquet");
        using (var duck = new Duck())
            duck.Run($"COPY (SELECT * REPLACE (CAST(cpu AS VARCHAR) AS cpu) FROM read_parquet('{written[0].Path}', hive_partitioning=false)) TO '{path}' "
                + "(FORMAT parquet, KV_METADATA {'kernel-magnifier.table': 'calls', 'kernel-magnifier.schema': '1'})");
        var error = Assert.Throws<KernelMagnifierException>(() => folder.Open(path));
        Assert.Contains("'cpu'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsMissingIsAnError()
    {
        using var folder = new TableFolder();
        Assert.Equal(ErrorCode.TableNotFound, Assert.Throws<KernelMagnifierException>(() => folder.Open()).Code);
        Assert.Equal(ErrorCode.TableNotFound, Assert.Throws<KernelMagnifierException>(() => folder.Open(folder.Path + "/none")).Code);
    }

    [Fact]
    public void AnExistingFileIsKeptWithoutForce()
    {
        using var folder = new TableFolder();
        var recording = SharedData.Local("trace-dat/mix-plain.dat");
        var first = folder.Write(recording);
        Assert.Equal(ErrorCode.OutputExists, Assert.Throws<KernelMagnifierException>(() => folder.Write(recording)).Code);
        Assert.Equal(first, folder.Write(recording, options: folder.Options with { Force = true }));
        Assert.Empty(Hidden(folder));
    }

    /// <summary>What a killed writer leaves is hidden from readers, and goes when the same file is written again.</summary>
    [Fact]
    public void LeftoversOfKilledWritersAreIgnoredAndRemoved()
    {
        using var folder = new TableFolder();
        var recording = SharedData.Local("trace-dat/mix-plain.dat");
        var written = folder.Write(recording);
        var leftover = Path.Combine(Path.GetDirectoryName(written[0].Path)!, $".{Path.GetFileName(written[0].Path)}.abc.tmp");
        File.WriteAllText(leftover, "PAR1 half");
        Assert.Equal(written.Count, folder.Open().Parts.Count);
        folder.Write(recording, options: folder.Options with { Force = true });
        Assert.False(File.Exists(leftover));
    }

    [Fact]
    public void NothingIsThereBeforeEverythingIs()
    {
        using var folder = new TableFolder();
        using (var export = new TableExport(ParquetTables.Create(), folder.Options, default))
        {
            using (var reader = Traces.TraceFile.Open(SharedData.Local("trace-dat/mix-plain.dat"))) export.Read(reader, new TableReading());
            Assert.Empty(Directory.GetFiles(folder.Path, "*.parquet", SearchOption.AllDirectories));
            Assert.NotEmpty(Hidden(folder));
        }
        Assert.Empty(Hidden(folder));
    }

    /// <summary>Two writers of the same file do not delete each other's.</summary>
    [Fact]
    public void ARunningWriterKeepsItsFile()
    {
        using var folder = new TableFolder();
        var recording = SharedData.Local("trace-dat/mix-plain.dat");
        using var slow = new TableExport(ParquetTables.Create(), folder.Options with { Force = true }, default);
        using (var reader = Traces.TraceFile.Open(recording)) slow.Read(reader, new TableReading());
        var written = folder.Write(recording);
        Assert.Equal(written.Select(file => file.Path), slow.Commit().Select(file => file.Path));
        Assert.Equal(written.Count, folder.Open().Parts.Count);
    }

    private static string[] Hidden(TableFolder folder)
        => [.. Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file).StartsWith('.'))];
}
