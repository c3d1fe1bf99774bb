using System.Globalization;
using System.Text;
using KernelMagnifier.Model;
using KernelMagnifier.Selection;
using KernelMagnifier.Text;

namespace KernelMagnifier.Recording;

/// <summary>
/// Chooses functions and hands them to the kernel by index: a name makes it walk through all functions it has, an index does not
/// (kernel: kernel/trace/ftrace.c, <c>add_rec_by_index</c>; since 5.1).
/// </summary>
internal sealed class FunctionSet
{
    private readonly List<TraceableFunction> _all;

    private FunctionSet(List<TraceableFunction> all) => _all = all;

    /// <summary>Every function that can be traced.</summary>
    public IReadOnlyList<TraceableFunction> All => _all;

    /// <summary>Reads them, with addresses where the kernel lists those (since 6.5).</summary>
    public static FunctionSet Read(TraceFs top, bool addresses)
    {
        var list = Parse(top.TryReadBytes("available_filter_functions") ?? [], false);
        if (addresses && top.TryReadBytes("available_filter_functions_addrs") is { } withAddresses)
        {
            var other = Parse(withAddresses, true);
            if (other.Count == list.Count && other.Select(f => f.Name).SequenceEqual(list.Select(f => f.Name))) list = other;
        }
        return new FunctionSet(list);
    }

    /// <summary>Reads lines of <c>name [module]</c>, with an address in front or without.</summary>
    internal static List<TraceableFunction> Parse(ReadOnlySpan<byte> text, bool addresses)
    {
        var list = new List<TraceableFunction>(60_000);
        var modules = new Dictionary<string, string>();
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range];
            if (line.IsEmpty) continue;
            ulong? address = null;
            if (addresses)
            {
                var space = line.IndexOf((byte)' ');
                if (space < 0 || !ulong.TryParse(line[..space], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var parsed)) continue;
                address = parsed;
                line = line[(space + 1)..];
            }
            string? module = null;
            var bracket = line.IndexOf(" ["u8);
            if (bracket > 0)
            {
                var name = Encoding.UTF8.GetString(line[(bracket + 2)..].TrimEnd("] "u8));
                if (!modules.TryGetValue(name, out module)) modules[name] = module = name;
                line = line[..bracket];
            }
            list.Add(new TraceableFunction(list.Count + 1, Encoding.UTF8.GetString(line.Trim((byte)' ')), module, address));
        }
        return list;
    }

    /// <summary>
    /// The functions to trace, or null for all of them.
    /// </summary>
    /// <exception cref="RecordingException">A name or module that is not there, or nothing left.</exception>
    public List<TraceableFunction>? Choose(RecordingRequest asked)
    {
        if (asked.Function.Count + asked.Module.Count + asked.SourcePath.Count + asked.ExcludeFunction.Count + asked.ExcludeModule.Count + asked.ExcludeSourcePath.Count == 0) return null;
        if (asked.SourcePath.Count + asked.ExcludeSourcePath.Count > 0 && asked.SourceResolver is null)
            throw new RecordingException(ErrorCode.BadRequest, "A source path was asked for, but no symbol map is there to tell which functions are defined where. Make one with Get-KmSymbolMap (or kernel-magnifier generate-symbol-map) and give it along.");
        var chosen = Pick(asked.Function);
        var left = Pick(asked.ExcludeFunction) ?? [];
        RequireModules(asked.Module);
        var judge = new CallPredicate(new CallFilter
        {
            Module = asked.Module,
            ExcludeModule = asked.ExcludeModule,
            SourcePath = asked.SourcePath,
            ExcludeSourcePath = asked.ExcludeSourcePath,
        });
        var result = new List<TraceableFunction>();
        foreach (var function in _all)
        {
            if (chosen is not null && !chosen.Contains(function.Index)) continue;
            if (left.Contains(function.Index)) continue;
            var places = asked.SourceResolver?.Resolve(function.Name, function.Module, function.Address) ?? [];
            var symbol = new FunctionSymbol(0, function.Name, function.Module, function.Address, places);
            if (!judge.IsFunction(symbol) || (asked.SourcePath.Count > 0 && !judge.IsInSource(symbol))) continue;
            result.Add(function);
        }
        if (result.Count == 0)
            throw new RecordingException(ErrorCode.NothingToRecord, $"No function passes all filters together ({Describe(asked)}). Leave one of them out.");
        return result;
    }

    /// <summary>The indices that names and patterns stand for; null when none is given.</summary>
    public HashSet<int>? Pick(IReadOnlyList<string> wanted)
    {
        if (wanted.Count == 0) return null;
        var picked = new HashSet<int>();
        foreach (var name in wanted)
        {
            var before = picked.Count;
            var pattern = Glob.IsPattern(name) ? new Glob(name) : null;
            var found = false;
            foreach (var function in _all)
                if (pattern is null ? function.Name == name : pattern.IsMatch(function.Name))
                {
                    picked.Add(function.Index);
                    found = true;
                }
            if (!found)
                throw new RecordingException(ErrorCode.UnknownFunction,
                    $"No function that can be traced is called '{name}'.{Nearest.Suggest(name, _all.Select(f => f.Name))} A function the compiler has inlined, or of a module that is not loaded, is not there.");
        }
        return picked;
    }

    private void RequireModules(IReadOnlyList<string> wanted)
    {
        if (wanted.Count == 0) return;
        var there = _all.Select(f => f.Module ?? "kernel").ToHashSet();
        foreach (var name in wanted)
            if (Glob.IsPattern(name) ? !there.Any(m => new Glob(name).IsMatch(m)) : !there.Contains(name))
                throw new RecordingException(ErrorCode.UnknownModule,
                    $"No loaded module is called '{name}', or it has no function that can be traced.{Nearest.Suggest(name, there)} 'kernel' stands for everything built in; modprobe loads a module.");
    }

    private static string Describe(RecordingRequest asked)
        => string.Join(", ", new[]
        {
            ("function", asked.Function), ("exclude function", asked.ExcludeFunction), ("module", asked.Module), ("exclude module", asked.ExcludeModule),
            ("source path", asked.SourcePath), ("exclude source path", asked.ExcludeSourcePath),
        }.Where(p => p.Item2.Count > 0).Select(p => $"{p.Item1} {string.Join(' ', p.Item2)}"));

    /// <summary>Names, each once, where the kernel takes no indices.</summary>
    public static string ToNames(IEnumerable<TraceableFunction> functions) => string.Concat(functions.Select(f => f.Name).Distinct().Select(n => n + "\n"));

    /// <summary>Indices as the kernel takes them.</summary>
    public static string ToIndices(IEnumerable<TraceableFunction> functions)
    {
        var text = new StringBuilder();
        foreach (var function in functions) text.Append(CultureInfo.InvariantCulture, $"{function.Index}\n");
        return text.ToString();
    }
}
