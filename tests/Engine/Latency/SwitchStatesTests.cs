using System.Text;
using KernelMagnifier.Latency;
using KernelMagnifier.Traces.Formats;

namespace KernelMagnifier.Engine.Tests.Latency;

/// <summary>The meaning of <c>prev_state</c> comes from the recording's own format.</summary>
public sealed class SwitchStatesTests
{
    private const string Head = """
        name: sched_switch
        ID: 319
        format:
        	field:unsigned short common_type;	offset:0;	size:2;	signed:0;
        	field:char prev_comm[16];	offset:8;	size:16;	signed:1;
        	field:pid_t prev_pid;	offset:24;	size:4;	signed:1;
        	field:int prev_prio;	offset:28;	size:4;	signed:1;
        	field:long prev_state;	offset:32;	size:8;	signed:1;
        	field:char next_comm[16];	offset:40;	size:16;	signed:1;
        	field:pid_t next_pid;	offset:56;	size:4;	signed:1;
        	field:int next_prio;	offset:60;	size:4;	signed:1;

        print fmt: "prev_comm=%s prev_pid=%d prev_prio=%d prev_state=%s%s ==> next_comm=%s next_pid=%d next_prio=%d", REC->prev_comm, REC->prev_pid, REC->prev_prio,
        """;

    private const string Tail = ", REC->next_comm, REC->next_pid, REC->next_prio\n";

    // Linux 3.16, 4.9 and 4.14.
    private const string Bit1024 = """ REC->prev_state & (1024-1) ? __print_flags(REC->prev_state & (1024-1), "|", { 1, "S"} , { 2, "D" }, { 4, "T" }, { 8, "t" }, { 16, "Z" }, { 32, "X" }, { 64, "x" }, { 128, "K" }, { 256, "W" }, { 512, "P" }) : "R", REC->prev_state & 1024 ? "+" : "" """;
    private const string Bit4096 = """ REC->prev_state & (4096-1) ? __print_flags(REC->prev_state & (4096-1), "|", { 1, "S"} , { 2, "D" }, { 4, "T" }, { 8, "t" }, { 16, "X" }, { 32, "Z" }, { 64, "x" }, { 128, "K" }, { 256, "W" }, { 512, "P" }, { 1024, "N" }, { 2048, "n" }) : "R", REC->prev_state & 4096 ? "+" : "" """;
    private const string Bit256 = """ (REC->prev_state & 0xff) ? __print_flags(REC->prev_state & 0xff, "|", { 0x01, "S" }, { 0x02, "D" }, { 0x04, "T" }, { 0x08, "t" }, { 0x10, "X" }, { 0x20, "Z" }, { 0x40, "P" }, { 0x80, "I" }) : "R", REC->prev_state & 0x100 ? "+" : "" """;

    [Theory]
    [InlineData(Bit1024, 1024, nameof(SwitchState.Preempted))]
    [InlineData(Bit1024, 16, nameof(SwitchState.Dies))]
    [InlineData(Bit1024, 256, nameof(SwitchState.Sleeps))]
    [InlineData(Bit4096, 4096, nameof(SwitchState.Preempted))]
    [InlineData(Bit4096, 256, nameof(SwitchState.Sleeps))]
    [InlineData(Bit4096, 64, nameof(SwitchState.Sleeps))]
    [InlineData(Bit256, 256, nameof(SwitchState.Preempted))]
    [InlineData(Bit256, 0, nameof(SwitchState.Yielded))]
    [InlineData(Bit256, 128, nameof(SwitchState.Sleeps))]
    [InlineData(Bit256, 32, nameof(SwitchState.Dies))]
    [InlineData(Bit256, 1L << 40, nameof(SwitchState.Yielded))]
    public void OfTheFormat(string states, long number, string expected)
    {
        var format = Encoding.UTF8.GetBytes(Head + states + Tail);
        var schema = BinaryEventSchema.Parse("sched", "sched_switch", format, NoEnvironment.Instance);
        var body = new byte[64];
        // A task can choose a name that looks like the field.
        "prev_state=R =="u8.CopyTo(body.AsSpan(8));
        BitConverter.TryWriteBytes(body.AsSpan(32), number);
        "prev_state=Z"u8.CopyTo(body.AsSpan(40));
        var decoded = new SwitchStates(schema);
        Assert.Equal(expected, decoded.Of(body).ToString());
        Assert.Equal(expected, decoded.Of(body).ToString());
    }
}
