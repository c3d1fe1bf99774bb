using System.Text;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Manifests;
using KernelMagnifier.Probes.Signing;

namespace KernelMagnifier.Engine.Tests.Probes.Library;

public class ReviewTests
{
    private const string Day = "yyyyMMddHHmmss";

    [ProgramFact("ssh-keygen")]
    public void TwoPeopleApproveAProbe()
    {
        using var folder = new ProbeFolder();
        folder.Add("test");
        string author = folder.Signer("alice"), reviewer = folder.Signer("bob");
        Assert.Equal(ProbeState.Draft, folder.Judge("test").State);
        folder.State("test", ReviewAction.Submit, author);
        Assert.Equal("It has 0 of 1 approvals.", folder.Judge("test").Reason);
        folder.State("test", ReviewAction.Approve, reviewer);
        var standing = folder.Judge("test");
        Assert.Equal((ProbeState.Approved, null, "alice"), (standing.State, standing.Reason, standing.Author));
        Assert.Equal(["bob"], standing.Approvers);
        Assert.InRange(standing.ApprovedUntil!.Value, ProbeFolder.Now.AddDays(364), ProbeFolder.Now.AddDays(365));
        Assert.Equal(ProbeState.Expired, folder.Judge("test", ProbeFolder.Now.AddDays(366)).State);
    }

    [ProgramFact("ssh-keygen")]
    public void AnApprovalByTheAuthorIsRefusedAndDoesNotCount()
    {
        using var folder = new ProbeFolder();
        folder.Add("test");
        var author = folder.Signer("alice");
        // Another name of the same key, and another key of the same name.
        folder.Allow("carol", author + ".pub");
        var second = folder.Key("second");
        folder.Allow("alice", second + ".pub");
        folder.State("test", ReviewAction.Submit, author);
        foreach (var key in new[] { author, second })
            Assert.Equal(ErrorCode.ProbeRefused, Assert.Throws<KernelMagnifierException>(
                () => folder.State("test", ReviewAction.Approve, key)).Code);
        foreach (var (principal, key) in new[] { ("carol", author), ("alice", second) }) Forge(folder, ReviewAction.Approve, principal, key);
        var standing = folder.Judge("test");
        Assert.Equal(ProbeState.Submitted, standing.State);
        Assert.Equal("It has 0 of 1 approvals. That of its author does not count.", standing.Reason);
    }

    [ProgramFact("ssh-keygen")]
    public void TwoPrincipalsAreNeededForPathsAndForStableProbes()
    {
        using var folder = new ProbeFolder();
        folder.Add("test", manifest: ProbeFolder.Manifest("test") with { DataClass = DataClass.Paths });
        string author = folder.Signer("alice"), bob = folder.Signer("bob"), carol = folder.Signer("carol");
        folder.Allow("dave", bob + ".pub");
        folder.State("test", ReviewAction.Submit, author);
        folder.State("test", ReviewAction.Approve, bob);
        folder.State("test", ReviewAction.Approve, bob);
        // The second name of bob's key is no second person.
        Forge(folder, ReviewAction.Approve, "dave", bob);
        Assert.Equal((ProbeState.Submitted, 2), (folder.Judge("test").State, folder.Judge("test").ApprovalsNeeded));
        folder.State("test", ReviewAction.Approve, carol);
        Assert.Equal(ProbeState.Approved, folder.Judge("test").State);
        Assert.Equal(2, ProbeJudge.Needed(ProbeFolder.Manifest("test") with { Maturity = ProbeMaturity.Stable }, folder.Policy));
    }

    [ProgramFact("ssh-keygen")]
    public void OneByteMakesAnApprovedProbeChanged()
    {
        using var folder = new ProbeFolder();
        Directory.CreateDirectory(Path.Combine(folder.Library, "lib"));
        var import = Path.Combine(folder.Library, "lib", "common.bt");
        File.WriteAllText(import, "// common\n");
        folder.Add("test", "import \"../lib/common.bt\"\ninterval:s:1 { @n = count(); }\n");
        string author = folder.Signer("alice"), bob = folder.Signer("bob");
        folder.State("test", ReviewAction.Submit, author);
        folder.State("test", ReviewAction.Approve, bob);
        Assert.Equal(ProbeState.Approved, folder.Judge("test").State);
        foreach (var path in new[] { import, folder.FileOf("test", "test.bt"), folder.FileOf("test", "test.json") })
        {
            var before = File.ReadAllBytes(path);
            File.WriteAllBytes(path, [.. before, (byte)'\n']);
            var standing = folder.Judge("test");
            Assert.Equal(ProbeState.Changed, standing.State);
            Assert.StartsWith("It changed since bob approved version 1.0.0 on ", standing.Reason, StringComparison.Ordinal);
            File.WriteAllBytes(path, before);
            Assert.Equal(ProbeState.Approved, folder.Judge("test").State);
        }
    }

