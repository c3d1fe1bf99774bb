using System.Text;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Manifests;

namespace KernelMagnifier.Engine.Tests.Probes.Manifests;

public class ManifestTests
{
    [Fact]
    public void WhatIsWrittenIsReadAndWrittenAlike()
    {
        foreach (var template in ProbeTemplate.All)
        {
            var text = ProbeManifestFile.Write(template.Manifest);
            Assert.Equal(text, ProbeManifestFile.Write(ProbeManifestFile.Read(text, "file")));
            Assert.Equal((byte)'\n', text[^1]);
        }
    }

    [Theory]
    [InlineData("\"tested\"", "\"testet\"", "testet: there is no such property")]
    [InlineData("\"title\": \"A test\"", "\"owner\": \"x\"", "owner: the property is there twice")]
    [InlineData("A test", "A \\u001b[31m", "title: the text has a control character")]
    [InlineData("A test", "", "title: the text is empty")]
    [InlineData("\"1.0.0\"", "\"1.0\"", "version: ")]
    [InlineData("\"test\"", "\"../test\"", "name: ")]
    [InlineData("\"durationSeconds\": 60", "\"durationSeconds\": 0", "limits.durationSeconds: 0 is not from 1 to 86400")]
    [InlineData("\"cpuPercent\": 5", "\"cpuPercent\": \"5\"", "limits.cpuPercent: a number is expected")]
    [InlineData("\"Counters\"", "\"4\"", "dataClass: ")]
    [InlineData("\"tested\": []", "\"tested\": {}", "tested: a list is expected")]
    [InlineData("\"interval:s:1\"", "\"a\", \"a\"", "attachPoints: a is there twice")]
    [InlineData("A test", "\\ud800", "a text is not Unicode")]
    [InlineData("{", "[", "it is not JSON")]
    public void AnErrorNamesTheProperty(string part, string replacement, string expected)
    {
        var good = Encoding.UTF8.GetString(ProbeManifestFile.Write(ProbeFolder.Manifest("test")));
        var at = good.IndexOf(part, StringComparison.Ordinal);
        var bad = good[..at] + replacement + good[(at + part.Length)..];
        var error = Assert.Throws<KernelMagnifierException>(() => ProbeManifestFile.Read(Encoding.UTF8.GetBytes(bad), "file"));
        Assert.Equal(ErrorCode.ProbeUnreadable, error.Code);
        Assert.StartsWith(expected, error.Cause, StringComparison.Ordinal);
    }
}
