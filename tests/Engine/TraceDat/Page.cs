namespace KernelMagnifier.Engine.Tests.TraceDat;

/// <summary>Builds a ring buffer page from its records.</summary>
internal sealed class Page(ulong time, bool bigEndian, int longSize)
{
    private readonly List<byte> _data = [];

    /// <summary>The number of events lost before the page; 0 when the page reports a loss without a number.</summary>
    public long? Lost { get; set; }

    /// <summary>Replaces the true length in the commit word.</summary>
    public ulong? Commit { get; set; }

    public Page Call(uint delta, ulong ip, ulong parent, int pid = 7, byte flags = 0)
        => Record(delta, [.. Common(DatBuilder.Function, pid, flags), .. Long(ip), .. Long(parent)]);

    public Page Enter(uint delta, ulong function, int depth, int pid = 7, int args = 0)
        => Record(delta, [.. Common(DatBuilder.FunctionGraphEntry, pid, 0), .. Long(function), .. Long((ulong)depth), .. Enumerable.Range(1, args).SelectMany(a => Long((ulong)a))]);

    public Page EnterFrom(uint delta, ulong function, int depth, ulong returnAddress, int pid = 7)
        => Record(delta, [.. Common(DatBuilder.ReturnAddressEntry, pid, 0), .. Long(function), .. Number((ulong)depth, 4), .. Long(returnAddress)]);

    public Page Exit(uint delta, ulong function, int depth, ulong callTime, ulong returnTime, int pid = 7)
        => Record(delta, [.. Common(DatBuilder.FunctionGraphExit, pid, 0), .. Long(function), .. Number((ulong)depth, 4), .. Number(0, 4), .. Number(callTime, 8), .. Number(returnTime, 8)]);

    public Page OtherEvent(uint delta, int pid = 7, int id = DatBuilder.Other) => Record(delta, [.. Common(id, pid, 0), .. new byte[16]]);

    /// <summary>Adds a record with the given data.</summary>
    public Page Record(uint delta, byte[] body)
    {
        var padded = new byte[(body.Length + 3) / 4 * 4];
        body.CopyTo(padded, 0);
        if (padded.Length <= 28 * 4)
        {
            Header((uint)padded.Length / 4, delta);
        }
        else
        {
            Header(0, delta);
            _data.AddRange(Number((ulong)padded.Length + 4, 4));
        }
        _data.AddRange(padded);
        return this;
    }

    /// <summary>Adds a time extend.</summary>
    public Page Extend(ulong delta) => Word(30, delta);

    /// <summary>Adds an absolute time stamp.</summary>
    public Page Absolute(ulong time) => Word(31, time & ((1UL << 59) - 1));

    /// <summary>Adds a discarded event: padding with a length, over the bytes of the event.</summary>
    public Page Discarded(uint delta, int bytes)
    {
        Header(29, delta);
        _data.AddRange(Number((ulong)bytes, 4));
        _data.AddRange(Enumerable.Repeat((byte)0xEE, bytes - 4));
        return this;
    }

    /// <summary>Adds padding to the end of the page.</summary>
    public Page Null()
    {
        Header(29, 0);
        return this;
    }

    public byte[] ToArray(bool big, int size, int pageSize)
    {
        var page = new byte[pageSize];
        DatBuilder.Bytes(time, 8, big).CopyTo(page, 0);
        var commit = Commit ?? (ulong)_data.Count;
        if (Lost is { } lost)
        {
            commit |= 1UL << 31;
            if (lost > 0)
            {
                commit |= 1UL << 30;
                DatBuilder.Bytes((ulong)lost, size, big).CopyTo(page, 8 + size + _data.Count);
            }
        }
        DatBuilder.Bytes(commit, size, big).CopyTo(page, 8);
        _data.CopyTo(page, 8 + size);
        return page;
    }

    private Page Word(uint type, ulong value)
    {
        Header(type, (uint)(value & ((1 << 27) - 1)));
        _data.AddRange(Number(value >> 27, 4));
        return this;
    }

    private void Header(uint type, uint delta) => _data.AddRange(Number(bigEndian ? (type << 27) | delta : type | (delta << 5), 4));

    private byte[] Common(int id, int pid, byte flags) => [.. Number((ulong)id, 2), flags, 0, .. Number((uint)pid, 4)];

    private byte[] Long(ulong value) => Number(value, longSize);

    private byte[] Number(ulong value, int size) => DatBuilder.Bytes(value, size, bigEndian);
}
