using System.Globalization;
using KernelMagnifier.Probes.Manifests;

namespace KernelMagnifier.Probes.Library;

/// <summary>
/// What a change means for those who use a probe. Major: a call or a reader of the output that worked no longer does, or it collects
/// more. Minor: there is more of something. Patch: anything else.
/// </summary>
internal static class VersionRules
{
    /// <summary>The changes between two manifests.</summary>
    /// <returns>2 for major, 1 for minor, 0 for patch, each with its reason; the most important first.</returns>
    public static IReadOnlyList<(int Level, string Reason)> Changes(ProbeManifest old, ProbeManifest @new)
    {
        var changes = new List<(int, string)>();
        Parameters(old, @new, changes);
        Output(old, @new, changes);
        if (@new.DataClass > old.DataClass) changes.Add((2, $"It collects more: {old.DataClass} became {@new.DataClass}."));
        else if (@new.DataClass < old.DataClass) changes.Add((1, $"It collects less: {old.DataClass} became {@new.DataClass}."));
        foreach (var point in @new.AttachPoints.Except(old.AttachPoints)) changes.Add((1, $"It attaches to {point}."));
        foreach (var point in old.AttachPoints.Except(@new.AttachPoints)) changes.Add((1, $"It no longer attaches to {point}."));
        return [.. changes.OrderByDescending(change => change.Item1)];
    }

    /// <summary>The version after another one.</summary>
    public static string Next(string version, int level)
    {
        var parts = version.Split('.').Select(part => int.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        var next = level switch { 2 => (parts[0] + 1, 0, 0), 1 => (parts[0], parts[1] + 1, 0),
            _ => (parts[0], parts[1], parts[2] + 1) };
        return string.Create(CultureInfo.InvariantCulture, $"{next.Item1}.{next.Item2}.{next.Item3}");
    }

    /// <summary>Whether a version is at least another one.</summary>
    public static bool IsAtLeast(string version, string other)
        => Version.Parse(version) >= Version.Parse(other);

    private static void Parameters(ProbeManifest old, ProbeManifest @new, List<(int, string)> changes)
    {
        for (var i = 0; i < old.Parameters.Count; i++)
        {
            var before = old.Parameters[i];
            if (@new.Parameters.FirstOrDefault(parameter => parameter.Name == before.Name) is not { } after)
                changes.Add((2, $"The parameter {before.Name} is gone."));
            else if (after.Type != before.Type) changes.Add((2, $"The parameter {before.Name} has another type."));
            else if (after.Minimum > before.Minimum || after.Maximum < before.Maximum || after.Pattern != before.Pattern
                || (after.Choices.Count > 0 && before.Choices.Except(after.Choices).Any())
                    || (before.Default is not null && after.Default is null))
                changes.Add((2, $"The parameter {before.Name} takes less."));
            else if (after != before with { Choices = after.Choices, Description = after.Description }
                || !after.Choices.SequenceEqual(before.Choices))
                changes.Add((1, $"The parameter {before.Name} changed."));
        }
        foreach (var added in @new.Parameters.Where(parameter => !old.Parameters.Any(before => before.Name == parameter.Name)))
            changes.Add(added.Default is null ? (2, $"The new parameter {added.Name} must be given.")
                : (1, $"There is a parameter {added.Name}."));
    }

    private static void Output(ProbeManifest old, ProbeManifest @new, List<(int, string)> changes)
    {
        foreach (var before in old.Maps)
        {
            if (@new.Maps.FirstOrDefault(map => map.Name == before.Name) is not { } after)
                changes.Add((2, $"The map {before.Name} is gone."));
            else if (after.Unit != before.Unit || after.Interval != before.Interval || after.IsUnsigned != before.IsUnsigned
                || !after.Keys.SequenceEqual(before.Keys))
                changes.Add((2, $"The map {before.Name} has other keys or another unit."));
        }
        foreach (var before in old.Lines)
        {
            if (@new.Lines.FirstOrDefault(line => line.Name == before.Name) is not { } after)
                changes.Add((2, $"The line {before.Name} is gone."));
            else if (!after.Fields.SequenceEqual(before.Fields)) changes.Add((2, $"The line {before.Name} has other fields."));
        }
        foreach (var map in @new.Maps.Where(map => !old.Maps.Any(before => before.Name == map.Name))) changes.Add((1,
            $"There is a map {map.Name}."));
        foreach (var line in @new.Lines.Where(line => !old.Lines.Any(before => before.Name == line.Name)))
            changes.Add((1, $"There is a line {line.Name}."));
    }
}
