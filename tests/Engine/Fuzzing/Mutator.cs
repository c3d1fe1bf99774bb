using System.Buffers.Binary;

namespace KernelMagnifier.Engine.Tests.Fuzzing;

/// <summary>Derives damaged and hostile inputs from valid ones. The same seed yields the same inputs.</summary>
internal sealed class Mutator(int seed)
{
    private static readonly ulong[] Extremes = [0, 1, 2, 3, 7, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x7FFFFFFFFFFFFFFF, 0x8000000000000000, ulong.MaxValue];

    private static readonly byte[][] Words =
    [
        "\0"u8.ToArray(), "\r"u8.ToArray(), "\n\n"u8.ToArray(), [0xFF, 0xFE], [0xC3], [0xF0, 0x9F, 0x92], "\u202E"u8.ToArray(), "|"u8.ToArray(), " [000] "u8.ToArray(), "[00000000000000000000000"u8.ToArray(),
        "9999999999999999999999"u8.ToArray(), "-1"u8.ToArray(), "<-"u8.ToArray(), " => "u8.ToArray(), "CPU:0 [LOST 18446744073709551615 EVENTS]\n"u8.ToArray(), "+0xffffffffffffffffff/0x1"u8.ToArray(),
        " <ffffffffffffffff>"u8.ToArray(), "{"u8.ToArray(), "} /* x */"u8.ToArray(), "();"u8.ToArray(), " us    |  "u8.ToArray(), "99999999.999 us"u8.ToArray(), "----"u8.ToArray(), "#"u8.ToArray(), ":"u8.ToArray(), "0x"u8.ToArray(), "."u8.ToArray(), "offset:4294967295;"u8.ToArray(),
    ];

    private readonly Random _random = new(seed);

    /// <summary>The next input.</summary>
    /// <param name="seeds">The valid inputs.</param>
    /// <param name="isText">Whether the inputs consist of lines and words.</param>
    public byte[] Next(IReadOnlyList<byte[]> seeds, bool isText)
    {
        var input = seeds[_random.Next(seeds.Count)].ToList();
        for (var times = _random.Next(1, 5); times > 0; times--)
        {
            if (isText && _random.Next(3) > 0) Lines(input);
            else Bytes(input, seeds);
        }
        return [.. input];
    }

    private void Bytes(List<byte> input, IReadOnlyList<byte[]> seeds)
    {
        var at = _random.Next(input.Count + 1);
        // The header is usually at the start.
        if (_random.Next(3) == 0) at = Math.Min(at, _random.Next(512));
        var length = Math.Min(input.Count - at, 1 + _random.Next(1 << _random.Next(1, 12)));
        switch (_random.Next(9))
        {
            case 0:
                input.RemoveRange(at, input.Count - at);
                break;
            case 1 when at < input.Count:
                input[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 2 when at < input.Count:
                input[at] = (byte)_random.Next(256);
                break;
            case 3:
                input.RemoveRange(at, length);
                break;
            case 4 when input.Count < 1 << 20:
                input.InsertRange(_random.Next(input.Count + 1), input.GetRange(at, length));
                break;
            case 5:
                var number = new byte[8];
                var size = 1 << _random.Next(4);
                var value = _random.Next(4) == 0 ? (ulong)_random.Next(1 << 17) : Extremes[_random.Next(Extremes.Length)];
                BinaryPrimitives.WriteUInt64LittleEndian(number, value);
                if (_random.Next(4) == 0) number.AsSpan(0, size).Reverse();
                for (var i = 0; i < size && at + i < input.Count; i++) input[at + i] = number[i];
                break;
            case 6:
                for (var i = at; i < at + length; i++) input[i] = (byte)(_random.Next(2) * 255);
                break;
            case 7:
                // The start of this input, continued with the end of another.
                var other = seeds[_random.Next(seeds.Count)];
                input.RemoveRange(at, input.Count - at);
                input.AddRange(other.AsSpan(Math.Min(other.Length, _random.Next(4) == 0 ? _random.Next(other.Length + 1) : at)));
                break;
            default:
                input.InsertRange(at, Words[_random.Next(Words.Length)]);
                break;
        }
    }

    private void Lines(List<byte> input)
    {
        var (from, to) = Line(input);
        var line = input.GetRange(from, to - from);
        switch (_random.Next(9))
        {
            case 0:
                input.RemoveRange(from, to - from);
                break;
            case 1:
                var copies = 1 << _random.Next(6);
                if (line.Count * copies < 1 << 16)
                    for (var i = 0; i < copies; i++)
                        input.InsertRange(from, line);
                break;
            case 2:
                input.RemoveRange(from, to - from);
                input.InsertRange(Line(input).From, line);
                break;
            case 3 when line.Count > 0 && line[^1] == '\n':
                // Joins two lines, or ends a line with a carriage return.
                if (_random.Next(2) == 0) input.RemoveAt(to - 1);
                else input.Insert(to - 1, (byte)'\r');
                break;
            case 4:
                input.InsertRange(from + _random.Next(line.Count + 1), Words[_random.Next(Words.Length)]);
                break;
            case 5:
                // Repeats one character many times.
                if (line.Count > 0 && input.Count < 1 << 16)
                {
                    var at = from + _random.Next(line.Count);
                    input.InsertRange(at, Enumerable.Repeat(input[at], 1 << _random.Next(1, 14)));
                }
                break;
            case 6:
                var tokens = System.Text.Encoding.Latin1.GetString([.. line]).Split(' ');
                var (a, b) = (_random.Next(tokens.Length), _random.Next(tokens.Length));
                (tokens[a], tokens[b]) = (tokens[b], tokens[a]);
                input.RemoveRange(from, to - from);
                input.InsertRange(from, System.Text.Encoding.Latin1.GetBytes(string.Join(' ', tokens)));
                break;
            case 7:
                input.InsertRange(from + _random.Next(line.Count + 1), "\n"u8.ToArray());
                break;
            default:
                // Replaces digits.
                for (var i = from; i < to; i++)
                    if (input[i] is >= (byte)'0' and <= (byte)'9' && _random.Next(8) == 0)
                        input[i] = (byte)('0' + _random.Next(10));
                break;
        }
    }

    private (int From, int To) Line(List<byte> input)
    {
        var at = _random.Next(input.Count + 1);
        var from = at == 0 ? 0 : input.LastIndexOf((byte)'\n', at - 1) + 1;
        var to = from >= input.Count ? -1 : input.IndexOf((byte)'\n', from);
        return (from, to < 0 ? input.Count : to + 1);
    }
}
