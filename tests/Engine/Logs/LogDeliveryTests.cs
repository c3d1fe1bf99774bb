using System.Text;
using KernelMagnifier.Logs;

namespace KernelMagnifier.Engine.Tests.Logs;

/// <summary>Deliveries to receivers that are away, slow, or answer as they should not.</summary>
public sealed class LogDeliveryTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30), Short = TimeSpan.FromSeconds(1);

    [Fact]
    public void AFileGetsEachRecordOnce()
    {
        using var place = new TemporaryDirectory();
        var target = LogTarget.Parse($"file:{place["log/a/km.ndjson"]}");
        for (var i = 1; i <= 3; i++)
            Assert.Equal(new LogDeliveryResult(target, 1, 0, 0, null), Assert.Single(place.Delivery().Deliver(SinkRecords.Make(i), [target], Long, default)));
        Assert.Equal(Enumerable.Range(1, 3).Select(i => SinkRecords.Line(SinkRecords.Make(i))), File.ReadAllLines(target.Address));
        Assert.Equal((UnixFileMode)0b110_100_000, File.GetUnixFileMode(target.Address));
    }

    [Fact]
    public void WhatWaitsIsSentFirstAndInOrder()
    {
        using var place = new TemporaryDirectory();
        var target = LogTarget.Parse($"file:{place["km.ndjson"]}");
        Directory.CreateDirectory(target.Address);
        for (var i = 1; i <= 3; i++)
        {
            var away = Assert.Single(place.Delivery().Deliver(SinkRecords.Make(i), [target], Long, default));
            Assert.Equal((0, i, 0), (away.Delivered, away.Waiting, away.Dropped));
            Assert.Contains("cannot be written", away.Problem, StringComparison.Ordinal);
        }
        Directory.Delete(target.Address);
        Assert.Equal(target, Assert.Single(place.Delivery().KnownTargets()));
        Assert.Equal(new LogDeliveryResult(target, 4, 0, 0, null), Assert.Single(place.Delivery().Deliver(SinkRecords.Make(4), [target], Long, default)));
        Assert.Equal(Enumerable.Range(1, 4).Select(i => SinkRecords.Line(SinkRecords.Make(i))), File.ReadAllLines(target.Address));
    }

    [Fact]
    public void ARecordThatAKilledProcessHasWrittenIsNotWrittenAgain()
    {
        using var place = new TemporaryDirectory();
        var target = LogTarget.Parse($"file:{place["km.ndjson"]}");
        File.WriteAllText(target.Address, SinkRecords.Line(SinkRecords.Make(1)) + "\n");
        place.Delivery().Deliver(SinkRecords.Make(1), [target], Long, default);
        Assert.Single(File.ReadAllLines(target.Address));
    }

    [Fact]
    public void AnUnfinishedLineDoesNotTakeTheNextOneWithIt()
    {
        using var place = new TemporaryDirectory();
        var target = LogTarget.Parse($"file:{place["km.ndjson"]}");
        File.WriteAllText(target.Address, "{\"torn");
        place.Delivery().Deliver(SinkRecords.Make(1), [target], Long, default);
        Assert.Equal(["{\"torn", SinkRecords.Line(SinkRecords.Make(1))], File.ReadAllLines(target.Address));
    }

    [Fact]
    public void ALinkIsNotFollowed()
    {
        using var place = new TemporaryDirectory();
        File.WriteAllText(place["other"], "");
        File.CreateSymbolicLink(place["km.ndjson"], place["other"]);
        var result = place.Delivery().Deliver(SinkRecords.Make(1), [LogTarget.Parse($"file:{place["km.ndjson"]}")], Long, default);
        Assert.Equal((0, 1), (result[0].Delivered, result[0].Waiting));
        Assert.Equal("", File.ReadAllText(place["other"]));
    }

    [Fact]
    public void ADamagedRecordIsSetAsideAndThoseBehindItAreSent()
    {
        using var place = new TemporaryDirectory();
        var target = LogTarget.Parse($"file:{place["km.ndjson"]}");
        Directory.CreateDirectory(target.Address);
        for (var i = 1; i <= 2; i++) place.Delivery().Deliver(SinkRecords.Make(i), [target], Long, default);
        Directory.Delete(target.Address);
        var spool = place.Delivery().DirectoryOf(target);
        var first = Directory.EnumerateFiles(spool, "*.json").Order().First();
        File.WriteAllBytes(first, File.ReadAllBytes(first)[..50]);
        var result = Assert.Single(place.Delivery().Deliver(null, [target], Long, default));
        Assert.Equal((1, 0), (result.Delivered, result.Waiting));
        Assert.Contains("damaged", result.Problem, StringComparison.Ordinal);
        Assert.Equal(50, new FileInfo(Path.Combine(spool, "damaged-" + Path.GetFileName(first))).Length);
    }

    [Fact]
    public void WithoutASpoolARecordIsSentAtOnceOrReported()
    {
        using var place = new TemporaryDirectory();
        File.WriteAllText(place["spool"], "");
        var (good, bad) = (LogTarget.Parse($"file:{place["km.ndjson"]}"), LogTarget.Parse($"file:{place["spool/x"]}"));
        var results = place.Delivery().Deliver(SinkRecords.Make(1), [good, bad], Long, default);
        Assert.Equal((1, 0, 0), (results[0].Delivered, results[0].Waiting, results[0].Dropped));
        Assert.Equal((0, 0, 1), (results[1].Delivered, results[1].Waiting, results[1].Dropped));
        Assert.All(results, r => Assert.Contains("spool", r.Problem, StringComparison.Ordinal));
    }

    public static TheoryData<string> BadReceivers => ["closed", "never reads", "closes at once", "closes in the middle", "resets", "keeps open"];

    [Theory]
    [MemberData(nameof(BadReceivers))]
    public void OverTcpNothingIsLostAndWhatIsConfirmedIsNotSentAgain(string how)
    {
        using var place = new TemporaryDirectory();
        var (bad, messages) = (true, new List<string>());
        using var hold = new ManualResetEventSlim();
        using var receiver = new TestReceiver(connection =>
        {
            if (!bad) lock (messages) messages.AddRange(Frames(TestReceiver.ReadAll(connection)));
            else if (how == "never reads") hold.Wait();
            else if (how == "closes in the middle") connection.Receive(new byte[10]);
            else if (how == "resets") { connection.Receive(new byte[10]); TestReceiver.Reset(connection); }
            else if (how == "keeps open") { TestReceiver.ReadAll(connection); hold.Wait(); }
        });
        var target = LogTarget.Parse($"syslog+tcp://127.0.0.1:{(how == "closed" ? ClosedPort() : receiver.Port)}");
        var file = LogTarget.Parse($"file:{place["km.ndjson"]}");
        var results = place.Delivery().Deliver(SinkRecords.Make(1), [target, file], Short, default);
        Assert.Equal((0, 1, 0), (results[0].Delivered, results[0].Waiting, results[0].Dropped));
        Assert.NotNull(results[0].Problem);
        Assert.Equal(1, results[1].Delivered);
        if (how == "closed") return;
        bad = false;
        hold.Set();
        var after = place.Delivery().Deliver(SinkRecords.Make(2), [target], Long, default)[0];
        Assert.Equal(new LogDeliveryResult(target, 2, 0, 0, null), after);
        Assert.Equal([SinkRecords.Line(SinkRecords.Make(1)), SinkRecords.Line(SinkRecords.Make(2))], messages.Select(m => m[m.IndexOf("] {", StringComparison.Ordinal)..][2..]));
        Assert.Equal(0, place.Delivery().Deliver(null, [target], Long, default)[0].Delivered);
    }

    [Theory]
    [InlineData("200 OK", "", 1, 0, 0)]
    [InlineData("200 OK", "partial", 0, 0, 1)]
    [InlineData("200 OK", "garbage", 0, 1, 0)]
    [InlineData("200 OK", "html", 0, 1, 0)]
    [InlineData("200 OK", "json", 1, 0, 0)]
    [InlineData("400 Bad Request", "", 0, 0, 1)]
    [InlineData("413 Too Large", "", 0, 0, 1)]
    [InlineData("401 Unauthorized", "", 0, 1, 0)]
    [InlineData("429 Too Many", "", 0, 1, 0)]
    [InlineData("500 Error", "", 0, 1, 0)]
    [InlineData("503 Away", "", 0, 1, 0)]
    [InlineData("302 Found", "", 0, 1, 0)]
    [InlineData("closes", "", 0, 1, 0)]
    [InlineData("nothing", "", 0, 1, 0)]
    [InlineData("not http", "", 0, 1, 0)]
    public void OverOtlpTheAnswerDecides(string status, string body, int delivered, int waiting, int dropped)
    {
        using var place = new TemporaryDirectory();
        using var hold = new ManualResetEventSlim();
        using var receiver = new TestReceiver(connection =>
        {
            TestReceiver.ReadRequest(connection);
            if (status == "nothing") hold.Wait();
            else if (status == "not http") connection.Send("\x1b[31mSSH-2.0\r\n"u8);
            else if (status != "closes")
                TestReceiver.Answer(connection, status, body switch { "html" => "text/html", "json" => "application/json", _ => "application/x-protobuf" }, body switch
                {
                    "partial" => [0x0A, 6, 8, 3, 0x12, 2, (byte)'n', (byte)'o'],
                    "garbage" => [0xFF, 0xFF, 0xFF],
                    "html" => "<html>"u8.ToArray(),
                    "json" => "{}"u8.ToArray(),
                    _ => [],
                });
        });
        var target = LogTarget.Parse($"otlp+http://127.0.0.1:{receiver.Port}");
        var result = place.Delivery().Deliver(SinkRecords.Make(1), [target], status == "nothing" ? Short : Long, default)[0];
        hold.Set();
        Assert.Equal((delivered, waiting, dropped), (result.Delivered, result.Waiting, result.Dropped));
        Assert.Equal(delivered == 1, result.Problem is null);
        Assert.DoesNotContain('\x1b', result.Problem ?? "");
    }

    [Fact]
    public void TheBoundOfTheSpoolHoldsAndTheReceiverLearnsHowManyWereDropped()
    {
        using var place = new TemporaryDirectory();
        var target = LogTarget.Parse($"file:{place["km.ndjson"]}");
        Directory.CreateDirectory(target.Address);
        var delivery = place.Delivery(size: 8 * 4096);
        var dropped = Enumerable.Range(1, 30).Sum(i => delivery.Deliver(SinkRecords.Make(i), [target], Long, default)[0].Dropped);
        Directory.Delete(target.Address);
        delivery.Deliver(null, [target], Long, default);
        var records = File.ReadAllLines(target.Address).Select(l => MeasurementJson.Read(Encoding.UTF8.GetBytes(l)).Record!).ToList();
        Assert.Equal(("Dropped", dropped), (records[0].Status, records[0].DroppedRecords));
        Assert.Equal(30, dropped + records.Count - 1);
        Assert.Equal(Enumerable.Range((int)dropped + 1, records.Count - 1).Select(i => (long?)i), records.Skip(1).Select(r => r.Sequence));
    }

    [Fact]
    public void SeveralDeliveriesAtOnceSendEachRecordOnce()
    {
        using var place = new TemporaryDirectory();
        var target = LogTarget.Parse($"file:{place["km.ndjson"]}");
        Parallel.For(1, 7, i => place.Delivery().Deliver(SinkRecords.Make(i), [target], Long, default));
        place.Delivery().Deliver(null, [target], Long, default);
        Assert.Equal(Enumerable.Range(1, 6).Select(i => SinkRecords.Line(SinkRecords.Make(i))).Order(), File.ReadAllLines(target.Address).Order());
    }

    [SmallDiskFact]
    public void AFullDiskLeavesNoPartOfALine()
    {
        using var place = new TemporaryDirectory();
        using var disk = new SmallDisk(place["small"]);
        var target = LogTarget.Parse($"file:{place["small/km.ndjson"]}");
        var results = Enumerable.Range(1, 20).Select(i => place.Delivery().Deliver(SinkRecords.Make(i), [target], Long, default)[0]).ToList();
        Assert.Contains("No space left", results[^1].Problem, StringComparison.Ordinal);
        var lines = File.ReadAllLines(target.Address);
        Assert.Equal(results.Sum(r => r.Delivered), lines.Length);
        Assert.Equal(20, lines.Length + results[^1].Waiting);
        Assert.Equal(Enumerable.Range(1, lines.Length).Select(i => SinkRecords.Line(SinkRecords.Make(i))), lines);
    }

    [SmallDiskFact]
    public void WithAFullDiskBelowTheSpoolTheRecordIsSentAtOnce()
    {
        using var place = new TemporaryDirectory();
        using var disk = new SmallDisk(place["small"]);
        var target = LogTarget.Parse($"file:{place["km.ndjson"]}");
        using (var rest = File.Create(place["small/x"], bufferSize: 0))
            Assert.Throws<IOException>(() => rest.Write(new byte[1 << 20]));
        var direct = new LogDelivery(place["small/spool"], LogDelivery.DefaultSpoolSize).Deliver(SinkRecords.Make(), [target], Long, default)[0];
        Assert.Equal((1, 0, 0), (direct.Delivered, direct.Waiting, direct.Dropped));
        Assert.Contains("No space left", direct.Problem, StringComparison.Ordinal);
        Assert.Equal([SinkRecords.Line(SinkRecords.Make())], File.ReadAllLines(target.Address));
    }

    private static int ClosedPort()
    {
        using var receiver = new TestReceiver(_ => { });
        return receiver.Port;
    }

    /// <summary>The messages of a stream by octet counting.</summary>
    internal static List<string> Frames(byte[] stream)
    {
        var frames = new List<string>();
        for (var at = 0; at < stream.Length;)
        {
            var space = Array.IndexOf(stream, (byte)' ', at);
            var length = int.Parse(Encoding.ASCII.GetString(stream, at, space - at));
            frames.Add(Encoding.UTF8.GetString(stream, space + 1, length));
            at = space + 1 + length;
        }
        return frames;
    }
}
