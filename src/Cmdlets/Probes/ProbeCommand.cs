using System.Management.Automation;
using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Policies;
using KernelMagnifier.Probes.Signing;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Probes;

/// <summary>Base class of the cmdlets that work with a library of probes.</summary>
public abstract class ProbeCommand : CancellableCommand
{
    /// <summary>The library.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), ValidateNotNullOrEmpty]
    public string? Library { get; set; }

    /// <summary>The policy.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? Policy { get; set; }

    /// <summary>Does something in the library. An error of the engine is written, and the next object is processed.</summary>
    /// <param name="target">What it is about, for the error.</param>
    /// <param name="create">Whether the library is created if it does not exist.</param>
    /// <param name="work">Does it.</param>
    private protected void InLibrary(string? target, bool create, Action<ProbeLibrary, ProbePolicy> work)
    {
        try
        {
            var policy = ProbePolicyFile.Find(Policy is null ? null : this.ResolveInFileSystem(Policy));
            var path = Library is null ? null : this.ResolveInFileSystem(Library);
            using var library = create ? ProbeLibrary.OpenOrCreate(path, policy) : ProbeLibrary.Open(path, policy);
            work(library, policy);
        }
        catch (KernelMagnifierException error)
        {
            WriteError(ErrorFactory.Of(error, target));
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>The names of the library that patterns match. A pattern without wildcards names one that must exist.</summary>
    private protected IEnumerable<string> Match(ProbeLibrary library, string[] patterns)
    {
        var names = library.Names;
        foreach (var pattern in patterns)
        {
            if (!WildcardPattern.ContainsWildcardCharacters(pattern))
            {
                yield return pattern;
                continue;
            }
            var wildcard = new WildcardPattern(pattern, WildcardOptions.IgnoreCase);
            string[] matches = [.. names.Where(wildcard.IsMatch)];
            if (matches.Length == 0 && pattern != "*")
                WriteWarning(TerminalText.Escape($"No probe of {library.Path} matches {pattern}."));
            foreach (var name in matches) yield return name;
        }
    }

    /// <summary>The listing of a library now.</summary>
    private protected static ProbeListing Listing(ProbeLibrary library, ProbePolicy policy)
        => new(library, policy, DateTimeOffset.UtcNow);

    /// <summary>The key that signs: the one that is named, or this user's.</summary>
    private protected string Key(string? path)
        => path is not null ? this.ResolveInFileSystem(path)
            : SigningKeys.Default() ?? throw new KernelMagnifierException(ErrorCode.SigningFailed, null,
                "This user has no key to sign with.",
                "Name one with -SigningKey, or create one: ssh-keygen -t ed25519");
}
