using KernelMagnifier.Fuzzing;
using Mono.Cecil;

if (args is not [var source, var target, var list])
{
    Console.Error.WriteLine("usage: km-fuzz-instrumenter ASSEMBLY INSTRUMENTED BLOCKS.csv");
    return 2;
}
using var assembly = AssemblyDefinition.ReadAssembly(source);
var blocks = new BlockCounters(assembly.MainModule);
blocks.Instrument();
assembly.Write(target);
File.WriteAllLines(list, blocks.Places);
Console.WriteLine($"{source}: {blocks.Places.Count} instrumented blocks, written to {target}");
return 0;
