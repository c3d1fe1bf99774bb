using KernelMagnifier.Schedules;

namespace KernelMagnifier.Engine.Tests.Schedules;

public sealed class CronTimeTests
{
    [Theory]
    [InlineData("minutely", "* * * * *")]
    [InlineData("hourly", "0 * * * *")]
    [InlineData("daily", "0 0 * * *")]
    [InlineData("weekly", "0 0 * * 1")]
    [InlineData("monthly", "0 0 1 * *")]
    [InlineData("quarterly", "0 0 1 1,4,7,10 *")]
    [InlineData("*:0/15", "0,15,30,45 * * * *")]
    [InlineData("*:5", "5 * * * *")]
    [InlineData("Mon *-*-* 03:00", "0 3 * * 1")]
    [InlineData("Mon..Fri 08:30:00", "30 8 * * 1,2,3,4,5")]
    [InlineData("Sat,Sun *-*-* 12:00", "0 12 * * 0,6")]
    [InlineData("Saturday..Monday 1:1", "1 1 * * 0,1,6")]
    [InlineData("*-*-01,15 04:00", "0 4 1,15 * *")]
    [InlineData("8..17/3:0", "0 8,11,14,17 * * *")]
    [InlineData("*-12-24", "0 0 24 12 *")]
    public void ATimeIsTranslated(string calendar, string fields) => Assert.Equal(fields, CronTime.Of(calendar).ToString());

    [Theory]
    [InlineData("*:*:0/20")]
    [InlineData("2027-01-01 00:00")]
    [InlineData("Mon *-*-01 00:00")]
    [InlineData("*-*-* 03:00 UTC")]
    [InlineData("*-*~1 03:00")]
    [InlineData("25:00")]
    [InlineData("17..8:00")]
    [InlineData("Mun 03:00")]
    [InlineData("noon")]
    [InlineData("1/0:00")]
    public void ATimeThatCronCannotKeepIsRefused(string calendar)
        => Assert.Equal(ErrorCode.BadRequest, Assert.Throws<KernelMagnifierException>(() => CronTime.Of(calendar)).Code);

    [Fact]
    public void TheNextRunIsFound()
    {
        var now = new DateTimeOffset(new DateTime(2026, 11, 30, 13, 50, 30, DateTimeKind.Local));
        Assert.Equal(new DateTime(2026, 11, 30, 14, 0, 0), CronTime.Of("*:0/15").Next(now)!.Value.DateTime);
        Assert.Equal(new DateTime(2026, 12, 7, 3, 0, 0), CronTime.Of("Mon 03:00").Next(now)!.Value.DateTime);
        Assert.Equal(new DateTime(2028, 2, 29), CronTime.Of("*-02-29").Next(now)!.Value.DateTime);
        Assert.Null(CronTime.Of("*-02-30").Next(now));
    }
}
