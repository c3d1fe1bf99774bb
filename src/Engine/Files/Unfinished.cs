namespace KernelMagnifier.Files;

/// <summary>
/// Files that are incomplete and processes that are running. Code that ends this process calls <see cref="UndoAll"/> first, so
/// that none of them is left behind.
/// </summary>
internal static class Unfinished
{
    private static readonly Lock Gate = new();
    private static readonly List<Action> Undos = [];
    private static volatile bool _ending;

    /// <summary>
    /// Whether <see cref="UndoAll"/> was called. Then an error of the work that is still running is a consequence of the undoing.
    /// </summary>
    public static bool IsEnding => _ending;

    /// <summary>Registers the action that undoes something unfinished. Dispose the returned object when it is finished.</summary>
    /// <exception cref="OperationCanceledException">The process is ending; nothing new may be started.</exception>
    internal static IDisposable Add(Action undo)
    {
        lock (Gate)
        {
            if (_ending) throw new OperationCanceledException();
            Undos.Add(undo);
        }
        return new Registration(undo);
    }

    /// <summary>
    /// Undoes everything that is registered and refuses new registrations. For a process that ends immediately.
    /// </summary>
    public static void UndoAll()
    {
        Action[] undos;
        lock (Gate)
        {
            _ending = true;
            undos = [.. Undos];
        }
        foreach (var undo in undos)
            try
            {
                undo();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidOperationException)
            {
                // The process ends; what cannot be removed remains.
            }
    }

    private sealed class Registration(Action undo) : IDisposable
    {
        public void Dispose()
        {
            lock (Gate) Undos.Remove(undo);
        }
    }
}
