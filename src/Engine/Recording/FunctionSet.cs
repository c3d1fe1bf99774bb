using System.Globalization;
using System.Text;
using KernelMagnifier.Model;
using KernelMagnifier.Selection;
using KernelMagnifier.Symbols;
using KernelMagnifier.Text;

namespace KernelMagnifier.Recording;

/// <summary>
/// The functions that the kernel can trace, and the selection of those to record. The selection is passed to the kernel by index,
/// because the kernel searches all its functions for each name (kernel: kernel/trace/ftrace.c, <c>add_rec_by_index</c>; since
/// 5.1).
/// </summary>
internal sealed class FunctionSet
{
    private const int TypicalCount = 60_000;

    private readonly List<TraceableFunction> _all;
    private readonly ModuleFiles? _modules;

    private FunctionSet(List<TraceableFunction> all, ModuleFiles? modules) => (_all, _modules) = (all, modules);

    /// <summary>All functions, in the order of <c>available_filter_functions</c>.</summary>
    public IReadOnlyList<TraceableFunction> All => _all;

    /// <summary>Reads the functions.</summary>
    /// <param name="top">The top level of tracefs.</param>
    /// <param name="addresses">Read the addresses too, if the kernel lists them (since 6.5).</param>
    /// <param name="modules">The modules that exist, to explain a name that cannot be traced; null when they are unknown.</param>
    public static FunctionSet Read(TraceFs top, bool addresses, ModuleFiles? modules = null)
    {
        var list = Parse(top.TryReadBytes("available_filter_functions") ?? [], false);
        if (addresses && top.TryReadBytes("available_filter_functions_addrs") is { } text)
        {
            var withAddresses = Parse(text, true);
            if (withAddresses.Count == list.Count && withAddresses.Select(f => f.Name).SequenceEqual(list.Select(f => f.Name)))
                list = withAddresses;
        }
        return new FunctionSet(list, modules);
    }

