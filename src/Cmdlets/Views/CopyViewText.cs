using System.Globalization;
using System.Management.Automation;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Recording.Fetching;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Views;

/// <summary>The texts of the views of copies of recordings, of live objects and of those that come back.</summary>
public static class CopyViewText
{
    /// <summary>The host.</summary>
    public static string HostName(PSObject item) => Of(item, nameof(RecordingCopy.HostName));

    /// <summary>The path on the host.</summary>
    public static string RemotePath(PSObject item) => Of(item, nameof(RecordingCopy.RemotePath));

    /// <summary>The path of the copy.</summary>
    public static string FullName(PSObject item) => Of(item, nameof(RecordingCopy.FullName));

    /// <summary>What happened.</summary>
    public static string Status(PSObject item) => Of(item, nameof(RecordingCopy.Status));

    /// <summary>The hash.</summary>
    public static string Sha256(PSObject item) => Of(item, nameof(RecordingCopy.Sha256));

    /// <summary>The length.</summary>
    public static string Size(PSObject item)
        => item?.Properties[nameof(RecordingCopy.Bytes)]?.Value is long bytes ? Sizes.Format(bytes) : "";

    /// <summary>How long it took, in seconds.</summary>
    public static string Seconds(PSObject item)
        => item?.Properties[nameof(RecordingCopy.Duration)]?.Value is TimeSpan time
            ? time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s" : "";

    private static string Of(PSObject? item, string property)
        => item is null ? "" : TerminalText.Escape(new InputProperties(item).Text(property) ?? "");
}
