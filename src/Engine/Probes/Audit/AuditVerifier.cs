using System.Globalization;
using System.Text;

namespace KernelMagnifier.Probes.Audit;

/// <summary>
/// Verifies the chain of a log: every line as it was written, every record in its place. What a log alone cannot show, its end
/// cut off or all of it written anew, the file beside it shows, and checkpoints that were kept elsewhere.
/// </summary>
internal sealed class AuditVerifier
{
    private static ReadOnlySpan<byte> ActionRotated => ",\"action\":\"Rotated\""u8;

    private static ReadOnlySpan<byte> TornName => ",\"torn\":\""u8;

    private readonly ProbeAuditCheck _check;
    private readonly ILookup<long, AuditCheckpoint> _checkpoints;
    private readonly HashSet<long> _met = [];
    private readonly Dictionary<long, ProbeAuditFinding> _missing = [];
    private readonly AuditEnd _tip;
    private readonly byte[] _previous = new byte[AuditEnd.SumLength];
    private long _expected = 1;
    private ProbeAuditFinding? _unsealed;
    private string? _unsealedSum;
    private (string Path, long Line) _last;

    private AuditVerifier(string path, IEnumerable<AuditCheckpoint> checkpoints)
    {
        _check = new ProbeAuditCheck(path);
        _checkpoints = checkpoints.ToLookup(checkpoint => checkpoint.Sequence);
        // Before the log: what is written meanwhile is then in the log only.
        _tip = AuditFiles.EndOf(path);
        _previous.AsSpan().Fill((byte)'0');
    }

    /// <summary>Verifies a log.</summary>
    /// <param name="path">The log.</param>
    /// <param name="checkpoints">Checkpoints whose signatures are verified.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.AuditUnreadable"/>.</exception>
    public static ProbeAuditCheck Verify(string path, IReadOnlyList<AuditCheckpoint> checkpoints, CancellationToken cancel)
    {
        var verifier = new AuditVerifier(path, checkpoints);
        foreach (var file in AuditFiles.Of(path)) AuditFiles.Read(file, verifier.Take, cancel);
        verifier.Finish(checkpoints);
        return verifier._check;
    }

    private void Take(string path, long number, ReadOnlySpan<byte> line, bool isComplete)
    {
        _last = (path, number);
        if (!isComplete || !AuditLine.TryParse(line, out var parts))
        {
            TakeOther(path, number, line);
            return;
        }
        if (!parts.IsIntact)
        {
            Report("Changed", parts.Sequence, Text($"record {parts.Sequence} is not as it was written"));
            // Its number can be what was changed. If it is not, the chain goes on after it.
            if (parts.Sequence == _expected) GoOn(parts);
            return;
        }
        _check.Records++;
        Seal(parts);
        TakeRecord(parts);
    }

    private void TakeRecord(in AuditLine parts)
    {
        if (_check.FirstSequence is null)
        {
            _check.FirstSequence = parts.Sequence;
            // The records before it are in a file that was moved away.
            if (parts.Sequence > 1 && parts.Content.IndexOf(ActionRotated) >= 0)
            {
                _expected = parts.Sequence;
                parts.Previous.CopyTo(_previous);
            }
        }
        if (parts.Sequence < _expected)
        {
            TakeEarlier(parts.Sequence);
            return;
        }
        if (parts.Sequence > _expected) Miss(_expected, parts.Sequence - 1);
        else if (!parts.Previous.SequenceEqual(_previous))
            Report("Changed", parts.Sequence,
                Text($"record {parts.Sequence} does not follow the record before it: one of them was replaced"));
        Meet(parts);
        GoOn(parts);
    }

    private void GoOn(in AuditLine parts)
    {
        parts.Sum.CopyTo(_previous);
        _expected = parts.Sequence + 1;
        (_check.LastSequence, _check.LastHash) = (parts.Sequence, null);
    }

    /// <summary>A record that stands after a later one.</summary>
    private void TakeEarlier(long sequence)
    {
        var isMissed = _missing.Remove(sequence, out var missed);
        var finding = new ProbeAuditFinding(isMissed ? "Reordered" : "Inserted", _last.Path, _last.Line, sequence, isMissed
            ? Text($"record {sequence} stands after record {_expected - 1}")
                : Text($"record {sequence} was there before: the line was inserted"));
        if (isMissed && _check.Findings.Contains(missed!)) _check.Replace(missed!, finding);
        else _check.Add(finding);
    }

