using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Counting;

/// <summary>
/// Translates the ids of calls from the names of their recording to other names, which resolve source locations differently.
/// </summary>
internal sealed class NameTranslation(CallNames from, TraceContext to)
{
    // The new id by the old id; 0 if it was not translated yet. Id 0 itself stays 0.
    private int[] _functions = new int[256];
    private int[] _tasks = new int[64];
    private int[] _stacks = new int[256];
    private readonly List<int> _path = [];

    /// <summary>Returns a call that refers to the new names.</summary>
    public CallEvent Translate(CallEvent call)
    {
        var record = call.Record;
        record.Function = Function(record.Function);
        record.Caller = Function(record.Caller);
        record.Task = Task(record.Task);
        record.Stack = Stack(record.Stack);
        return call.With(to, in record);
    }

    private int Function(int id)
    {
        if (id >= _functions.Length) Array.Resize(ref _functions, Math.Max(id + 1, _functions.Length * 2));
        if (_functions[id] != 0 || id == 0) return _functions[id];
        var symbol = from.Functions[id];
        return _functions[id] = symbol.IsOthers
            ? to.Names.OtherFunctions.Id : to.Names.Function(symbol.Name, symbol.Module, symbol.Address);
    }

    private int Stack(int id)
    {
        if (id >= _stacks.Length) Array.Resize(ref _stacks, Math.Max(id + 1, _stacks.Length * 2));
        (_stacks[StackTree.None], _stacks[StackTree.Outermost]) = (StackTree.None, StackTree.Outermost);
        _path.Clear();
        for (; id != StackTree.None && _stacks[id] == 0; id = from.Stacks.Parent(id)) _path.Add(id);
        var translated = _stacks[id];
        for (var i = _path.Count - 1; i >= 0; i--)
        {
            translated = to.Names.Stacks.Child(translated, Function(from.Stacks.Function(_path[i])));
            _stacks[_path[i]] = translated;
        }
        return translated;
    }

    private int Task(int id)
    {
        if (id >= _tasks.Length) Array.Resize(ref _tasks, Math.Max(id + 1, _tasks.Length * 2));
        if (_tasks[id] != 0 || id == 0) return _tasks[id];
        var task = from.Tasks[id];
        return _tasks[id] = task.IsOthers
            ? to.Names.OtherTasks.Id : to.Names.Task(NameText.Encode(task.Comm), task.ProcessId, task.ThreadGroupId);
    }
}
