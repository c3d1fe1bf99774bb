using System.Globalization;

namespace KernelMagnifier.Recording;

/// <summary>
/// What a recording changes on the machine: its tracing directory and settings, and the journal from which another process can
/// undo them. Undone when it is disposed.
/// </summary>
internal sealed class TracingScope : IDisposable
{
    private bool _isRestored;

    private TracingScope(TracingDirectory directory) => Directory = directory;

    /// <summary>Where the recording is made.</summary>
    public TracingDirectory Directory { get; }

    /// <summary>The plan that is in the journal.</summary>
    public RecordingPlan Plan { get; private set; } = null!;

    /// <summary>Delays the end of this process.</summary>
    public ExitGuard Guard { get; private set; } = null!;

    /// <summary>The journal.</summary>
    public Journal Journal { get; private set; } = null!;

    /// <summary>The settings that were changed.</summary>
    public Settings Settings { get; private set; } = null!;

    /// <summary>Creates the tracing directory and the journal.</summary>
    /// <param name="top">The top level of tracefs.</param>
    /// <param name="host">What the kernel supports.</param>
    /// <param name="request">What is recorded.</param>
    /// <param name="stateDirectory">The directory of the journal.</param>
    /// <param name="describe">Makes the plan of a recording in a directory, whose own instance would have a name.</param>
    /// <exception cref="KernelMagnifierException">It cannot be created; nothing is left behind.</exception>
    public static TracingScope Create(TraceFs top, HostReport host, RecordingRequest request, string stateDirectory,
        Func<TracingDirectory, string, RecordingPlan> describe)
    {
        var name = string.Create(CultureInfo.InvariantCulture,
            $"{TracingDirectory.InstancePrefix}{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..6]}");
        var scope = new TracingScope(TracingDirectory.Create(top, host, request, name));
        try
        {
            scope.Plan = describe(scope.Directory, name);
            scope.Guard = new ExitGuard();
            scope.Journal = Journal.Create(stateDirectory, name, scope.Plan);
            scope.Settings = new Settings(scope.Journal.Note, scope.Journal.NoteUnchanged);
            return scope;
        }
        catch
        {
            scope.Dispose();
            throw;
        }
    }

    /// <summary>Restores the settings and removes an own instance. Does nothing the second time.</summary>
    /// <returns>What could not be restored, as sentences.</returns>
    public List<string> Restore()
    {
        if (_isRestored) return [];
        _isRestored = true;
        List<string> problems = [.. Settings?.Restore() ?? []];
        if (Directory.IsOwn && !TracingDirectory.Remove(Directory.Tracing))
            problems.Add(TracingDirectory.NotRemoved(Directory.Tracing));
        return problems;
    }

    /// <summary>Restores what was changed, and removes the journal.</summary>
    public void Dispose()
    {
        Restore();
        Journal?.Remove();
        Journal?.Dispose();
        Guard?.Dispose();
    }
}
