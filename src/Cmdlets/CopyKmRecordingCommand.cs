using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Fetching;
using KernelMagnifier.Recording.Fetching;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>Copy-KmRecording: fetches recordings from other hosts.</summary>
[Cmdlet(VerbsCommon.Copy, "KmRecording", DefaultParameterSetName = HostPathSet, SupportsShouldProcess = true)]
[OutputType(typeof(RecordingCopy))]
public sealed class CopyKmRecordingCommand : CancellableCommand
{
    private const string HostPathSet = "HostNamePath", HostLiteralSet = "HostNameLiteralPath", SessionPathSet = "SessionPath",
        SessionLiteralSet = "SessionLiteralPath";

    private readonly Dictionary<object, FetchWork> _work = [];
    private readonly Dictionary<int, WorkProgress> _progress = [];

    /// <summary>Sessions on the hosts.</summary>
    [Parameter(Mandatory = true, ParameterSetName = SessionPathSet), Parameter(Mandatory = true, ParameterSetName = SessionLiteralSet)]
    [ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNullOrEmpty]
    public PSSession[] Session { get; set; } = [];

    /// <summary>The hosts, for ssh.</summary>
    [Parameter(Mandatory = true, ParameterSetName = HostPathSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, ParameterSetName = HostLiteralSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PSComputerName", "ComputerName"), ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNullOrEmpty]
    public string[] HostName { get; set; } = [];

    /// <summary>The recordings on the hosts.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = HostPathSet)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = SessionPathSet)]
    [ArgumentCompleter(typeof(NoFileCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The recordings on the hosts, without wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = HostLiteralSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, ParameterSetName = SessionLiteralSet, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "LP"), ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The folder on this host.</summary>
    [Parameter(Mandatory = true, Position = 1), ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>The user on the hosts.</summary>
    [Parameter(ParameterSetName = HostPathSet), Parameter(ParameterSetName = HostLiteralSet)]
    [ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNullOrEmpty]
    public string? UserName { get; set; }

    /// <summary>The file with the private key.</summary>
    [Parameter(ParameterSetName = HostPathSet), Parameter(ParameterSetName = HostLiteralSet), ValidateNotNullOrEmpty]
    [Alias("IdentityFilePath")]
    public string? KeyFilePath { get; set; }

    /// <summary>The port of the hosts.</summary>
    [Parameter(ParameterSetName = HostPathSet), Parameter(ParameterSetName = HostLiteralSet)]
    [ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(1, 65535)]
    public int Port { get; set; }

    /// <summary>Options of ssh.</summary>
    [Parameter(ParameterSetName = HostPathSet), Parameter(ParameterSetName = HostLiteralSet), ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public Hashtable Options { get; set; } = [];

    /// <summary>The most hosts at a time.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; } = 32;

    /// <summary>Replace other files of the same name.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var isLiteral = ParameterSetName is HostLiteralSet or SessionLiteralSet;
        var paths = isLiteral ? LiteralPath : Path;
        foreach (var path in paths)
        {
            if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
            {
                WriteError(ErrorFactory.EmptyPath());
                return;
            }
        }
        foreach (var session in Session) Work(session.InstanceId, () => new SessionHost(session)).Add(paths, isLiteral);
        foreach (var name in HostName)
            if (Target(name) is { } target)
                Work($"{target.User}@{target.Host}:{target.Port}", () => new SshHost(target)).Add(paths, isLiteral);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var folder = this.ResolveInFileSystem(Destination);
        List<FetchWork> work = [.. _work.Values.Where(one => ShouldProcess(
            TerminalText.Escape($"{one.Host.Name}: {string.Join(", ", one.Paths.Select(path => path.Text))}"),
            TerminalText.Escape($"Copy to {System.IO.Path.Combine(folder, LocalName.OfHost(one.Host.Name))}")))];
        if (work.Count == 0) return;
        var workers = new FetchWorkers(new RecordingFetch(folder, Force), ThrottleLimit, Cancel);
        foreach (var report in workers.Run(work)) if (!Cancel.IsCancellationRequested) Write(report, work[report.Host].Host.Name);
        if (Cancel.IsCancellationRequested) throw new PipelineStoppedException();
    }

    private void Write(FetchReport report, string host)
    {
        if (!_progress.TryGetValue(report.Host, out var progress))
            _progress.Add(report.Host, progress = new WorkProgress(this, $"Copying recordings from {host}"));
        if (report.Recording is { } recording)
        {
            var percent = recording.Length == 0 ? 100 : (int)(report.Done * 100 / recording.Length);
            progress.Report(percent, $"{recording.Path}: {Sizes.Format(report.Done)} of {Sizes.Format(recording.Length)}");
            return;
        }
        progress.Done();
        if (report.Copy is { } copy) WriteObject(copy);
        else if (report.Error is KernelMagnifierException known) WriteError(ErrorFactory.Of(known, host));
        else if (report.Error is { } defect) throw new InvalidOperationException($"{TerminalText.Escape(host)}: {defect.Message}", defect);
    }

    private FetchWork Work(object key, Func<IRecordingHost> make)
    {
        if (!_work.TryGetValue(key, out var work)) _work.Add(key, work = new FetchWork(make()));
        return work;
    }

    /// <summary>The host that a name means; null, with an error, if it means none.</summary>
    private SshTarget? Target(string name)
    {
        if (SshTarget.Parse(name) is not { } target || (UserName is not null && SshTarget.Parse($"{UserName}@host") is null))
        {
            WriteError(ErrorFactory.Of(new KernelMagnifierException(ErrorCode.BadRequest, name, "this is not the name of a host.",
                "Give [USER@]HOST[:PORT], as New-PSSession -HostName takes it.")));
            return null;
        }
        return target with
        {
            User = UserName ?? target.User, Port = Port > 0 ? Port : target.Port,
            KeyFile = KeyFilePath is null ? null : this.ResolveInFileSystem(KeyFilePath), Options = OptionsOfSsh(),
        };
    }

    private Dictionary<string, string> OptionsOfSsh()
        => Options.Cast<DictionaryEntry>().ToDictionary(
            entry => Convert.ToString(entry.Key, CultureInfo.InvariantCulture)!,
            entry => Convert.ToString(entry.Value, CultureInfo.InvariantCulture)!);
}
