using KernelMagnifier.Logs;

namespace KernelMagnifier.Engine.Tests.Logs;

public sealed class LogTargetTests
{
    [Theory]
    [InlineData("file:/var/log/km.ndjson", "File", "/var/log/km.ndjson")]
    [InlineData("file:/var//log/../log/a:b.ndjson", "File", "/var/log/a:b.ndjson")]
    [InlineData("journal", "Journal", "")]
    [InlineData("journal:/run/systemd/journal.km/socket", "Journal", "/run/systemd/journal.km/socket")]
    [InlineData("syslog", "Syslog", "")]
    [InlineData("syslog:/run/log.socket", "Syslog", "/run/log.socket")]
    [InlineData("syslog+tcp://logs.example:601", "SyslogTcp", "logs.example:601")]
    [InlineData("syslog+tcp://[::1]:514", "SyslogTcp", "[::1]:514")]
    [InlineData("textfile:/var/lib/node/km.prom", "Textfile", "/var/lib/node/km.prom")]
    [InlineData("otlp+http://collector:4318", "Otlp", "http://collector:4318/v1/metrics")]
    [InlineData("otlp+https://collector/in/metrics", "Otlp", "https://collector/in/metrics")]
    public void TargetsAreReadAndWritten(string text, string kind, string address)
    {
        var target = LogTarget.Parse(text);
        Assert.Equal((kind, address), (target.Kind.ToString(), target.Address));
        Assert.Equal(target, LogTarget.Parse(target.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("file:")]
    [InlineData("file:relative")]
    [InlineData("file:/tmp/")]
    [InlineData("file:/a\nb")]
    [InlineData("/var/log/x")]
    [InlineData("textfile:/a/b.txt")]
    [InlineData("textfile:/a/.prom")]
    [InlineData("syslog+tcp://host")]
    [InlineData("syslog+tcp://host:70000")]
    [InlineData("syslog+tcp://host:1/path")]
    [InlineData("syslog+udp://host:1")]
    [InlineData("otlp+http://user:secret@host:1")]
    [InlineData("otlp+ftp://host")]
    [InlineData("otlp+http://")]
    [InlineData("File:/x")]
    public void OtherTextsAreRefusedWithTheForms(string text)
    {
        var error = Assert.Throws<KernelMagnifierException>(() => LogTarget.Parse(text));
        Assert.Equal(ErrorCode.BadRequest, error.Code);
        Assert.Contains("syslog+tcp://HOST:PORT", error.RecommendedAction, StringComparison.Ordinal);
    }
}
