using System.Management.Automation;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Cmdlets.Export;
using KernelMagnifier.Cmdlets.Latencies;
using KernelMagnifier.Comparison;
using KernelMagnifier.Counting;
using KernelMagnifier.Latency.Paths;
using KernelMagnifier.Model;
using KernelMagnifier.Probes.Results;
using KernelMagnifier.Rendering.Profiles;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>Export-KmProfile: writes calls and kernel events as a profile for other tools.</summary>
[Cmdlet(VerbsData.Export, "KmProfile", SupportsShouldProcess = true)]
[OutputType(typeof(ProfileExport))]
public sealed class ExportKmProfileCommand : FileExportCommand
{
    private readonly CallCollector _collector = new(CallGrouping.Edge);
    private readonly EventCopies _copies = new();
    private readonly List<PathSegment> _segments = [];
    private readonly List<TraceDifference> _differences = [];
    private CallInput _input = null!;
    private ProfileWriter? _writer;
    private TraceContext? _probe;
    private bool _isGraph, _shouldWrite, _hasInput;

    /// <summary>The weight of the stacks.</summary>
    [Parameter]
    public ProfileWeight Weight { get; set; }

    private ProfileWriter Writer => _writer ??= ProfileWriter.Create(FilePath, Title, Weight, Force, null, Cancel);

    private protected override IReadOnlyList<string> Extensions => ProfileFormats.All;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _isGraph = ProfileFormats.IsGraph(FilePath);
        _input = new CallInput(this, Take, Take)
        {
            OnEvent = Take, OnEventCopy = TakeCopy, OnWindow = TakeSegment, OnDifference = _differences.Add,
            OnResult = Take, Needed = [nameof(CallEvent.Caller)],
        };
        // Confirmed before the first call, because stacks are written while the calls are read.
        _shouldWrite = ShouldWrite($"Write a profile ({ProfileFormats.Of(FilePath)})");
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            _input.Read(InputObject);
        }
        catch (KernelMagnifierException error)
        {
            ThrowTerminatingError(ErrorFactory.Of(error, FilePath));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        _input.Complete();
        if (!_shouldWrite) return;
        if (_segments.Count > 0)
        {
            if (_hasInput) ThrowTerminatingError(ErrorFactory.PathsAndCalls(FilePath));
            Write("Writing", _ => PathProfile.Write(FilePath, _segments, Title, Force, null, Cancel),
                export => Warn(export.Note));
            return;
        }
        if (_differences.Count > 0)
        {
            WriteDifference();
            return;
        }
        if (!_hasInput) WriteError(ErrorFactory.NoInput("NothingToReport", FilePath,
            ProfileFormats.Of(FilePath) == ProfileFormats.Perfetto));
        else Write("Writing", _ => Complete(), export => Warn(export.Note));
        _input.Warn(_isGraph ? _collector.Warnings : _writer?.Warnings ?? []);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _writer?.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Writes the stacks of both sides of a comparison, which are read again.</summary>
    private void WriteDifference()
    {
        var comparison = _differences.Select(row => row.Comparison).FirstOrDefault(known => known is not null);
        if (_hasInput)
            WriteError(ErrorFactory.Of(new KernelMagnifierException(ErrorCode.MixedInput, FilePath,
                "The input has rows of a comparison and calls, which no profile holds together.", "Export them to two files."),
                FilePath));
        else Write("Writing", progress => comparison is null
            ? throw new KernelMagnifierException(ErrorCode.MixedInput, FilePath,
                "The rows come from a file or another process, and their recordings are not known.",
                "Pipe the output of the comparison itself.")
            : DifferenceProfileExporter.Export(comparison, FilePath,
                new DifferenceProfileOptions { Weight = Weight, Force = Force }, progress, Cancel),
            export =>
            {
                if (export.StacksAreRebuilt) Warn(export.Note);
                else WriteVerbose(TerminalText.Escape(export.Note!));
            });
    }

    private void Take(CallEvent call)
    {
        if (!_shouldWrite) return;
        _hasInput = true;
        if (_isGraph) _collector.Add(call);
        else Writer.Add(call);
    }

    private void Take(ProbeResult result)
    {
        if (!_shouldWrite || ResultStacks.Weight(result) is not var (calls, time)) return;
        if (_isGraph)
        {
            foreach (var edge in ResultStacks.Edges(result)) Take(edge);
            return;
        }
        _hasInput = true;
        _probe ??= new DetachedCalls().Context(result.Probe ?? result.Name);
        Writer.Add(_probe, ResultStacks.Task(result), result.Stack!.Reverse().Where(function => function.Length > 0), calls,
            time);
    }

    private void Take(KernelEvent item)
    {
        if (TakesEvent()) Writer.Add(item);
    }

    private bool TakeCopy(PSObject input)
    {
        if (!_copies.TryRead(input, out var context, out var record)) return false;
        if (TakesEvent() && record.Schema is not null) Writer.Add(context, in record);
        return true;
    }

    private bool TakeSegment(object input)
    {
        if ((input is PSObject wrapped ? wrapped.BaseObject : input) is not PathSegment segment)
        {
            if (LatencyCopy.Is(new InputProperties(input), typeof(PathSegment).FullName!))
                ThrowTerminatingError(ErrorFactory.PathOfCopy(FilePath));
            return false;
        }
        if (ProfileFormats.Of(FilePath) is not (ProfileFormats.Perfetto or ProfileFormats.ChromeTrace))
            ThrowTerminatingError(ErrorFactory.PathsNeedTimeline(FilePath));
        _segments.Add(segment);
        return true;
    }

    private bool TakesEvent()
    {
        if (_isGraph || ProfileFormats.Of(FilePath) != ProfileFormats.Perfetto)
            ThrowTerminatingError(ErrorFactory.EventsNeedTimeline(FilePath));
        _hasInput |= _shouldWrite;
        return _shouldWrite;
    }

    private void Take(CallEdge edge)
    {
        if (!_isGraph) ThrowTerminatingError(ErrorFactory.EdgesHaveNoStacks(FilePath));
        if (!_shouldWrite) return;
        _hasInput = true;
        _collector.Add(edge);
    }

    private ProfileExport Complete()
        => _isGraph ? ProfileFormats.Write(_collector.ToGraph(), FilePath, Title, Force, Cancel) : _writer!.Commit();
}
