using System.Management.Automation;
using KernelMagnifier.Recording;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>A recording that runs in the background. Stop-KmRecording, Stop-Job and Receive-Job accept it.</summary>
public sealed class RecordingJob : Job
{
    private readonly RecordingSession _session;
    private readonly RegisteredWaitHandle _end;

    internal RecordingJob(RecordingSession session, string command) : base(command, System.IO.Path.GetFileName(session.Path))
    {
        _session = session;
        PSJobTypeName = "KmRecording";
        SetJobState(JobState.Running);
        _end = ThreadPool.RegisterWaitForSingleObject(
            session.Ended, (_, _) => Complete(), null, Timeout.Infinite, executeOnlyOnce: true);
    }

    /// <summary>The path of the file, which appears at the end of the recording.</summary>
    public string Path => _session.Path;

    /// <summary>The progress of the recording.</summary>
    public RecordingProgress SoFar => _session.Progress;

    /// <summary>The name of the tracefs instance that records; empty for the top level of tracefs.</summary>
    public string Instance => _session.Instance;

    /// <inheritdoc/>
    public override bool HasMoreData => Output.Count > 0 || Error.Count > 0;

    /// <inheritdoc/>
    public override string Location => Environment.MachineName;

    /// <inheritdoc/>
    public override string StatusMessage => $"{_session.Progress.Events:N0} events, {_session.Progress.LostEvents:N0} lost";

    /// <inheritdoc/>
    public override void StopJob()
    {
        _session.Stop();
        _session.Ended.WaitOne();
        Finished.WaitOne();
    }

    /// <summary>Ends the recording and waits until its file is complete.</summary>
    /// <exception cref="KernelMagnifierException">The recording failed.</exception>
    internal RecordingResult End()
    {
        _session.Stop();
        return _session.Wait();
    }

    private void Complete()
    {
        try
        {
            var recording = _session.Wait();
            foreach (var warning in recording.Warnings) Warning.Add(new WarningRecord(TerminalText.Escape(warning)));
            Output.Add(PSObject.AsPSObject(recording));
            SetJobState(JobState.Completed);
        }
        catch (KernelMagnifierException error)
        {
            Error.Add(ErrorFactory.Of(error, Path));
            SetJobState(JobState.Failed);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _session.Dispose();
            _end.Unregister(null);
        }
        base.Dispose(disposing);
    }
}
