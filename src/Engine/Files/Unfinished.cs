namespace KernelMagnifier.Files;

/// <summary>
/// What must not be left behind when the process is ended in the middle of its work: files that are not whole, programs that draw.
/// Whoever ends the process calls <see cref="UndoAll"/> first.
/// </summary>
public static class Unfinished
{
    private static readonly Lock Gate = new();
    private static readonly List<Action> Begun = [];
    private static bool _ending;

    /// <summary>Notes how something begun is undone; dispose the returned object when it is finished.</summary>
    /// <exception cref="OperationCanceledException">The process is being ended: nothing may be begun any more.</exception>
    internal static IDisposable Add(Action undo)
    {
        lock (Gate)
        {
            if (_ending) throw new OperationCanceledException();
            Begun.Add(undo);
        }
        return new Entry(undo);
    }

    /// <summary>Undoes everything that is begun and not finished, and lets nothing new begin. For a process that ends at once.</summary>
    public static void UndoAll()
    {
        Action[] all;
        lock (Gate)
        {
            _ending = true;
            all = [.. Begun];
        }
        foreach (var undo in all)
            try
            {
                undo();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidOperationException)
            {
                // The process ends; what cannot be removed stays.
            }
    }

    private sealed class Entry(Action undo) : IDisposable
    {
        public void Dispose()
        {
            lock (Gate) Begun.Remove(undo);
        }
    }
}
