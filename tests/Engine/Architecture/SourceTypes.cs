using System.Text.RegularExpressions;

namespace KernelMagnifier.Engine.Tests.Architecture;

/// <summary>The top-level types that a C# source file declares, by the style of this repository: file-scoped namespace, declarations in column one.</summary>
internal static partial class SourceTypes
{
    public static IReadOnlyList<string> Of(string source) => [.. Declaration().Matches(source).Select(m => m.Groups["name"].Value)];

    [GeneratedRegex(@"^(?:(?:public|internal|file|static|sealed|abstract|readonly|partial|ref|unsafe) )*(?:class|struct|interface|enum|record struct|record|delegate [\w<>?\[\]]+) (?<name>\w+)",
        RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
