using System.Diagnostics;
using System.Text.RegularExpressions;
using KernelMagnifier.Rendering.Charts;
using static KernelMagnifier.Engine.Tests.Rendering.Charts.ChartFixtures;

namespace KernelMagnifier.Engine.Tests.Rendering.Charts;

/// <summary>Tests the script for gnuplot. Names in it must not become commands.</summary>
public partial class ChartScriptTests
{
    // The commands of a script outside quotes.
    [GeneratedRegex(@"^(set [a-z]+ ?('Q')?[a-z0-9 .,:;\[\]'Q]*|unset [a-z0-9;, ]+|plot [$a-z0-9:., ()'Q]+|\$d\d+ << END_OF_DATA|END_OF_DATA|[-0-9. ]*)$")]
    private static partial Regex Command();

    private static string Script(string name, ChartKind kind, string format)
        => ChartScript.Of(ChartDrawing.Draw([Named(name), Named(name)], 3, new ChartOptions { Kind = kind, Title = name, Doubt = name }), format);

    [Fact]
    public void Names_are_only_within_single_quotes()
    {
        foreach (var kind in Enum.GetValues<ChartKind>())
        {
            foreach (var name in Hostile)
            {
                foreach (var line in Script(name, kind, "png").TrimEnd('\n').Split('\n'))
                {
                    var outside = Regex.Replace(line, "'[^']*'", "'Q'");
                    Assert.Matches(Command(), outside);
                    Assert.DoesNotContain(line, char.IsControl);
                }
            }
        }
    }

    [GnuplotFact]
    public void Hostile_names_run_nothing_and_do_not_stop_the_drawing()
    {
        var folder = Directory.CreateTempSubdirectory("km-chart-").FullName;
        foreach (var format in new[] { "png", "pdf" })
        {
            // All names in one picture: the title, the keys and the captions.
            var series = Hostile.Select(Named).ToList();
            var name = string.Join(' ', Hostile.Where(h => h.Length < 100));
            var picture = ChartDrawing.Draw(series, 0, new ChartOptions { Title = name, Doubt = name });
            using var gnuplot = Process.Start(new ProcessStartInfo("gnuplot", ["-d", "-"])
            {
                RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder,
            })!;
            using var output = new MemoryStream();
            var copy = gnuplot.StandardOutput.BaseStream.CopyToAsync(output);
            var errors = gnuplot.StandardError.ReadToEndAsync();
            gnuplot.StandardInput.Write(ChartScript.Of(picture, format));
            gnuplot.StandardInput.Close();
            gnuplot.WaitForExit();
            copy.Wait();
            Assert.True(gnuplot.ExitCode == 0, errors.Result);
            Assert.Equal("", errors.Result);
            Assert.True(output.Length > 1000);
            Assert.Empty(Directory.GetFileSystemEntries(folder));
        }
        Directory.Delete(folder);
    }
}