    private void Miss(long from, long to)
    {
        var finding = new ProbeAuditFinding("Removed", _last.Path, _last.Line, from, from == to
            ? Text($"record {from} is missing before this line")
                : Text($"the records {from} to {to} are missing before this line"));
        _check.Add(finding);
        // Only so many can be found again later in the file.
        if (from == to && _missing.Count < ProbeAuditCheck.MostFindings) _missing[from] = finding;
    }

    /// <summary>A line that is no record: what a crash left, if the next record says so, or a change.</summary>
    private void TakeOther(string path, long number, ReadOnlySpan<byte> line)
    {
        if (_unsealed is not null) _check.Add(_unsealed);
        Span<byte> digits = stackalloc byte[AuditEnd.SumLength];
        AuditLine.SumOf(line, digits);
        _unsealedSum = Encoding.ASCII.GetString(digits);
        _unsealed = new ProbeAuditFinding("Changed", path, number, null, "the line is not a record as it was written");
    }

    private void Seal(in AuditLine parts)
    {
        if (_unsealed is null) return;
        var at = parts.Content.IndexOf(TornName);
        var names = at >= 0 && parts.Content[(at + TornName.Length)..].StartsWith(Encoding.ASCII.GetBytes(_unsealedSum!));
        if (!names) _check.Add(_unsealed);
        _unsealed = null;
    }

    private void Meet(in AuditLine parts)
    {
        if (parts.Sequence == _tip.Sequence && !parts.Sum.SequenceEqual(Encoding.ASCII.GetBytes(_tip.Sum)))
            Report("Rewritten", parts.Sequence,
                Text($"record {parts.Sequence} is another one than that of the file {AuditEnd.FileOf(_check.Path)}: the log was written anew"));
        foreach (var checkpoint in _checkpoints[parts.Sequence])
        {
            _met.Add(parts.Sequence);
            if (parts.Sum.SequenceEqual(Encoding.ASCII.GetBytes(checkpoint.Sum))) _check.CheckpointsMet++;
            else
                Report("Rewritten", parts.Sequence,
                    Text($"record {parts.Sequence} is another one than that of the checkpoint {checkpoint.Path}: the log was written anew"));
        }
    }

    /// <summary>Compares the end with the file beside the log, which has the last record that was written.</summary>
    private void MeetTip(IReadOnlyList<AuditCheckpoint> checkpoints)
    {
        // A crash in the middle of a record is found already, and so is what a checkpoint shows.
        if (_tip.Sequence < _expected || (_unsealed is not null && _tip.Sequence == _expected)
            || checkpoints.Any(checkpoint => checkpoint.Sequence >= _tip.Sequence)) return;
        Report("Cut", _tip.Sequence,
            Text($"the log ends with record {_expected - 1}; the file {AuditEnd.FileOf(_check.Path)} is of record {_tip.Sequence}"));
    }

    private void Finish(IReadOnlyList<AuditCheckpoint> checkpoints)
    {
        if (_unsealed is not null)
            _check.Add(new ProbeAuditFinding("Unfinished", _unsealed.Path, _unsealed.Line, null,
                "the last line is not a complete record: it was changed or cut, or the machine crashed while it was written"));
        if (_check.LastSequence is not null) _check.LastHash = Encoding.ASCII.GetString(_previous);
        MeetTip(checkpoints);
        foreach (var checkpoint in checkpoints.Where(c => c.Sequence >= _expected))
            Report("Cut", checkpoint.Sequence,
                Text($"the log ends with record {_expected - 1}; the checkpoint {checkpoint.Path} is of record {checkpoint.Sequence}"));
        foreach (var checkpoint in checkpoints.Where(c => c.Sequence >= (_check.FirstSequence ?? 1) && c.Sequence < _expected))
            if (!_met.Contains(checkpoint.Sequence))
                Report("Removed", checkpoint.Sequence,
                    Text($"record {checkpoint.Sequence} of the checkpoint {checkpoint.Path} is not in the log as it was written"));
    }

    private void Report(string kind, long sequence, string message)
        => _check.Add(new ProbeAuditFinding(kind, _last.Path, _last.Line, sequence, message));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
