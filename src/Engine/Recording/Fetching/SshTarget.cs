using System.Globalization;

namespace KernelMagnifier.Recording.Fetching;

/// <summary>A host that ssh connects to.</summary>
/// <param name="Host">Its name or address, or an alias of the configuration of ssh.</param>
internal sealed record SshTarget(string Host)
{
    /// <summary>The user there; null for that of the configuration.</summary>
    public string? User { get; init; }

    /// <summary>The port; null for that of the configuration.</summary>
    public int? Port { get; init; }

    /// <summary>The file with the private key; null for those of the configuration and of the agent.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Options of ssh, by name.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>Reads a host as PowerShell writes it: <c>[USER@]HOST[:PORT]</c>.</summary>
    /// <returns>The target; null if the text is not that of a host.</returns>
    public static SshTarget? Parse(string text)
    {
        var (host, user, port) = (text, (string?)null, (int?)null);
        if (host.LastIndexOf('@') is > 0 and var at) (user, host) = (host[..at], host[(at + 1)..]);
        // An IPv6 address has several colons, and its port is given apart.
        if (host.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && colon == host.LastIndexOf(':'))
        {
            if (!int.TryParse(host.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is 0 or > 65535)
                return null;
            (port, host) = (number, host[..colon]);
        }
        return IsName(host) && (user is null || IsName(user)) ? new SshTarget(host) { User = user, Port = port } : null;
    }

    /// <summary>The arguments of ssh that name the host and how to reach it.</summary>
    public IEnumerable<string> Arguments()
    {
        // Of two values of an option, ssh takes the first.
        foreach (var (name, value) in Options)
        {
            yield return "-o";
            yield return $"{name}={value}";
        }
        if (KeyFile is not null)
        {
            yield return "-i";
            yield return KeyFile;
        }
        if (Port is { } port)
        {
            yield return "-p";
            yield return port.ToString(CultureInfo.InvariantCulture);
        }
        if (User is not null)
        {
            yield return "-l";
            yield return User;
        }
    }

    /// <summary>Whether a text is a name, and neither an option nor anything else that ssh or its configuration would expand.</summary>
    private static bool IsName(string text)
        => text.Length is > 0 and < 256 && text[0] != '-'
            && text.All(c => char.IsLetterOrDigit(c) || c is '.' or '-' or '_' or ':' or '%' or '+' or '@' or '\\');
}