    /// <summary>Parses lines of <c>name [module]</c>.</summary>
    /// <param name="text">The lines.</param>
    /// <param name="addresses">Whether an address precedes each name.</param>
    internal static List<TraceableFunction> Parse(ReadOnlySpan<byte> text, bool addresses)
    {
        var list = new List<TraceableFunction>(TypicalCount);
        var modules = new Dictionary<string, string>();
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range];
            if (line.IsEmpty) continue;
            ulong? address = null;
            if (addresses)
            {
                var space = line.IndexOf((byte)' ');
                const NumberStyles Hex = NumberStyles.HexNumber;
                if (space < 0 || !ulong.TryParse(line[..space], Hex, CultureInfo.InvariantCulture, out var parsed)) continue;
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

    /// <summary>Selects the functions to trace.</summary>
    /// <returns>The functions; null for all of them.</returns>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.UnknownFunction"/>, <see cref="ErrorCode.UnknownModule"/>, <see cref="ErrorCode.NeedsSymbolMap"/> or
    /// <see cref="ErrorCode.NothingToRecord"/>.
    /// </exception>
    public List<TraceableFunction>? Choose(RecordingRequest request)
    {
        if (!request.HasFunctionFilter && !request.HasFunctionExclusion) return null;
        if (request.SourcePath.Count + request.ExcludeSourcePath.Count > 0 && request.SourceResolver is null)
            throw new KernelMagnifierException(ErrorCode.NeedsSymbolMap, null,
                "A filter by source path needs a symbol map, which lists the source file of each function.",
                "Provide a symbol map.");
        var map = request.SourceResolver as SymbolMap;
        var included = Pick(request.Function, map);
        var excluded = Pick(request.ExcludeFunction, map) ?? [];
        RequireModules(request.Module);
        var predicate = new CallPredicate(new CallFilter
        {
            Module = request.Module,
            ExcludeModule = request.ExcludeModule,
            SourcePath = request.SourcePath,
            ExcludeSourcePath = request.ExcludeSourcePath,
        });
        var result = _all.FindAll(f => (included is null || included.Contains(f.Index)) && !excluded.Contains(f.Index)
            && Passes(f, request, predicate));
        return result.Count > 0 ? result
            : throw new KernelMagnifierException(ErrorCode.NothingToRecord, null,
                $"No function passes all filters together ({Describe(request)}).", "Remove one of the filters.");
    }

    /// <summary>The indices of the functions that names and patterns match; null when none is given.</summary>
    /// <param name="requested">The names and patterns.</param>
    /// <param name="map">A symbol map, which can know the module of a function that is not loaded; null without one.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.UnknownFunction"/>.</exception>
    public HashSet<int>? Pick(IReadOnlyList<string> requested, SymbolMap? map = null)
    {
        if (requested.Count == 0) return null;
        var picked = new HashSet<int>();
        foreach (var name in requested)
        {
            var pattern = Glob.IsPattern(name) ? new Glob(name) : null;
            var found = false;
            foreach (var function in _all)
                if (pattern is null ? function.Name == name : pattern.IsMatch(function.Name))
                {
                    picked.Add(function.Index);
                    found = true;
                }
            if (!found) throw Unknown(name, map);
        }
        return picked;
    }

    /// <summary>All functions except those given.</summary>
    public List<TraceableFunction> AllExcept(IReadOnlyList<TraceableFunction> functions)
    {
        var indices = functions.Select(f => f.Index).ToHashSet();
        return _all.FindAll(f => !indices.Contains(f.Index));
    }

    /// <summary>The names, each once, for files that accept no indices.</summary>
    public static string ToNames(IEnumerable<TraceableFunction> functions)
        => string.Concat(functions.Select(f => f.Name).Distinct().Select(n => n + "\n"));

    /// <summary>The indices, one per line.</summary>
    public static string ToIndices(IEnumerable<TraceableFunction> functions)
    {
        var text = new StringBuilder();
        foreach (var function in functions) text.Append(CultureInfo.InvariantCulture, $"{function.Index}\n");
        return text.ToString();
    }

    private static bool Passes(TraceableFunction function, RecordingRequest request, CallPredicate predicate)
    {
        var locations = request.SourceResolver?.Resolve(function.Name, function.Module, function.Address) ?? [];
        var symbol = new FunctionSymbol(0, function.Name, function.Module, function.Address, locations);
        return predicate.IsFunction(symbol) && (request.SourcePath.Count == 0 || predicate.IsInSource(symbol));
    }

    private KernelMagnifierException Unknown(string name, SymbolMap? map)
    {
        if (NotLoaded(name, map) is { Count: > 0 } modules)
        {
            var (one, list) = (modules.Count == 1, string.Join(", ", modules.Take(3)) + (modules.Count > 3 ? ", …" : ""));
            return new KernelMagnifierException(ErrorCode.UnknownFunction, name,
                $"no traceable function has this name. It is in the module{(one ? "" : "s")} {list}, which "
                    + $"{(one ? "is" : "are")} not loaded.", $"Load it first: modprobe {modules[0]}");
        }
        const string Action = "available_filter_functions in tracefs lists the functions; inlined functions and functions of "
            + "modules that are not loaded cannot be traced.";
        return new KernelMagnifierException(ErrorCode.UnknownFunction, name, "no traceable function has this name.",
            Suggestion.Before(name, _all.Select(f => f.Name), Action));
    }

    /// <summary>The modules that are not loaded and, by the symbol map and depmod's files, have a function.</summary>
    private List<string> NotLoaded(string function, SymbolMap? map)
    {
        var pattern = Glob.IsPattern(function) ? new Glob(function) : null;
        var byMap = map?.Rows.Where(r => r is { Module: not null, IsInlined: false }
            && (pattern is null ? r.Function == function : pattern.IsMatch(r.Function))).Select(r => r.Module!) ?? [];
        return [.. byMap.Concat(_modules?.ExportersOf(function) ?? []).Distinct()
            .Where(m => m != SymbolMap.Core && !(_modules?.IsLoaded(m) ?? false) && !(_modules?.IsBuiltIn(m) ?? false))
            .Order(StringComparer.Ordinal)];
    }

    private void RequireModules(IReadOnlyList<string> requested)
    {
        if (requested.Count == 0) return;
        var modules = _all.Select(f => f.Module ?? "kernel").ToHashSet();
        foreach (var name in requested)
            if (Glob.IsPattern(name) ? !modules.Any(m => new Glob(name).IsMatch(m)) : !modules.Contains(name))
                throw UnknownModule(name, modules);
    }

    private KernelMagnifierException UnknownModule(string name, IEnumerable<string> loaded)
    {
        var (cause, action) = _modules switch
        {
            null => (null, null),
            _ when _modules.IsLoaded(name) => ("this module is loaded, but none of its functions can be traced.",
                "available_filter_functions in tracefs lists the functions that can be traced, with their modules."),
            _ when _modules.IsBuiltIn(name) => ("this module is built into the kernel.",
                "Use the module 'kernel', and select its functions by name or source path."),
            _ when _modules.IsInstalled(name) => ("this module is not loaded.", $"Load it first: modprobe {name}"),
            _ => ((string?)null, (string?)null),
        };
        return new KernelMagnifierException(ErrorCode.UnknownModule, name,
            cause ?? "no loaded module of this name has functions that can be traced.",
            action ?? Suggestion.Before(name, loaded,
                "Load the module with modprobe, or use 'kernel' for the functions that are built in."));
    }

    private static string Describe(RecordingRequest request)
        => string.Join(", ", new[]
        {
            ("function", request.Function), ("exclude function", request.ExcludeFunction),
            ("module", request.Module), ("exclude module", request.ExcludeModule),
            ("source path", request.SourcePath), ("exclude source path", request.ExcludeSourcePath),
        }.Where(p => p.Item2.Count > 0).Select(p => $"{p.Item1} {string.Join(' ', p.Item2)}"));
}
