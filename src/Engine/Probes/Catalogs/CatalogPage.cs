using System.Globalization;
using System.Net;
using System.Text;
using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Manifests;
using KernelMagnifier.Text;

namespace KernelMagnifier.Probes.Catalogs;

/// <summary>
/// Writes a library of probes as one self-contained HTML page for administrators: what each answers, how to read it, what its
/// output looks like, what it costs, and whether it may run. Its Content-Security-Policy forbids scripts and network access.
/// </summary>
/// <param name="library">The path of the library.</param>
/// <param name="made">When the page is made.</param>
internal sealed class CatalogPage(string library, DateTimeOffset made)
{
    private const string Head = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy"
         content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>Probes</title>
        <style>
        :root { --ink: #1f2933; --soft: #52606d; --line: #d9dee3; --page: #fff; --head: #f2f5f7; --good: #146c43; --bad: #8a1c1c }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e4e7eb; --soft: #a5b1bd; --line: #3a4650; --page: #14191e; --head: #20272e;
                    --good: #7bd3a3; --bad: #ff9b8f }
        }
        body { font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--page);
          max-width: 72rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere }
        h1 { font-size: 1.6rem; margin-bottom: .2rem } h2 { font-size: 1.25rem; margin: 0 } h3 { font-size: 1rem; margin: 1rem 0 .3rem }
        .soft { color: var(--soft) } a { color: inherit }
        section { border-top: 2px solid var(--line); margin-top: 2.2rem; padding-top: 1rem }
        .scroll { overflow-x: auto }
        table { border-collapse: collapse } .index { width: 100% }
        th, td { text-align: left; padding: .25rem .7rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
        thead th { background: var(--head); padding-left: .35rem } .index td { padding-left: .35rem }
        .facts th { font-weight: normal; color: var(--soft); white-space: nowrap; padding-right: 1.2rem }
        .facts th, .facts td { border: 0; padding-top: .1rem; padding-bottom: .1rem }
        code, pre { font-family: ui-monospace, monospace; font-size: .92em }
        pre { background: var(--head); padding: .7rem .9rem; overflow-x: auto; line-height: 1.3; border-radius: 4px; margin: .3rem 0 }
        .state { font-weight: 600; white-space: nowrap } .approved { color: var(--good) } .stopped { color: var(--bad) }
        summary { cursor: pointer; margin: .6rem 0 }
        @media print { body { max-width: none; margin: 0 } section { break-inside: avoid-page } }
        </style>
        </head>
        <body>

        """;

    /// <summary>Writes the page.</summary>
    /// <param name="entries">The probes, in the order of the page.</param>
    /// <param name="output">The stream. It is not closed.</param>
    public void Write(IReadOnlyList<CatalogEntry> entries, Stream output)
    {
        var text = new StringBuilder(Head);
        var approved = entries.Count(entry => entry.Standing.State == ProbeState.Approved);
        text.Append("<h1>Probes</h1>\n<p class=\"soft\">").Append(Text(library))
            .Append(CultureInfo.InvariantCulture, $" · {entries.Count} {(entries.Count == 1 ? "probe" : "probes")}, {approved} approved")
            .Append(CultureInfo.InvariantCulture, $" · {made.ToUniversalTime():yyyy-MM-dd HH:mm} UTC</p>\n");
        Index(text, entries);
        text.Append("<main>\n");
        foreach (var entry in entries)
        {
            Section(text, entry);
            text.FlushTo(output);
        }
        text.Append("</main>\n</body>\n</html>\n").FlushTo(output, all: true);
    }

    private static void Index(StringBuilder text, IReadOnlyList<CatalogEntry> entries)
    {
        text.Append("<div class=\"scroll\"><table class=\"index\"><thead><tr><th scope=\"col\">Probe</th><th scope=\"col\">Answers</th>")
            .Append("<th scope=\"col\">State</th><th scope=\"col\">Maturity</th><th scope=\"col\">Data</th></tr></thead><tbody>\n");
        foreach (var entry in entries)
        {
            var manifest = entry.Source.Manifest;
            text.Append("<tr><td><a href=\"#").Append(Text(manifest.Name)).Append("\"><code>").Append(Text(manifest.Name))
                .Append("</code></a></td><td>").Append(Text(manifest.Title)).Append("</td><td>").Append(State(entry.Standing))
                .Append("</td><td>").Append(manifest.Maturity).Append("</td><td>").Append(manifest.DataClass).Append("</td></tr>\n");
        }
        text.Append("</tbody></table></div>\n");
    }

    private static void Section(StringBuilder text, CatalogEntry entry)
    {
        var manifest = entry.Source.Manifest;
        text.Append("<section id=\"").Append(Text(manifest.Name)).Append("\">\n<h2>").Append(Text(manifest.Title))
            .Append("</h2>\n<p class=\"soft\"><code>").Append(Text(manifest.Name)).Append("</code> ").Append(Text(manifest.Version))
            .Append(" · ").Append(State(entry.Standing)).Append("</p>\n");
        if (entry.Standing.Reason is { } reason) text.Append("<p>").Append(Text(reason)).Append("</p>\n");
        Paragraph(text, "What it answers", manifest.Purpose);
        Paragraph(text, "How to read it", manifest.Reading);
        text.Append("<h3>Run it</h3>\n<pre>").Append(Text(CommandOf(manifest))).Append("</pre>\n");
        Parameters(text, manifest.Parameters);
        if (entry.Example.Count > 0)
            text.Append("<h3>Example output</h3>\n<pre>").AppendJoin('\n', entry.Example.Select(Text)).Append("</pre>\n");
        Output(text, manifest);
        Facts(text, entry);
        text.Append("<details><summary>The program</summary>\n<pre>")
            .Append(string.Join('\n', Encoding.UTF8.GetString(entry.Source.Program.Span).TrimEnd().Split('\n').Select(Text)))
            .Append("</pre></details>\n</section>\n");
    }

    private static void Paragraph(StringBuilder text, string heading, string content)
    {
        text.Append("<h3>").Append(heading).Append("</h3>\n");
        foreach (var paragraph in content.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            text.Append("<p>").Append(Text(paragraph)).Append("</p>\n");
    }

    private static string CommandOf(ProbeManifest manifest)
    {
        var command = $"sudo kernel-magnifier probe run {manifest.Name}";
        foreach (var parameter in manifest.Parameters.Where(p => p.Default is null))
            command += $" --param {parameter.Name}={parameter.Name.ToUpperInvariant()}";
        return command + string.Create(CultureInfo.InvariantCulture,
            $" --duration {Math.Min(10, manifest.Limits.Duration.TotalSeconds)}");
    }

    private static void Parameters(StringBuilder text, IReadOnlyList<ProbeParameter> parameters)
    {
        if (parameters.Count == 0) return;
        text.Append("<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Parameter</th><th scope=\"col\">Meaning</th>")
            .Append("<th scope=\"col\">Values</th><th scope=\"col\">Default</th></tr></thead><tbody>\n");
        foreach (var parameter in parameters)
        {
            var values = parameter.Type == ParameterType.Integer
                ? string.Create(CultureInfo.InvariantCulture,
                    $"{parameter.Minimum} to {parameter.Maximum} {parameter.Unit}").TrimEnd()
                : parameter.Choices.Count > 0 ? string.Join(", ", parameter.Choices) : parameter.Pattern ?? "text";
            text.Append("<tr><td><code>").Append(Text(parameter.Name)).Append("</code></td><td>").Append(Text(parameter.Description))
                .Append("</td><td>").Append(Text(values)).Append("</td><td>").Append(Text(parameter.Default ?? "must be given"))
                .Append("</td></tr>\n");
        }
        text.Append("</tbody></table></div>\n");
    }

    private static void Output(StringBuilder text, ProbeManifest manifest)
    {
        if (manifest.Maps.Count + manifest.Lines.Count == 0) return;
        text.Append("<h3>Output</h3>\n<table class=\"facts\"><tbody>\n");
        foreach (var map in manifest.Maps)
        {
            var keys = map.Keys.Count == 0 ? null
                : $"{(map.Keys.Count == 1 ? "key" : "keys")}: {string.Join(", ", map.Keys.Select(key => key.Name))}";
            var form = string.Join("; ", ((string?[])[keys, map.Unit is null ? null : $"in {map.Unit}"]).OfType<string>());
            Fact(text, map.Name, map.Meaning.TrimEnd('.') + (form.Length == 0 ? "" : $" ({form})"));
        }
        foreach (var line in manifest.Lines)
            Fact(text, line.Name, $"{line.Meaning.TrimEnd('.')}: {string.Join(", ", line.Fields.Select(field => field.Name))}");
        text.Append("</tbody></table>\n");
    }

    private static void Facts(StringBuilder text, CatalogEntry entry)
    {
        var (manifest, limits) = (entry.Source.Manifest, entry.Source.Manifest.Limits);
        text.Append("<h3>Facts</h3>\n<table class=\"facts\"><tbody>\n");
        Fact(text, "Owner", manifest.Owner);
        if (entry.Standing.Author is { } author) Fact(text, "Author", author);
        if (entry.Standing.Approvers.Count > 0) Fact(text, "Approved by", string.Join(", ", entry.Standing.Approvers));
        if (entry.Standing.ApprovedUntil is { } until)
            Fact(text, "Approved until", until.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        if (manifest.ReviewBy is { } review) Fact(text, "Review by", review.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        Fact(text, "Attach points", string.Join(", ", manifest.AttachPoints));
        Fact(text, "Data", manifest.DataClass.ToString());
        Fact(text, "Runs at most", string.Create(CultureInfo.InvariantCulture, $"{limits.Duration.TotalSeconds:0.###} s"));
        Fact(text, "Costs at most", string.Create(CultureInfo.InvariantCulture, $"{limits.CpuPercent:0.##} % of a CPU, ")
            + $"{Sizes.Format(limits.MemoryBytes)} of memory, {Sizes.Format(limits.OutputBytes)} of output, "
            + $"{DisplayText.Number(limits.MapKeys)} keys in a map");
        Fact(text, "Ran on", manifest.Tested.Count == 0 ? "no kernel yet" : string.Join(", ", manifest.Tested.Select(tested
            => string.Create(CultureInfo.InvariantCulture,
                $"{tested.Kernel} with bpftrace {tested.Bpftrace} ({tested.On:yyyy-MM-dd})"))));
        Fact(text, "SHA-256", entry.Source.Hash);
        text.Append("</tbody></table>\n");
    }

    private static void Fact(StringBuilder text, string heading, string value)
        => text.Append("<tr><th scope=\"row\">").Append(Text(heading)).Append("</th><td>").Append(Text(value)).Append("</td></tr>\n");

    private static string State(ProbeStanding standing) => standing.State switch
    {
        ProbeState.Approved => "<span class=\"state approved\">✓ Approved</span>",
        ProbeState.Draft or ProbeState.Submitted => $"<span class=\"state\">{standing.State}</span>",
        _ => $"<span class=\"state stopped\">✗ {standing.State}</span>",
    };

    private static string Text(string text) => WebUtility.HtmlEncode(DisplayText.Visible(text));
}
