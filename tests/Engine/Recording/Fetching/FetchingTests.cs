using System.Diagnostics;
using KernelMagnifier.Recording.Fetching;

namespace KernelMagnifier.Engine.Tests.Recording.Fetching;

public sealed class FetchingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("km-fetch-").FullName;
    private readonly byte[] _content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7 >> 3))];

    private string Copy => Path.Combine(_folder, "web1", "x.dat");

    private string Part => Path.Combine(_folder, "web1", ".x.dat.part");

    public void Dispose() => Directory.Delete(_folder, true);

    private RecordingCopy Fetch(FakeHost host, bool replace = false)
        => new RecordingFetch(_folder, replace).Copy(host, host.Recording, _ => { }, CancellationToken.None);

    [Fact]
    public void A_copy_appears_when_it_is_complete()
    {
        var copy = Fetch(new FakeHost(_content));
        Assert.Equal(("Copied", Copy, (long?)null), (copy.Status, copy.FullName, copy.ResumedAt));
        Assert.Equal(_content, File.ReadAllBytes(Copy));
        Assert.Equal([Copy], Directory.EnumerateFiles(_folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }));
        var again = new FakeHost(_content);
        Assert.Equal("Unchanged", Fetch(again).Status);
        Assert.Empty(again.Offsets);
    }

    [Fact]
    public void A_connection_that_is_lost_leaves_what_the_next_run_continues()
    {
        var host = new FakeHost(_content) { LostAfter = 123_456 };
        Assert.Equal(ErrorCode.HostFailed, Assert.Throws<KernelMagnifierException>(() => Fetch(host)).Code);
        Assert.False(File.Exists(Copy));
        host.LostAfter = null;
        var copy = Fetch(host);
        Assert.Equal(("Resumed", (long?)123_456), (copy.Status, copy.ResumedAt));
        Assert.Equal([0, 123_456], host.Offsets);
        Assert.Equal(_content, File.ReadAllBytes(Copy));
    }

    [Theory]
    [InlineData(1000, 1)]
    [InlineData(300_001, 0)]
    public void A_beginning_of_another_file_is_not_continued(int length, byte add)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Part)!);
        File.WriteAllBytes(Part, [.. Enumerable.Range(0, length).Select(i => (byte)(_content[i % _content.Length] + add))]);
        var host = new FakeHost(_content);
        Assert.Equal("Copied", Fetch(host).Status);
        Assert.Equal([0], host.Offsets);
        Assert.Equal(_content, File.ReadAllBytes(Copy));
    }

    [Fact]
    public void Bytes_that_changed_on_the_way_are_not_published()
    {
        foreach (var sent in new[] { [.. _content[..^1], (byte)(_content[^1] + 1)], _content[..^1], [.. _content, 0] })
        {
            var error = Assert.Throws<KernelMagnifierException>(() => Fetch(new FakeHost(_content) { Sent = sent }));
            Assert.Equal((ErrorCode.CopyFailed, "web1:/var/tmp/x.dat"), (error.Code, error.Target));
            Assert.False(File.Exists(Copy) || File.Exists(Part));
        }
    }

    [Fact]
    public void Another_file_is_replaced_only_when_asked_for()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Copy)!);
        File.WriteAllText(Copy, "mine");
        Assert.Equal(ErrorCode.OutputExists, Assert.Throws<KernelMagnifierException>(() => Fetch(new FakeHost(_content))).Code);
        Assert.Equal("mine", File.ReadAllText(Copy));
        Assert.Equal("Copied", Fetch(new FakeHost(_content), replace: true).Status);
        Assert.Equal(_content, File.ReadAllBytes(Copy));
    }

    [Fact]
    public void A_link_in_place_of_a_part_is_not_followed()
    {
        var bait = Path.Combine(_folder, "bait");
        File.WriteAllText(bait, "bait");
        Directory.CreateDirectory(Path.GetDirectoryName(Part)!);
        File.CreateSymbolicLink(Part, bait);
        Assert.Equal(ErrorCode.OutputNotSafe, Assert.Throws<KernelMagnifierException>(() => Fetch(new FakeHost(_content))).Code);
        Assert.Equal("bait", File.ReadAllText(bait));
    }

    [Theory]
    [InlineData("web1", "web1")]
    [InlineData("..", "%2E.")]
    [InlineData("../../etc", "%2E.%2F..%2Fetc")]
    [InlineData("fe80::1%eth0", "fe80%3A%3A1%25eth0")]
    [InlineData("-x", "%2Dx")]
    public void The_folder_of_a_host_is_a_plain_name(string host, string folder) => Assert.Equal(folder, LocalName.OfHost(host));

    [Theory]
    [InlineData("/a/x y.dat", "x y.dat")]
    [InlineData("/a/..", "%2E.")]
    [InlineData("x.dat", "x.dat")]
    [InlineData("/a/.x.dat.part", "%2Ex.dat.part")]
    [InlineData("/a/\u001b[2J\u202e%41\\.dat", "%1B[2J%E2%80%AE%2541%5C.dat")]
    [InlineData("/a/größe-\U0001F600", "größe-%F0%9F%98%80")]
    [InlineData("/a/", null)]
    public void The_name_of_a_copy_is_a_plain_name(string path, string? name) => Assert.Equal(name, LocalName.OfFile(path));

    /// <summary>What sh makes of a word is the path; the oracle is the shell of this machine.</summary>
    [Theory]
    [InlineData("/a b/'c'\"d\"\\e$(id)`id`;&|<>(){}~#!\t\n=x")]
    [InlineData("~/x")]
    [InlineData("-n")]
    [InlineData("*[a-z]?")]
    public void A_quoted_path_is_one_word_of_a_shell(string path)
    {
        var expected = path.StartsWith('/') ? path : "./" + path;
        Assert.Equal(expected, Shell($"printf %s {ShellText.Quote(new RemotePath(path, true))}"));
        if (!new RemotePath(path, false).HasWildcards) Assert.Equal(expected, Shell($"printf %s {ShellText.Quote(new RemotePath(path, false))}"));
    }

    [Theory]
    [InlineData("*.dat", "a 1.dat|a'2.dat|b.dat")]
    [InlineData("a ?.dat", "a 1.dat")]
    [InlineData("[b-z].dat", "b.dat")]
    [InlineData("[!a]*.dat", "b.dat")]
    [InlineData("a'*", "a'2.dat")]
    [InlineData("$(touch x)*", "$(touch x)*")]
    public void Only_wildcards_have_a_meaning(string pattern, string files)
    {
        foreach (var name in new[] { "a 1.dat", "a'2.dat", "b.dat" }) File.WriteAllText(Path.Combine(_folder, name), "");
        var found = Shell($"cd '{_folder}' && for f in {ShellText.Quote(new RemotePath(pattern, false))}; do printf '%s|' \"$f\"; done");
        Assert.Equal(files, string.Join('|', found.TrimEnd('|').Split('|').Select(f => f[2..])));
        Assert.False(File.Exists(Path.Combine(_folder, "x")));
    }

    [Theory]
    [InlineData("web1", "web1", null, null)]
    [InlineData("me@web1:22", "web1", "me", 22)]
    [InlineData("DOMAIN\\me@web1", "web1", "DOMAIN\\me", null)]
    [InlineData("fe80::1%eth0", "fe80::1%eth0", null, null)]
    public void A_host_has_a_user_and_a_port(string text, string host, string? user, int? port)
        => Assert.Equal((host, user, port), SshTarget.Parse(text) is { } target ? (target.Host, target.User, target.Port) : default);

    [Theory]
    [InlineData("")]
    [InlineData("-oProxyCommand=id")]
    [InlineData("-l@web1")]
    [InlineData("web1 id")]
    [InlineData("web1;id")]
    [InlineData("web1:99999")]
    [InlineData("web1\n")]
    [InlineData("a@-b")]
    public void What_is_no_host_is_refused(string text) => Assert.Null(SshTarget.Parse(text));

    [Fact]
    public void A_listing_that_is_cut_or_wrong_is_refused()
    {
        var hash = new string('a', 64);
        IReadOnlyList<RemoteRecording>? Parse(params string[] fields)
            => RemoteListing.Files("web1", fields, [new RemotePath("/x", true)], _ => { });
        Assert.Equal([new RemoteRecording("/x", 3, hash)], Parse("F", "/x", "3", hash, "Z", "", "", "")!);
        Assert.Null(Parse("F", "/x", "3", hash));
        Assert.Null(Parse("F", "/x", "-3", hash, "Z", "", "", ""));
        Assert.Null(Parse("F", "/x", "3", "A" + hash[1..], "Z", "", "", ""));
        Assert.Null(Parse("Z", "", ""));
        Assert.Null(Parse());
    }

    private static string Shell(string script)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-s"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        shell.StandardInput.Write(script);
        shell.StandardInput.Close();
        return shell.StandardOutput.ReadToEnd();
    }
}