    [ProgramFact("ssh-keygen")]
    public void ASignatureOfAnotherNamespaceOrProbeDoesNotCount()
    {
        using var folder = new ProbeFolder();
        folder.Add("test");
        folder.Add("other", manifest: ProbeFolder.Manifest("other"));
        string author = folder.Signer("alice"), bob = folder.Signer("bob");
        folder.State("test", ReviewAction.Submit, author);
        folder.State("other", ReviewAction.Submit, author);
        var approval = folder.State("other", ReviewAction.Approve, bob);
        // The approval of the other probe, with its own signature.
        var copy = folder.FileOf("test", "reviews/0009-approve-000000000000.json");
        File.Copy(approval, copy);
        File.Copy(Path.ChangeExtension(approval, ".sig"), Path.ChangeExtension(copy, ".sig"));
        Assert.Equal(ProbeState.Submitted, folder.Judge("test").State);
        // The same, for this hash: the text is no longer the one that was signed.
        using (var library = folder.Open())
            File.WriteAllText(copy, File.ReadAllText(copy).Replace("other", "test", StringComparison.Ordinal)
                .Replace(library.Load("other").Hash, library.Load("test").Hash, StringComparison.Ordinal));
        Assert.Contains("does not count: incorrect signature", folder.Judge("test").Reason, StringComparison.Ordinal);
        File.Delete(copy);
        Forge(folder, ReviewAction.Approve, "bob", bob, @namespace: "comment@kernel-magnifier");
        var standing = folder.Judge("test");
        Assert.Equal(ProbeState.Submitted, standing.State);
        Assert.Contains("namespace does not match", standing.Reason, StringComparison.Ordinal);
    }

    [ProgramFact("ssh-keygen")]
    public void AnExpiredKeyAndARevokedKeyDoNotCount()
    {
        using var folder = new ProbeFolder();
        folder.Add("test");
        string author = folder.Signer("alice"), bob = folder.Key("bob");
        folder.Allow("bob", bob + ".pub", $"valid-before=\"{ProbeFolder.Now.AddDays(2).ToString(Day, null)}\"");
        folder.State("test", ReviewAction.Submit, author);
        folder.State("test", ReviewAction.Approve, bob);
        Assert.Equal(ProbeState.Approved, folder.Judge("test").State);
        // The key is past. A backdated statement would be, too.
        var later = folder.Judge("test", ProbeFolder.Now.AddDays(4));
        Assert.Equal(ProbeState.Submitted, later.State);
        Assert.Contains("does not count: line 2 of the allowed signers: key has expired", later.Reason, StringComparison.Ordinal);
        folder.Policy = folder.Policy with { RevokedKeys = bob + ".pub" };
        Assert.Equal(ProbeState.Submitted, folder.Judge("test").State);
        // A list of revoked keys that is missing revokes all, not none.
        folder.Policy = folder.Policy with { RevokedKeys = Path.Combine(folder.Root, "none") };
        Assert.Equal(ProbeState.Draft, folder.Judge("test").State);
        Assert.Contains("there is no such file of revoked keys", folder.Judge("test").Reason, StringComparison.Ordinal);
    }

    [ProgramFact("ssh-keygen")]
    public void KeysHaveOnlyTheNamespacesThatTheyAreAllowed()
    {
        using var folder = new ProbeFolder();
        folder.Add("test");
        string author = folder.Signer("alice", "namespaces=\"submit@kernel-magnifier\""), other = folder.Signer("eve", "namespaces=\"file\"");
        folder.State("test", ReviewAction.Submit, author);
        Assert.Equal(ErrorCode.SignatureRefused, Assert.Throws<KernelMagnifierException>(
            () => folder.State("test", ReviewAction.Approve, other)).Code);
        Forge(folder, ReviewAction.Approve, "eve", other);
        Assert.Equal(ProbeState.Submitted, folder.Judge("test").State);
    }

