if (args is not [var source, var target, var list])
{
    Console.Error.WriteLine("usage: km-fuzz-instrumenter ASSEMBLY INSTRUMENTED BLOCKS.csv");
    return 2;
}
using KernelMagnifier.Fuzzing;
using Mono.Cecil;
using var assembly = AssemblyDefinition.ReadAssembly(source);

var blocks = new BlockCounters(assembly.MainModule);
blocks.Instrument();
assembly.Write(target);
File.WriteAllLines(list, blocks.Places);
Console.WriteLine($"{blocks.Places.Count} blocks of {source} are counted in {target}");
return 0;
