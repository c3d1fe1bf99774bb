using System.Text.Json;

namespace KernelMagnifier.Incidents;

/// <summary>Makes findings of what a user gives. Long ones are cut, so that the file stays small.</summary>
internal sealed class IncidentFindings
{
    private const int LongestJson = 8 << 10, LongestOfAll = 32 << 10, LongestKind = 128, MostDepth = 10,
        LongestTextOfAll = 32 << 10;

    private readonly List<IncidentFinding> _all = [];
    private int _json, _text;

    /// <summary>The findings.</summary>
    public IReadOnlyList<IncidentFinding> All => _all;

    /// <summary>How many findings have lost their properties, because they are too many.</summary>
    public int Shortened { get; private set; }

    /// <summary>Adds one.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="text">The finding in words.</param>
    /// <param name="json">Its properties as JSON; null for none.</param>
    public void Add(string kind, string text, string? json)
    {
        var words = IncidentText.Safe(text, Math.Max(32, Math.Min(IncidentJson.LongestNote, LongestTextOfAll - _text)));
        _text += words.Length;
        if (json is not null && (json.Length > LongestJson || _json + json.Length > LongestOfAll || !IsFlat(json)))
        {
            json = null;
            Shortened++;
        }
        _json += json?.Length ?? 0;
        _all.Add(new IncidentFinding(IncidentText.Safe(kind, LongestKind).Replace('\n', ' '), words, json));
    }

    private static bool IsFlat(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MostDepth });
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
