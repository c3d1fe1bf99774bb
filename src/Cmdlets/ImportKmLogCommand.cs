using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Logs;
using KernelMagnifier.Measuring;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>Import-KmLog: reads logs of measurements.</summary>
[Cmdlet(VerbsData.Import, "KmLog", DefaultParameterSetName = nameof(Path))]
[OutputType(typeof(Measurement))]
public sealed class ImportKmLogCommand : CancellableCommand
{
    private LogReader _reader = null!;

    /// <summary>The logs.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = nameof(Path), ValueFromPipeline = true)]
    [SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The logs, without wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(LiteralPath), ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LP"), ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The earliest start of a run.</summary>
    [Parameter, LogTime, ArgumentCompleter(typeof(NoFileCompleter))]
    public DateTimeOffset? Since { get; set; }

    /// <summary>The start of a run that is too late.</summary>
    [Parameter, LogTime, ArgumentCompleter(typeof(NoFileCompleter))]
    public DateTimeOffset? Until { get; set; }

    /// <summary>The days, in local time.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNullOrEmpty]
    public string[] Day { get; set; } = [];

    /// <summary>The schedules.</summary>
    [Parameter, SupportsWildcards, ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNullOrEmpty]
    public string[] Schedule { get; set; } = [];

    /// <summary>The hosts.</summary>
    [Parameter, SupportsWildcards, ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNullOrEmpty]
    public string[] HostName { get; set; } = [];

    /// <summary>The statuses.</summary>
    [Parameter, ArgumentCompleter(typeof(LogStatusCompleter)), ValidateNotNullOrEmpty]
    public string[] Status { get; set; } = [];

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        var now = DateTimeOffset.UtcNow;
        if (Since >= Until)
            ThrowTerminatingError(ErrorFactory.Contradiction("-Since is not before -Until, so that no record can pass.", Since));
        foreach (var status in Status)
            if (!MeasurementJson.Statuses.Contains(status, StringComparer.OrdinalIgnoreCase))
                ThrowTerminatingError(ErrorFactory.Contradiction(
                    $"-Status does not accept '{TerminalText.Escape(status)}'.", status,
                    $"Use one of: {string.Join(", ", MeasurementJson.Statuses)}."));
        _reader = new LogReader
        {
            Filter = new LogFilter
            {
                Since = Since, Until = Until, Days = [.. Day.Select(text => DayOf(text, now))],
                Schedules = Schedule, Hosts = HostName, Statuses = Status,
            },
        };
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var files = ParameterSetName == nameof(LiteralPath) ? this.ResolveLiterally(LiteralPath, ErrorCode.LogNotFound)
            : this.Resolve(Path, ErrorCode.LogNotFound);
        foreach (var file in files)
        {
            try
            {
                foreach (var record in _reader.Read(file, Cancel)) WriteObject(record);
            }
            catch (KernelMagnifierException error)
            {
                WriteError(ErrorFactory.Of(error, file));
            }
            catch (OperationCanceledException)
            {
                throw new PipelineStoppedException();
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (var warning in _reader.Findings.Warnings()) WriteWarning(TerminalText.Escape(warning));
    }

    private LogDay DayOf(string text, DateTimeOffset now)
    {
        if (LogDay.Parse(text, now) is { } day) return day;
        ThrowTerminatingError(ErrorFactory.Contradiction(
            $"-Day takes {LogDay.Expected}, not '{TerminalText.Escape(text)}'.", text));
        return default;
    }
}
