using KernelMagnifier.Tables;

namespace KernelMagnifier.Engine.Tests.Tables;

/// <summary>Values in paths.</summary>
public class HivePathTests
{
    [Theory]
    [InlineData("web1", "host=web1")]
    [InlineData("a/b", "host=a%2Fb")]
    [InlineData("..", "host=%2E%2E")]
    [InlineData(".", "host=%2E")]
    [InlineData("ü=%", "host=%C3%BC%3D%25")]
    [InlineData("", "host=")]
    [InlineData(null, "host=__HIVE_DEFAULT_PARTITION__")]
    [InlineData("a\nb\u001b", "host=a%0Ab%1B")]
    [InlineData("x y~z_-", "host=x%20y~z_-")]
    [InlineData("null", "host=%6Eull")]
    [InlineData("NULL", "host=%4EULL")]
    [InlineData("nullx", "host=nullx")]
    public void AValueIsEncodedAsHiveDoes(string? value, string folder)
    {
        Assert.Equal(folder, HivePath.Folder("host", value));
        Assert.Equal(("host", value), HivePath.Parse(folder));
    }

    [Fact]
    public void AValueThatSpellsTheUnknownOneIsAnother()
    {
        var folder = HivePath.Folder("host", HivePath.Null);
        Assert.DoesNotContain(HivePath.Null, folder, StringComparison.Ordinal);
        Assert.Equal(("host", HivePath.Null), HivePath.Parse(folder));
    }

    [Fact]
    public void WhatIsNoEscapeStays()
    {
        Assert.Equal(("host", "%zz%4"), HivePath.Parse("host=%zz%4"));
        Assert.Null(HivePath.Parse("calls"));
        Assert.Null(HivePath.Parse("=x"));
    }

    [Theory]
    [InlineData(".hidden", "%2Ehidden.parquet")]
    [InlineData("_x", "%5Fx.parquet")]
    [InlineData("trace.dat", "trace.dat.parquet")]
    [InlineData("../../etc/passwd", "%2E.%2F..%2Fetc%2Fpasswd.parquet")]
    public void NoFileIsHiddenFromReaders(string name, string file) => Assert.Equal(file, HivePath.File(name, ".parquet"));

    [Fact]
    public void ANameThatIsTooLongForAFileSystemIsRefused()
        => Assert.Equal(ErrorCode.OutputNotWritable,
            Assert.Throws<KernelMagnifierException>(() => HivePath.Folder("host", new string('ü', 100))).Code);
}
