using System.Text;

namespace KernelMagnifier.Cli.Tests.Support;

/// <summary>A strict reader for CSV by RFC 4180, independent of the writer.</summary>
internal static class CsvReader
{
    public static List<string[]> Read(string text)
    {
        var rows = new List<string[]>();
        var row = new List<string>();
        var field = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"' && field.Length == 0)
            {
                for (i++; !(text[i] == '"' && (i + 1 == text.Length || text[i + 1] != '"')); i++)
                {
                    if (text[i] == '"') i++;
                    field.Append(text[i]);
                }
            }
            else if (text[i] == ',' || text[i] == '\r')
            {
                row.Add(field.ToString());
                field.Clear();
                if (text[i] == ',') continue;
                Assert.Equal('\n', text[++i]);
                rows.Add([.. row]);
                row.Clear();
            }
            else
            {
                Assert.NotEqual('\n', text[i]);
                field.Append(text[i]);
            }
        }
        Assert.True(row.Count == 0 && field.Length == 0, "the last line ends with CRLF");
        return rows;
    }
}