    [ProgramFact("ssh-keygen")]
    public void ACertificateAuthorityMakesSigners()
    {
        using var folder = new ProbeFolder();
        folder.Add("test");
        string author = folder.Signer("alice"), authority = folder.Key("authority"), bob = folder.Key("bob");
        folder.Allow("*@example.org", authority + ".pub", "cert-authority");
        ProbeFolder.Keygen("-q", "-s", authority, "-I", "bob", "-n", "bob@example.org", "-V", "-1h:+2d", bob + ".pub");
        folder.State("test", ReviewAction.Submit, author);
        folder.State("test", ReviewAction.Approve, bob + "-cert.pub");
        var standing = folder.Judge("test");
        Assert.Equal(ProbeState.Approved, standing.State);
        Assert.Equal(["bob@example.org"], standing.Approvers);
        Assert.Equal(ProbeState.Submitted, folder.Judge("test", ProbeFolder.Now.AddDays(3)).State);
    }

    [ProgramFact("ssh-keygen")]
    public void AFutureStatementAnUnsignedOneAndADamagedOneAreNamed()
    {
        using var folder = new ProbeFolder();
        folder.Add("test");
        string author = folder.Signer("alice"), bob = folder.Signer("bob");
        folder.State("test", ReviewAction.Submit, author);
        Forge(folder, ReviewAction.Approve, "bob", bob, time: ProbeFolder.Now.AddHours(1));
        File.WriteAllText(folder.FileOf("test", "reviews/0003-approve-000000000000.json"), "{\"schema\":\"\\u001b[31m\"}");
        var unsigned = Forge(folder, ReviewAction.Approve, "bob", bob);
        File.Delete(Path.ChangeExtension(unsigned, ".sig"));
        var standing = folder.Judge("test");
        Assert.Equal(ProbeState.Submitted, standing.State);
        foreach (var reason in new[] { "its time is in the future.", "it is not signed.", "the text has a control character." })
            Assert.Contains(reason, standing.Reason, StringComparison.Ordinal);
    }

    [ProgramFact("ssh-keygen")]
    public void ARevocationIsStrongerThanADenialAndThatThanApprovals()
    {
        using var folder = new ProbeFolder();
        folder.Add("test");
        string author = folder.Signer("alice"), bob = folder.Signer("bob"), carol = folder.Signer("carol"), dave = folder.Signer("dave");
        folder.State("test", ReviewAction.Submit, author, ProbeFolder.Now.AddMinutes(-9));
        folder.State("test", ReviewAction.Approve, bob, ProbeFolder.Now.AddMinutes(-8));
        folder.State("test", ReviewAction.Deny, carol, ProbeFolder.Now.AddMinutes(-7), "too slow");
        Assert.Equal(ProbeState.Denied, folder.Judge("test").State);
        Assert.Contains("carol denied it on", folder.Judge("test").Reason, StringComparison.Ordinal);
        folder.State("test", ReviewAction.Revoke, dave, ProbeFolder.Now.AddMinutes(-6), "overhead on 6.12");
        folder.State("test", ReviewAction.Approve, carol, ProbeFolder.Now.AddMinutes(-5));
        var standing = folder.Judge("test");
        Assert.Equal(ProbeState.Revoked, standing.State);
        Assert.EndsWith(": overhead on 6.12.", standing.Reason, StringComparison.Ordinal);
        folder.State("test", ReviewAction.Approve, dave, ProbeFolder.Now.AddMinutes(-4));
        Assert.Equal(ProbeState.Approved, folder.Judge("test").State);
    }

    [ProgramFact("ssh-keygen")]
    public void AReviewDateThatIsPastAndAnApprovalThatEndsExpire()
    {
        using var folder = new ProbeFolder();
        var today = DateOnly.FromDateTime(ProbeFolder.Now.UtcDateTime);
        folder.Add("test", manifest: ProbeFolder.Manifest("test") with { ReviewBy = today.AddDays(10) });
        string author = folder.Signer("alice"), bob = folder.Signer("bob");
        folder.State("test", ReviewAction.Submit, author);
        folder.State("test", ReviewAction.Approve, bob, expires: ProbeFolder.Now.AddDays(20));
        Assert.Equal(ProbeState.Approved, folder.Judge("test").State);
        Assert.Equal(today.AddDays(11), DateOnly.FromDateTime(folder.Judge("test").ApprovedUntil!.Value.UtcDateTime));
        Assert.Contains("review was due", folder.Judge("test", ProbeFolder.Now.AddDays(12)).Reason, StringComparison.Ordinal);
        Assert.Equal(ErrorCode.BadRequest, Assert.Throws<KernelMagnifierException>(
            () => folder.State("test", ReviewAction.Approve, bob, expires: ProbeFolder.Now.AddDays(-1))).Code);
    }

