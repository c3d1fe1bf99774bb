using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Cmdlets.Export;
using KernelMagnifier.Cmdlets.Latencies;
using KernelMagnifier.Comparison;
using KernelMagnifier.Rendering;
using KernelMagnifier.Rendering.Charts;

namespace KernelMagnifier.Cmdlets;

/// <summary>Export-KmChart: draws how long things took, and comparisons of that.</summary>
[Cmdlet(VerbsData.Export, "KmChart", SupportsShouldProcess = true)]
[OutputType(typeof(ChartExport))]
public sealed class ExportKmChartCommand : FileExportCommand
{
    private readonly List<TraceDifference> _differences = [];
    private LatencyInput _input = null!;

    /// <summary>What the chart shows.</summary>
    [Parameter]
    public ChartKind Kind { get; set; } = ChartKind.Histogram;

    /// <summary>The format, whatever the extension.</summary>
    [Parameter, ValidateSet("svg", "png", "pdf", "html")]
    public string? Format { get; set; }

    /// <summary>The most latencies to draw.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(1, ChartExporter.MostSeries)]
    public int Top { get; set; } = 6;

    private protected override IReadOnlyList<string> Extensions
        => Format is null ? ChartExporter.Formats : [.. ChartExporter.Formats, ""];

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _input = new LatencyInput(this);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!TakesDifference()) _input.Read(InputObject);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var series = _input.Series;
        if (_differences.Count > 0)
        {
            if (series.Count > 0) ThrowTerminatingError(ErrorFactory.MixedInput(Input));
            DrawDifferences();
            return;
        }
        if (!series.Any(s => s.Count > 0))
        {
            WriteError(_input.OtherHistograms.Count > 0 ? ErrorFactory.NoTimes(FilePath)
                : ErrorFactory.NoIntervals("NothingToDraw", FilePath));
            return;
        }
        if (!ShouldWrite($"Draw a chart of {series.Count} {(series.Count == 1 ? "latency" : "latencies")}")) return;
        Write("Drawing", progress => ChartExporter.Export(series, FilePath, new ChartOptions
        {
            Kind = KindOf(series), Title = Title, Format = Format?.ToLowerInvariant(), Top = Top, Force = Force,
            Doubt = Losses.OfIntervals(_input.Traces), Inputs = _input.Inputs,
        }, progress, Cancel), Report);
    }

    /// <summary>The kind that was chosen; of latencies with dates, percentiles over time.</summary>
    private ChartKind KindOf(IReadOnlyList<ChartSeries> series)
        => !MyInvocation.BoundParameters.ContainsKey(nameof(Kind)) && series.All(one => one.IsWallTime) ? ChartKind.Percentiles : Kind;

    /// <summary>Takes a row of a comparison, and one that comes back from a file or another process.</summary>
    private bool TakesDifference()
    {
        if (Input is TraceDifference row) _differences.Add(row);
        else
        {
            try
            {
                if (Input is null or Latency.Latency or Latency.Interval
                    || DifferenceCopy.Of(new InputProperties(InputObject!)) is not { } copy) return false;
                _differences.Add(copy);
            }
            catch (InputException error)
            {
                ThrowTerminatingError(ErrorFactory.Of(error, InputObject));
            }
        }
        return true;
    }

    private void DrawDifferences()
    {
        var kind = MyInvocation.BoundParameters.ContainsKey(nameof(Kind)) ? Kind : ChartKind.Cdf;
        if (!ShouldWrite($"Draw a chart of {_differences.Count} differences")) return;
        Write("Drawing", progress => DifferenceChartExporter.Export(_differences, FilePath, new ChartOptions
        {
            Kind = kind, Title = Title, Format = Format?.ToLowerInvariant(), Top = Top, Force = Force,
        }, progress, Cancel), Report);
    }

    private void Report(ChartExport export)
        => Warn(export.OmittedSeries == 0 ? export.Note : $"{export.Note} -Top sets how many are drawn.");
}
