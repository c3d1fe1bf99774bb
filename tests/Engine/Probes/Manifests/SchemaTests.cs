using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Manifests;
using KernelMagnifier.Probes.Policies;

namespace KernelMagnifier.Engine.Tests.Probes.Manifests;

/// <summary>The published schemas and the readers agree on files, good and bad.</summary>
public class SchemaTests
{
    private const string Validator = """
        import json, sys, jsonschema
        schema = json.load(open(sys.argv[1]))
        check = jsonschema.Draft202012Validator(schema)
        for line in sys.stdin:
            print(1 if check.is_valid(json.loads(line)) else 0)
        """;

    /// <summary>What is put in the place of each value of a good file, one at a time.</summary>
    private static readonly string[] Values =
    [
        "null", "true", "0", "-1", "1", "1.5", "1e3", "99999999999", "\"\"", "\"x\"", "\"x\\n\"", "\"a\\u001bb\"", "\"4\"", "[]", "{}", "[\"a\",\"a\"]", "[1]", "{\"x\":1}",
        "\"1.0.0\"", "\"2027-02-28\"", "\"2027-2-3\"", "\"Payload\"", "\"payload\"", "\"Stable\"", "\"../x\"", "\"@m\"", "\"text\"", "\"integer\"",
    ];

    [SchemaFact]
    public void ManifestsAreJudgedAlike()
    {
        var good = ProbeTemplate.All.Select(template => JsonNode.Parse(ProbeManifestFile.Write(template.Manifest with
        {
            Purpose = "p", Reading = "r", ReviewBy = new DateOnly(2027, 1, 1), Tested = [new TestedKernel("6.1", "0.17.0", new DateOnly(2026, 1, 1))],
            Parameters = [.. template.Manifest.Parameters, new() { Name = "dev", Description = "d", Type = ParameterType.Text, Choices = ["a", "b"], Default = "a" }],
        }))!).ToList();
        Judge("probe.schema.json", good, text => ProbeManifestFile.Read(text, "file"));
    }

    [SchemaFact]
    public void PoliciesAreJudgedAlike()
    {
        using var folder = new ProbeFolder();
        const string text = """
            { "schema": "kernel-magnifier-probe-policy", "schemaVersion": 1, "libraries": ["a"], "allowedSigners": "s", "revokedKeys": "r", "rules": { "loop": "Off" },
              "approvals": { "Names": 2 }, "maturityApprovals": { "Stable": 0 }, "needsSignedSubmission": true, "approvalLifetimeDays": 30, "leastMaturity": "Sandbox",
              "mostSensitive": "Paths", "mostLimits": { "durationSeconds": 10, "cpuPercent": 2.5 }, "allowsEmergency": false, "auditLog": "l", "stateDirectory": "d", "bpftrace": "b" }
            """;
        Judge("probe-policy.schema.json", [JsonNode.Parse(text)!], bytes =>
        {
            using var json = JsonDocument.Parse(bytes);
            try
            {
                _ = PolicyReader.Read(json.RootElement, "/");
            }
            catch (FormatException error)
            {
                throw new KernelMagnifierException(ErrorCode.ProbePolicyUnreadable, "file", error.Message, "");
            }
        });
    }

    private static void Judge(string schema, IReadOnlyList<JsonNode> good, Action<byte[]> read)
    {
        var files = good.SelectMany(file => Changes(file).Prepend(file.ToJsonString())).ToList();
        var theirs = Validate(schema, files);
        Assert.Equal(files.Count, theirs.Length);
        var disagreements = new List<string>();
        for (var i = 0; i < files.Count; i++)
        {
            string? error = null;
            try
            {
                read(Encoding.UTF8.GetBytes(files[i]));
            }
            catch (KernelMagnifierException wrong)
            {
                error = wrong.Cause;
            }
            // What relates two values to each other a schema cannot say, and to it 1e3 is a whole number.
            var isBeyond = error is not null && new[] { "does not take this value", "is not from", "there twice", "day is expected", "regular expression", "a whole number is expected" }
                .Any(reason => error.Contains(reason, StringComparison.Ordinal));
            if (theirs[i] != (error is null) && !(theirs[i] && isBeyond)) disagreements.Add($"{files[i]}: the schema says {theirs[i]}, we say {error ?? "good"}");
        }
        Assert.Contains(true, theirs);
        Assert.Contains(false, theirs);
        Assert.True(disagreements.Count == 0, $"{disagreements.Count} of {files.Count}:\n{string.Join("\n", disagreements.Take(5))}");
    }

    /// <summary>Each value replaced, each property removed, and one added to each object.</summary>
    private static IEnumerable<string> Changes(JsonNode file)
    {
        foreach (var path in Paths(file, []))
        {
            foreach (var value in Values) yield return With(file, path, parent => Set(parent, path[^1], JsonNode.Parse(value)));
            if (path[^1] is string) yield return With(file, path, parent => ((JsonObject)parent).Remove((string)path[^1]));
            yield return With(file, path, parent =>
            {
                if (parent is JsonObject of) of["unknownProperty"] = 1;
                else ((JsonArray)parent).Add(null);
            });
        }
    }

    private static void Set(JsonNode parent, object name, JsonNode? value)
    {
        if (name is string property) parent[property] = value;
        else parent[(int)name] = value;
    }

    private static string With(JsonNode file, object[] path, Action<JsonNode> change)
    {
        var copy = file.DeepClone();
        var at = copy;
        foreach (var step in path[..^1]) at = step is string name ? at[name]! : at[(int)step]!;
        change(at);
        return copy.ToJsonString();
    }

    private static IEnumerable<object[]> Paths(JsonNode? node, object[] to)
    {
        if (to.Length > 0) yield return to;
        var steps = node switch
        {
            JsonObject of => of.Select(property => ((object)property.Key, property.Value)),
            JsonArray list => list.Select((item, i) => ((object)i, item)),
            _ => [],
        };
        foreach (var (step, value) in steps)
            foreach (var path in Paths(value, [.. to, step])) yield return path;
    }

    private static bool[] Validate(string schema, List<string> files)
    {
        var start = new ProcessStartInfo("python3", ["-c", Validator, Path.Combine(SharedData.RepositoryRoot, "docs", "formats", schema)])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        foreach (var file in files) process.StandardInput.Write(file + "\n");
        process.StandardInput.Close();
        process.WaitForExit();
        return [.. output.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line == "1")];
    }
}
