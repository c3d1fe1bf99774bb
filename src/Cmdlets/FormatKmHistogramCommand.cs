using System.Management.Automation;
using System.Management.Automation.Host;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Latencies;
using KernelMagnifier.Probes.Results;
using KernelMagnifier.Rendering.Charts;
using KernelMagnifier.Rendering.Trees;

namespace KernelMagnifier.Cmdlets;

/// <summary>Format-KmHistogram: formats latencies as text with bars.</summary>
[Cmdlet(VerbsCommon.Format, "KmHistogram")]
[OutputType(typeof(string))]
public sealed class FormatKmHistogramCommand : PSCmdlet
{
    private LatencyInput _input = null!;

    /// <summary>Latencies, intervals or histograms of probes.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true), ArgumentCompleter(typeof(NoFileCompleter))]
    public object? InputObject { get; set; }

    /// <summary>The number of columns.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(HistogramText.LeastWidth, HistogramText.MostWidth)]
    public int Width { get; set; }

    /// <summary>Use ASCII characters only.</summary>
    [Parameter]
    public SwitchParameter Ascii { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => _input = new LatencyInput(this);

    /// <inheritdoc/>
    protected override void ProcessRecord() => _input.Read(InputObject);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var series = LatencySeries.ByRecording([.. LatencySeries.ByTime(_input.Series).Where(s => s.Count > 0)]);
        var others = _input.OtherHistograms;
        if (series.Count == 0 && others.Count == 0)
        {
            WriteError(ErrorFactory.NoIntervals("NothingToShow", null));
            return;
        }
        var isUnicode = !Ascii && CallTreeOptions.TerminalHasUnicode(Environment.GetEnvironmentVariable);
        var width = Width > 0 ? Width : HostWidth();
        var histogram = new HistogramText(width, isUnicode);
        foreach (var one in series)
        {
            if (!ReferenceEquals(one, series[0])) WriteObject("");
            foreach (var line in histogram.Lines(one)) WriteObject(line);
        }
        var counts = new ResultHistogramText(width, isUnicode);
        foreach (var one in others)
        {
            if (series.Count > 0 || !ReferenceEquals(one, others[0])) WriteObject("");
            foreach (var line in counts.Lines(one)) WriteObject(line);
        }
    }

    /// <summary>The columns of the host, if it has a window that is not wider than the default.</summary>
    private int HostWidth()
    {
        try
        {
            var width = Host.UI?.RawUI?.WindowSize.Width ?? 0;
            return width <= 0 ? HistogramText.DefaultWidth
                : Math.Clamp(width, HistogramText.LeastWidth, HistogramText.DefaultWidth);
        }
        catch (Exception error)
            when (error is HostException or NotImplementedException or IOException or InvalidOperationException)
        {
            return HistogramText.DefaultWidth;
        }
    }
}