    [ProgramFact("ssh-keygen")]
    public void AnUnsignedSubmissionCountsOnlyIfThePolicyAllowsIt()
    {
        using var folder = new ProbeFolder();
        folder.Add("test");
        var bob = folder.Signer("bob");
        folder.State("test", ReviewAction.Submit, null);
        Assert.Equal(ProbeState.Draft, folder.Judge("test").State);
        Assert.Contains("it is not signed.", folder.Judge("test").Reason, StringComparison.Ordinal);
        folder.Policy = folder.Policy with { NeedsSignedSubmission = false };
        folder.State("test", ReviewAction.Approve, bob);
        Assert.Equal(ProbeState.Approved, folder.Judge("test").State);
    }

    [ProgramFact("ssh-keygen")]
    public void WhatWasSubmittedIsKeptAndProvenByItsHash()
    {
        using var folder = new ProbeFolder();
        folder.Add("test");
        folder.State("test", ReviewAction.Submit, folder.Signer("alice"));
        using var library = folder.Open();
        var source = library.Load("test");
        var files = CanonicalProbe.Parse(ProbeReviews.Of(library, source).Content(source.Hash)!.Value)!;
        Assert.Equal(source.Program.ToArray(), files["program"].ToArray());
        Assert.Equal(source.ManifestText.ToArray(), files["manifest"].ToArray());
        File.AppendAllText(folder.FileOf("test", $"reviews/{source.Hash}.txt"), "x");
        Assert.Null(ProbeReviews.Of(library, source).Content(source.Hash));
    }

    [ProgramFact("ssh-keygen")]
    public void ARuleOfThePolicyMakesAProbeInvalid()
    {
        using var folder = new ProbeFolder();
        folder.Add("test", manifest: ProbeFolder.Manifest("test") with { DataClass = DataClass.Payload });
        folder.Policy = folder.Policy with { MostSensitive = DataClass.Names };
        Assert.Equal((ProbeState.Invalid, "The policy allows no data class beyond Names, and it has Payload."),
            (folder.Judge("test").State, folder.Judge("test").Reason));
        folder.Policy = folder.Policy with { MostSensitive = DataClass.Payload, LeastMaturity = ProbeMaturity.Stable };
        Assert.Equal(ProbeState.Invalid, folder.Judge("test").State);
    }

    /// <summary>Writes a statement that the cmdlets would not make.</summary>
    private static string Forge(ProbeFolder folder, ReviewAction action, string principal, string key, string? @namespace = null,
        DateTimeOffset? time = null)
    {
        using var library = folder.Open();
        var source = library.Load("test");
        var statement = new ReviewStatement
        {
            Action = action, Probe = "test", Version = "1.0.0", Hash = source.Hash, Principal = principal,
            Time = time ?? ProbeFolder.Now.AddSeconds(-1), DataClass = source.Manifest.DataClass, Maturity = source.Manifest.Maturity,
        };
        var text = ReviewStatementFile.Write(statement);
        return ProbeReviews.Add(library, source, statement, text,
            SshSignature.Sign(key, @namespace ?? ReviewStatementFile.Namespace(action), text, CancellationToken.None));
    }

    [Fact]
    public void TheFormOfAStatementIsRead()
    {
        var statement = new ReviewStatement
        {
            Action = ReviewAction.Deny, Probe = "test", Version = "1.2.3", Hash = new string('a', 64), Principal = "bob",
            Time = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), Expires = new DateTimeOffset(2027, 1, 2, 3, 4, 5, TimeSpan.Zero),
            DataClass = DataClass.Names, Maturity = ProbeMaturity.Stable, Comment = "two\nlines",
        };
        var text = ReviewStatementFile.Write(statement);
        Assert.Equal(statement, ReviewStatementFile.Read(text, "file"));
        Assert.Equal(ErrorCode.ProbeUnreadable, Assert.Throws<KernelMagnifierException>(() => ReviewStatementFile.Read(
            Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text).Replace("Deny", "1", StringComparison.Ordinal)), "file")).Code);
    }
}
