using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using KernelMagnifier.Logs;
using KernelMagnifier.Measuring;

namespace KernelMagnifier.Engine.Tests.Logs;

/// <summary>Logs in every form in which they are delivered.</summary>
public sealed class LogReaderTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("km-log-");

    private static Measurement[] Records => [.. Enumerable.Range(1, 5).Select(number => MadeUpMeasurements.Run(number) with { Reason = "a {\"b\"} 名\n" })];

    /// <inheritdoc/>
    public void Dispose() => _directory.Delete(true);

    [Theory]
    [InlineData("plain")]
    [InlineData("without an end")]
    [InlineData("mark and carriage returns")]
    [InlineData("gzip")]
    [InlineData("rsyslog")]
    [InlineData("rsyslog with a cookie")]
    [InlineData("rsyslog as RFC 5424")]
    [InlineData("journal as JSON")]
    [InlineData("journal as JSON with bytes")]
    [InlineData("journal as export")]
    [InlineData("journal as export with binary fields")]
    public void EveryFormHasTheSameRecords(string form)
    {
        var reader = new LogReader();
        var read = reader.Read(Write(form, Records), default).ToList();
        Assert.Equal(Records.Select(Line), read.Select(Line));
        Assert.Empty(reader.Findings.Warnings());
        Assert.Equal(5, reader.Findings.Records);
    }

    [Fact]
    public void OtherLinesAreCountedWithTheFirstReason()
    {
        var path = Path("mixed");
        File.WriteAllText(path, $"Nov 30 12:00:00 web1 sshd[7]: Accepted\n\n{Line(Records[0])}\n{Line(Records[1])[..50]}\n");
        var reader = new LogReader();
        Assert.Single(reader.Read(path, default));
        Assert.Equal($"2 lines are no records. The first is line 1 of {path}: It is not JSON, has a member twice, is nested too deep, or is cut.",
            Assert.Single(reader.Findings.Warnings()));
    }

    [Fact]
    public void OtherEntriesOfTheJournalAreNoProblem()
    {
        var path = Path("journal");
        File.WriteAllText(path, "{\"__REALTIME_TIMESTAMP\":\"1\",\"MESSAGE\":\"Started x\"}\n{\"__REALTIME_TIMESTAMP\":\"1\",\"KM_RECORD\":null}\n");
        var reader = new LogReader();
        Assert.Empty(reader.Read(path, default));
        Assert.Contains("--all", Assert.Single(reader.Findings.Warnings()), StringComparison.Ordinal);
    }

    [Fact]
    public void CopiesAreLeftOutAcrossFiles()
    {
        var reader = new LogReader();
        Assert.Equal(5, reader.Read(Write("plain", Records), default).Count());
        Assert.Empty(reader.Read(Write("rsyslog", Records), default));
        Assert.Equal((5, 5), (reader.Findings.Records, reader.Findings.Copies));
        Assert.Equal("5 records came more than once and were counted once.", Assert.Single(reader.Findings.Warnings()));
    }

    [Fact]
    public void GapsAreFoundAcrossFilesInAnyOrder()
    {
        Measurement[] Of(string host, params int[] numbers) => [.. numbers.Select(number => MadeUpMeasurements.Run(number, host))];
        var reader = new LogReader();
        foreach (var part in new[] { Of("web1", 20, 21), Of("web2", 1, 2, 3), Of("web1", 16, 15), [.. Of("db", 1, 3, 5, 7, 9, 11, 13, 15), MadeUpMeasurements.Run(90, "web2", epoch: 2)] })
            Assert.Equal(part.Length, reader.Read(Write("plain", part), default).Count());
        Assert.Equal(["db, schedule runq: runs 2, 4, 6, 8, 10 and 2 further ranges left no record.", "web1, schedule runq: runs 17 to 19 left no record."],
            reader.Findings.Warnings());
    }

    [Fact]
    public void GapsAreThoseOfWhatWasAskedFor()
    {
        Measurement[] records = [.. new[] { 1, 3, 10, 12 }.Select(number => MadeUpMeasurements.Run(number)), .. new[] { 1, 3 }.Select(number => MadeUpMeasurements.Run(number, "db"))];
        var reader = new LogReader { Filter = new LogFilter { Since = records[2].StartTime, Hosts = ["w*"], Statuses = ["Failed"] } };
        Assert.Empty(reader.Read(Write("plain", records), default));
        Assert.Equal("web1, schedule runq: run 11 left no record.", Assert.Single(reader.Findings.Warnings()));
    }

    [Fact]
    public void DroppedRecordsAreReported()
    {
        Measurement[] records = [.. new[] { 3L, 4L }.Select((dropped, i) => MadeUpMeasurements.Empty(i + 1, "Dropped") with { HostName = "web1", DroppedRecords = dropped })];
        var reader = new LogReader();
        Assert.Equal(2, reader.Read(Write("plain", records), default).Count());
        Assert.Equal("web1: 7 records were dropped because the receiver was away.", Assert.Single(reader.Findings.Warnings()));
    }

    [Fact]
    public void AMissingFileAndAnotherFileAreErrors()
    {
        Assert.Equal(ErrorCode.LogNotFound, Assert.Throws<KernelMagnifierException>(() => new LogReader().Read(Path("none"), default).ToList()).Code);
        Assert.Equal(ErrorCode.LogUnreadable, Assert.Throws<KernelMagnifierException>(() => new LogReader().Read(_directory.FullName, default).ToList()).Code);
        File.WriteAllBytes(Path("xz"), [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, 0, 0]);
        var error = Assert.Throws<KernelMagnifierException>(() => new LogReader().Read(Path("xz"), default).ToList());
        Assert.Equal((ErrorCode.LogUnreadable, "Decompress it first: xz -d FILE"), (error.Code, error.RecommendedAction));
    }

    [Fact]
    public void ADamagedFileHasTheRecordsBeforeTheDamage()
    {
        var random = new Random(1);
        var path = Write("gzip", [.. Enumerable.Range(0, 400).Select(_ => MadeUpMeasurements.Random(random))]);
        using (var file = File.OpenWrite(path)) file.SetLength(file.Length - 20_000);
        var reader = new LogReader();
        Assert.InRange(reader.Read(path, default).Count(), 1, 399);
        Assert.Contains(reader.Findings.Warnings(), warning => warning.StartsWith(path, StringComparison.Ordinal));
    }

    [Fact]
    public void ALineThatIsTooLongIsSkipped()
    {
        var path = Path("long");
        File.WriteAllText(path, new string('x', MeasurementJson.LongestLine + 100) + $"\n{Line(Records[0])}\n");
        var reader = new LogReader();
        Assert.Single(reader.Read(path, default));
        Assert.Contains("longer than 8 MiB", Assert.Single(reader.Findings.Warnings()), StringComparison.Ordinal);
    }

    [Fact]
    public void TheFilterChooses()
    {
        Measurement[] records = [.. Enumerable.Range(0, 48).Select(hour => MadeUpMeasurements.Run(hour + 1, hour % 2 == 0 ? "web1" : "db"))];
        int Count(LogFilter filter) => records.Count(filter.Matches);
        Assert.Equal(48, Count(new LogFilter()));
        Assert.Equal(24, Count(new LogFilter { Hosts = ["web?"] }));
        Assert.Equal(48, Count(new LogFilter { Hosts = ["web?"] } with { Hosts = [] }));
        Assert.Equal(0, Count(new LogFilter { Schedules = ["other"] }));
        Assert.Equal(48, Count(new LogFilter { Schedules = ["other", "r*"], Statuses = ["completed"] }));
        Assert.Equal(1, Count(new LogFilter { Since = records[3].StartTime, Until = records[4].StartTime }));
        var now = records[20].StartTime;
        var date = now.ToLocalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var today = Count(new LogFilter { Days = [LogDay.Parse("today", now)!.Value] });
        Assert.Equal((today, today), (Count(new LogFilter { Days = [LogDay.Parse(date, now)!.Value] }), records.Count(record => record.StartTime.ToLocalTime().Date == now.ToLocalTime().Date)));
        Assert.Equal(records.Count(record => record.StartTime.ToLocalTime().DayOfWeek == DayOfWeek.Monday), Count(new LogFilter { Days = [LogDay.Parse("mon", now)!.Value] }));
    }

    [Theory]
    [InlineData("Mon", "Monday ")]
    [InlineData("saturday", "Saturday ")]
    [InlineData("Thurs", "Thursday ")]
    [InlineData("2026-11-30", " 2026-11-30")]
    [InlineData("Mo", null)]
    [InlineData("2026-11-31", null)]
    [InlineData("", null)]
    public void DaysAreNamesAndDates(string text, string? day)
        => Assert.Equal(day, LogDay.Parse(text, DateTimeOffset.UtcNow) is { } parsed
            ? string.Create(CultureInfo.InvariantCulture, $"{parsed.Weekday} {parsed.Date:yyyy-MM-dd}") : null);

    [Theory]
    [InlineData("7d", 7 * 24 * 60)]
    [InlineData("2w", 14 * 24 * 60)]
    [InlineData("1.5h", 90)]
    [InlineData("30min", 30)]
    [InlineData("2026-11-30T00:00Z", 12 * 60)]
    [InlineData("2026-11-30T01:00+01:00", 12 * 60)]
    [InlineData("9999999999999d", null)]
    [InlineData("x", null)]
    [InlineData("d", null)]
    [InlineData("-1d", null)]
    public void TimesAreDatesAndDurationsBeforeNow(string text, int? minutes)
    {
        var now = new DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);
        Assert.Equal(minutes, LogTime.Parse(text, now) is { } time ? (int)(now - time).TotalMinutes : null);
    }

    private static string Line(Measurement record) => Encoding.ASCII.GetString(MeasurementJson.ToLine(record));

    private string Path(string name) => System.IO.Path.Combine(_directory.FullName, name);

    private string Write(string form, Measurement[] records)
    {
        var path = Path($"{form}-{Guid.NewGuid()}");
        using var file = File.Create(path);
        using Stream to = form == "gzip" ? new GZipStream(file, CompressionLevel.Optimal) : file;
        if (form.StartsWith("mark", StringComparison.Ordinal)) to.Write("\uFEFF"u8);
        for (var i = 0; i < records.Length; i++)
        {
            var isLast = form == "without an end" && i == records.Length - 1;
            to.Write([.. Form(form, Line(records[i])), .. isLast ? Array.Empty<byte>() : "\n"u8.ToArray()]);
        }
        return path;
    }

    private static byte[] Form(string form, string line)
    {
        string Json(string value) => $"{{\"__CURSOR\":\"s=1\",\"__REALTIME_TIMESTAMP\":\"1764504000000000\",\"MESSAGE\":\"KM_RECORD {{\",\"KM_RECORD\":{value},\"_PID\":\"7\"}}";
        return form switch
        {
            "mark and carriage returns" => Encoding.UTF8.GetBytes(line + "\r"),
            "rsyslog" => Encoding.UTF8.GetBytes($"Nov 30 12:00:00 web1 kernel-magnifier[77]: {line}"),
            "rsyslog with a cookie" => Encoding.UTF8.GetBytes($"2026-11-30T12:00:00.123456+00:00 web1 kernel-magnifier: @cee: {line}"),
            "rsyslog as RFC 5424" => Encoding.UTF8.GetBytes($"<134>1 2026-11-30T12:00:00Z web1 kernel-magnifier 77 - [x@1 a=\"{{\"] \uFEFF{line}"),
            "journal as JSON" => Encoding.UTF8.GetBytes(Json(JsonSerializer.Serialize(line))),
            "journal as JSON with bytes" => Encoding.UTF8.GetBytes(Json($"[{string.Join(',', Encoding.UTF8.GetBytes(line))}]")),
            "journal as export" => Encoding.UTF8.GetBytes($"__CURSOR=s=1\n__REALTIME_TIMESTAMP=1\nMESSAGE=x\nKM_RECORD={line}\n_PID=7\n"),
            "journal as export with binary fields" =>
            [
                .. "__CURSOR=s=1\nMESSAGE\n"u8, .. BitConverter.GetBytes(4L), .. "a\n\nb\n"u8, .. "KM_RECORD\n"u8,
                .. BitConverter.GetBytes((long)line.Length), .. Encoding.UTF8.GetBytes(line), .. "\n_PID=7\n"u8,
            ],
            _ => Encoding.UTF8.GetBytes(line),
        };
    }
}
