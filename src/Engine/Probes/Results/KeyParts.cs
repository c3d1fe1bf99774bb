using KernelMagnifier.Probes.Manifests;

namespace KernelMagnifier.Probes.Results;

/// <summary>
/// Divides the key of a map into its declared parts. bpftrace joins them by commas and quotes nothing, so that the types decide:
/// a number has no comma, and a stack has a line per frame.
/// </summary>
internal static class KeyParts
{
    // A key with more commas is divided by nobody.
    private const int MostPieces = 256;

    /// <summary>The parts; null if there is no way to divide the key, or more than one.</summary>
    /// <param name="key">The key.</param>
    /// <param name="declared">The parts in their order.</param>
    /// <param name="isAmbiguous">Whether there is more than one way.</param>
    public static string[]? Divide(string key, IReadOnlyList<OutputValue> declared, out bool isAmbiguous)
    {
        isAmbiguous = false;
        if (declared.Count == 1) return Fits(key, declared[0].Type) ? [key] : null;
        var commas = new List<int> { -1 };
        for (var at = 0; (at = key.IndexOf(',', at)) >= 0 && commas.Count <= MostPieces; at++) commas.Add(at);
        if (commas.Count > MostPieces)
        {
            isAmbiguous = true;
            return null;
        }
        commas.Add(key.Length);
        var ways = Ways(key, declared, commas);
        isAmbiguous = ways[0, 0] > 1;
        return ways[0, 0] == 1 ? Parts(key, declared, commas, ways) : null;
    }

    /// <summary>In how many ways, up to two, the parts from one on can be found from a comma on.</summary>
    private static byte[,] Ways(string key, IReadOnlyList<OutputValue> declared, List<int> commas)
    {
        var pieces = commas.Count - 1;
        var ways = new byte[declared.Count + 1, pieces + 1];
        ways[declared.Count, pieces] = 1;
        for (var part = declared.Count - 1; part >= 0; part--)
            for (var from = 0; from < pieces; from++)
                for (var to = from + 1; to <= pieces && ways[part, from] < 2; to++)
                    if (ways[part + 1, to] > 0 && Fits(Piece(key, commas, from, to), declared[part].Type))
                        ways[part, from] = (byte)Math.Min(2, ways[part, from] + ways[part + 1, to]);
        return ways;
    }

    private static string[] Parts(string key, IReadOnlyList<OutputValue> declared, List<int> commas, byte[,] ways)
    {
        var parts = new string[declared.Count];
        for (int part = 0, from = 0; part < parts.Length; part++)
        {
            var to = from + 1;
            while (ways[part + 1, to] == 0 || !Fits(Piece(key, commas, from, to), declared[part].Type)) to++;
            parts[part] = Piece(key, commas, from, to).ToString();
            from = to;
        }
        return parts;
    }

    private static ReadOnlySpan<char> Piece(string key, List<int> commas, int from, int to)
        => key.AsSpan(commas[from] + 1, commas[to] - commas[from] - 1);

    private static bool Fits(ReadOnlySpan<char> piece, string type) => type switch
    {
        "integer" => IsNumber(piece),
        "kstack" or "ustack" => StackText.Starts(piece) || piece.Trim('\n').IsEmpty,
        _ => true,
    };

    private static bool IsNumber(ReadOnlySpan<char> piece)
    {
        const int Longest = 20;
        if (piece.Length is 0 or > Longest) return false;
        if (piece.StartsWith("0x")) return piece.Length > 2 && OutputNumbers.IsHex(piece[2..]);
        var digits = piece[0] == '-' ? piece[1..] : piece;
        return !digits.IsEmpty && !digits.ContainsAnyExceptInRange('0', '9');
    }
}
