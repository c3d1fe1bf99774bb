using System.Text;
using KernelMagnifier.Native;

namespace KernelMagnifier.Recording;

/// <summary>
/// Makes the result of a recording's files. If that fails, the files and the journal are kept, and the next recorder completes
/// them.
/// </summary>
/// <param name="recording">The recording.</param>
internal sealed class RecordingCompletion(PreparedRecording recording)
{
    private readonly byte[] _modulesAtStart = KernelFacts.Modules;
    private readonly RecordingPlan _plan = recording.Plan;
    private readonly RecordingFiles _files = recording.Files;
    private int _compressed = -1;

    /// <summary>
    /// Completes the file, renames it to its path, and deletes everything else. Closes files and journal in any case.
    /// </summary>
    /// <returns>The file, and its path: not the requested one if its directory was removed.</returns>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.DiskFull"/>, <see cref="ErrorCode.OutputNotWritable"/> or <see cref="ErrorCode.RecordingFailed"/>.
    /// </exception>
    public CompletedFile Run(RecordingFacts facts)
    {
        try
        {
            recording.Journal.NoteUndone();
            _files.Place.Delete(_plan.Reserve);
            var completed = _plan.Format == RecordingFormat.Text ? CompleteText(facts) : CompleteTraceDat(facts);
            var path = Publish();
            _files.DeleteAll();
            recording.Journal.Remove();
            return completed with { Path = path };
        }
        catch (Exception e)
        {
            if (_compressed >= 0) _files.Place.Delete(_plan.Compressed);
            throw NotCompleted(e);
        }
        finally
        {
            if (_compressed >= 0) _ = FileCalls.Close(_compressed);
            _files.Dispose();
            recording.Journal.Dispose();
        }
    }

    /// <summary>Text mixes the CPUs, so the kernel's counts are all that is known of each.</summary>
    private CompletedFile CompleteText(RecordingFacts facts)
        => new([.. facts.Statistics.Select(s => new RecordingCpu(s.Cpu, s.Counts.Read, s.Counts.Lost, 0))], _files.Length(0));

    private string Publish()
    {
        var file = _compressed < 0 ? _files.Parts[0] : _compressed;
        var mode = recording.Request.WorldReadable ? FileCalls.ReadableByAll : FileCalls.OwnerOnly;
        if (_files.IsDeleted)
        {
            var path = RecordingRescue.Save(file, _plan.Output, Path.GetDirectoryName(recording.Journal.Path)!, mode);
            recording.Warnings.Add($"{_plan.Output}: the files of the recording were deleted while it was made. "
                + $"What was recorded was saved as {path}.");
            return path;
        }
        if (mode != FileCalls.OwnerOnly) _ = FileCalls.ChangeMode(file, (uint)mode);
        // The kernel can report that a disk is full or failed only when the data are written to it.
        if (FileCalls.SyncData(file) != 0 && Errno.Last != Errno.Invalid) throw Errno.ToException(Errno.Last);
        _files.Place.Publish(_compressed < 0 ? _plan.Parts[0].File : _plan.Compressed);
        return _plan.Output;
    }

    private CompletedFile CompleteTraceDat(RecordingFacts facts)
    {
        RefreshMetadata();
        if (!recording.Request.Compress || _files.IsDeleted)
            return RecordingFile.Complete(_files, facts, note: recording.Journal.NoteJoining);
        _compressed = _files.Place.Create(_plan.Compressed);
        try
        {
            return RecordingFile.Compress(_files, facts, _compressed, () => _files.Place.FreeSpace >= recording.Request.MinFree);
        }
        catch (IOException e)
        {
            _ = FileCalls.Close(_compressed);
            _compressed = -1;
            _files.Place.Delete(_plan.Compressed);
            var cause = e.Message.TrimEnd('.');
            recording.Warnings.Add(
                $"{_plan.Output}: the file could not be compressed: {cause}. It was written without compression.");
            return RecordingFile.Complete(_files, facts, note: recording.Journal.NoteJoining);
        }
    }

    /// <summary>
    /// Writes the metadata again if a module was loaded or unloaded: the newest events need the present addresses of functions.
    /// </summary>
    private void RefreshMetadata()
    {
        var modules = KernelFacts.Modules;
        if (!modules.AsSpan().SequenceEqual(_modulesAtStart) && NamesAndAddresses(modules) != NamesAndAddresses(_modulesAtStart))
            _files.ReplaceMetadata(recording.Directory with { Tracing = recording.Directory.Top }, recording.Formats);
    }

    /// <summary>
    /// Name and address of each module; other columns of <c>/proc/modules</c>, such as the number of users, change all the time.
    /// </summary>
    private static string NamesAndAddresses(byte[] modules)
        => string.Join(' ', Encoding.UTF8.GetString(modules).Split('\n')
            .Select(l => l.Split(' ') is [var name, _, _, _, _, var address, ..] ? name + address : ""));

    private KernelMagnifierException NotCompleted(Exception error)
    {
        var inner = error as KernelMagnifierException;
        var kept = string.Join(", ", _files.Existing);
        var cause = (inner?.Cause ?? error.Message).TrimEnd('.');
        var code = inner?.Code
            ?? (error is IOException && Errno.IsDiskFull(error.HResult) ? ErrorCode.DiskFull : ErrorCode.RecordingFailed);
        if (_files.IsDeleted)
        {
            _files.DeleteAll();
            recording.Journal.Remove();
            return new KernelMagnifierException(code, _plan.Output, "the files of the recording were deleted while it was made, "
                + $"and what was recorded is lost, because it could not be saved elsewhere: {cause}.",
                "Record again, to a directory that stays.", error);
        }
        return new KernelMagnifierException(code, _plan.Output,
            $"the recording could not be completed: {cause}. What was recorded is kept beside it ({kept}).",
            "Remove the cause, for example free disk space; the next recording completes the file before it starts.", error);
    }
}
