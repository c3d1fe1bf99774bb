using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace KernelMagnifier.Fuzzing;

/// <summary>
/// Inserts two counters into every basic block of the readers: a byte for each block, which libFuzzer evaluates after each
/// input (as with clang's -fsanitize-coverage=inline-8bit-counters for C), and one for all blocks together, which measures the
/// work of an input.
/// </summary>
internal sealed class BlockCounters
{
    // Code that reads nothing would only lower the coverage.
    private static readonly string[] NotReaders = ["KernelMagnifier.Rendering", "System.", "Microsoft."];

    private readonly ModuleDefinition _module;
    private readonly FieldDefinition _counters;
    private readonly FieldDefinition _steps;
    private readonly TypeDefinition _coverage;

    public BlockCounters(ModuleDefinition module)
    {
        _module = module;
        _coverage = new TypeDefinition("KernelMagnifier", "FuzzCoverage",
            TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed | TypeAttributes.BeforeFieldInit,
            module.TypeSystem.Object);
        _counters = new FieldDefinition("Counters", FieldAttributes.Public | FieldAttributes.Static,
            new PointerType(module.TypeSystem.Byte));
        _steps = new FieldDefinition("Steps", FieldAttributes.Public | FieldAttributes.Static, module.TypeSystem.Int64);
        _coverage.Fields.Add(_counters);
        _coverage.Fields.Add(_steps);
    }

    /// <summary>One line per block: number, type, method, offset.</summary>
    public List<string> Places { get; } = [];

    public void Instrument()
    {
        foreach (var type in _module.GetTypes().ToList())
        {
            if (NotReaders.Any(n => Outermost(type).Namespace.StartsWith(n, StringComparison.Ordinal))) continue;
            foreach (var method in type.Methods)
                if (method.HasBody && method.Body.Instructions.Count > 0)
                    Instrument(method);
        }
        var count = new FieldDefinition("Count", FieldAttributes.Public | FieldAttributes.Static | FieldAttributes.Literal,
            _module.TypeSystem.Int32) { Constant = Places.Count };
        _coverage.Fields.Add(count);
        _module.Types.Add(_coverage);
    }

    private void Instrument(MethodDefinition method)
    {
        var body = method.Body;
        method.DebugInformation.SequencePoints.Clear();
        method.DebugInformation.Scope = null;
        body.SimplifyMacros();
        var starts = Starts(body);
        var code = body.GetILProcessor();
        var firsts = new Dictionary<Instruction, Instruction>();
        foreach (var start in starts)
        {
            var number = Places.Count;
            Places.Add($"{number},{Outermost(method.DeclaringType).FullName},{method.Name.Replace(',', ' ')},{start.Offset}");
            Instruction[] added =
            [
                code.Create(OpCodes.Ldsfld, _counters),
                code.Create(OpCodes.Ldc_I4, number),
                code.Create(OpCodes.Add),
                code.Create(OpCodes.Dup),
                code.Create(OpCodes.Ldind_U1),
                code.Create(OpCodes.Ldc_I4_1),
                code.Create(OpCodes.Add),
                code.Create(OpCodes.Conv_U1),
                code.Create(OpCodes.Stind_I1),
                code.Create(OpCodes.Ldsfld, _steps),
                code.Create(OpCodes.Ldc_I4_1),
                code.Create(OpCodes.Conv_I8),
                code.Create(OpCodes.Add),
                code.Create(OpCodes.Stsfld, _steps),
            ];
            foreach (var one in added) code.InsertBefore(start, one);
            firsts.Add(start, added[0]);
        }
        var ours = firsts.Values.ToHashSet();
        foreach (var instruction in body.Instructions)
        {
            if (instruction.Operand is Instruction to && firsts.TryGetValue(to, out var first)) instruction.Operand = first;
            else if (instruction.Operand is Instruction[] many)
                instruction.Operand = many.Select(m => firsts.GetValueOrDefault(m, m)).ToArray();
        }
        foreach (var handler in body.ExceptionHandlers)
        {
            handler.TryStart = firsts.GetValueOrDefault(handler.TryStart, handler.TryStart);
            handler.TryEnd = firsts.GetValueOrDefault(handler.TryEnd, handler.TryEnd);
            handler.HandlerStart = firsts.GetValueOrDefault(handler.HandlerStart, handler.HandlerStart);
            if (handler.HandlerEnd is { } end) handler.HandlerEnd = firsts.GetValueOrDefault(end, end);
            if (handler.FilterStart is { } filter) handler.FilterStart = firsts.GetValueOrDefault(filter, filter);
        }
        body.OptimizeMacros();
    }

    /// <summary>
    /// The first instruction of every block: the start of the method, every target of a branch, every instruction after a
    /// branch, and every handler.
    /// </summary>
    private static List<Instruction> Starts(MethodBody body)
    {
        var starts = new HashSet<Instruction> { body.Instructions[0] };
        foreach (var instruction in body.Instructions)
        {
            switch (instruction.OpCode.FlowControl)
            {
                case FlowControl.Branch or FlowControl.Cond_Branch:
                    if (instruction.Operand is Instruction to) starts.Add(to);
                    else if (instruction.Operand is Instruction[] many) starts.UnionWith(many);
                    if (instruction.Next is { } next) starts.Add(next);
                    break;
            }
        }
        foreach (var handler in body.ExceptionHandlers)
        {
            starts.Add(handler.TryStart);
            starts.Add(handler.HandlerStart);
            if (handler.FilterStart is { } filter) starts.Add(filter);
        }
        // A prefix (volatile., constrained.) belongs to the instruction after it.
        return [.. body.Instructions.Where(i => starts.Contains(i) && i.Previous?.OpCode.OpCodeType != OpCodeType.Prefix)];
    }

    private static TypeDefinition Outermost(TypeDefinition type)
    {
        while (type.DeclaringType is { } outer) type = outer;
        return type;
    }
}
