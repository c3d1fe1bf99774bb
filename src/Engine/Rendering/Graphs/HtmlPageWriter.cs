using System.Net;
using System.Reflection;
using System.Text;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>
/// Writes a call graph as one self-contained HTML page. The build makes the template (src/Page) and embeds it here, with the
/// hashes of its script and style in its Content-Security-Policy. Only data is inserted, never markup.
/// </summary>
internal static class HtmlPageWriter
{
    /// <summary>The most functions and edges of a page that opens quickly.</summary>
    public const int MostFunctions = 20_000, MostEdges = 100_000;

    private const string Resource = "page.html";
    private const int LongestTitle = 400;

    /// <summary>Whether this build contains the template.</summary>
    public static bool IsBuilt => typeof(HtmlPageWriter).Assembly.GetManifestResourceInfo(Resource) is not null;

    /// <summary>Checks that this build contains the template.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.PageNotBuilt"/>: it does not.</exception>
    public static void Require()
    {
        if (!IsBuilt)
        {
            throw new KernelMagnifierException(ErrorCode.PageNotBuilt, null,
                "This build cannot write .html graphs, because Node.js or the npm registry was missing when it was made.",
                "Install Node.js and npm and build again (apt-get install nodejs npm; ./build.sh build), or write .svg.");
        }
    }

    /// <summary>Writes the page.</summary>
    public static void Write(HtmlPageData data, Stream to, CancellationToken cancel)
    {
        var template = Template();
        var fill = new Dictionary<string, Action>
        {
            ["title"] = () => Write(to, WebUtility.HtmlEncode(DisplayText.Fit(data.Caption.Title, LongestTitle))),
            ["theme"] = () => Write(to, data.Options.Theme == GraphTheme.Dark ? "dark" : "auto"),
            ["data"] = () => data.Write(to, cancel),
        };
        var at = 0;
        // The build of the template checks that it contains each placeholder once.
        int PlaceOf(string name) => template.IndexOf($"{{{{{name}}}}}", StringComparison.Ordinal);
        foreach (var (start, name) in fill.Keys.Select(name => (PlaceOf(name), name)).Order().ToList())
        {
            Write(to, template[at..start]);
            fill[name]();
            at = start + name.Length + 4;
        }
        Write(to, template[at..]);
    }

    private static string Template()
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)!, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static void Write(Stream to, string text) => to.Write(Encoding.UTF8.GetBytes(text));
}
