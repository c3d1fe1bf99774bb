using System.Text;
using KernelMagnifier.Traces.TextEvents;

namespace KernelMagnifier.Engine.Tests.TextEvents;

/// <summary>The fields that are read from the messages of events.</summary>
public class TextFieldTests
{
    [Theory]
    [InlineData("sched_switch", "prev_comm=a b prev_pid=1 prev_prio=120 prev_state=R+ ==> next_comm=c next_pid=2 next_prio=-1",
        "prev_comm=a b|prev_pid=1|prev_prio=120|prev_state=R+|next_comm=c|next_pid=2|next_prio=-1")]
    [InlineData("sched_switch", "prev_comm=x prev_pid=9 prev_prio=1 prev_pid=1 prev_prio=120 prev_state=S ==> next_comm=\ny next_pid=7 next_pid=2 next_prio=3",
        "prev_comm=x prev_pid=9 prev_prio=1|prev_pid=1|prev_prio=120|prev_state=S|next_comm=\ny next_pid=7|next_pid=2|next_prio=3")]
    [InlineData("sched_switch", "swapper/0:0 [120] R ==> a:b:12 [98]",
        "prev_comm=swapper/0|prev_pid=0|prev_prio=120|prev_state=R|next_comm=a:b|next_pid=12|next_prio=98")]
    [InlineData("sched_wakeup", "comm=a pid=3 x pid=4 prio=120 target_cpu=001", "comm=a pid=3 x|pid=4|prio=120|target_cpu=1")]
    [InlineData("sched_waking", "comm=a pid=4 prio=120 success=1 target_cpu=001", "comm=a|pid=4|prio=120|success=1|target_cpu=1")]
    [InlineData("sched_wakeup", "a:4 [120] success=1 CPU:003", "comm=a|pid=4|prio=120|success=1|target_cpu=3")]
    [InlineData("sched_wakeup_new", "a:4 [120]<CPU:003", "comm=a|pid=4|prio=120")]
    [InlineData("sys_enter", "NR 33 (a, 1, 55c6089b99bc, 0, 7, a)", "id=33|args=10,1,94309036300732,0,7,10")]
    [InlineData("sys_exit", "NR -1 = -9", "id=-1|ret=-9")]
    [InlineData("sys_enter_write", "fd: 0x00000003, buf: 7fff0000, count: 10", "fd=3|buf=2147418112|count=16")]
    [InlineData("sys_exit_write", "0xfffffffffffffff2", "ret=18446744073709551602")]
    [InlineData("irq_handler_entry", "irq=25 name=virtio0-req.0 x=1", "irq=25|name=virtio0-req.0 x=1")]
    [InlineData("irq_handler_exit", "irq=25 ret=handled", "irq=25|ret=handled")]
    [InlineData("softirq_raise", "vec=9 [action=RCU]", "vec=9/RCU")]
    [InlineData("workqueue_queue_work", "work struct=00000000a8 function=f [m] workqueue=events long req_cpu=8192 cpu=0",
        "work=168|function=f [m]|workqueue=events long|req_cpu=8192|cpu=0")]
    [InlineData("workqueue_execute_start", "work struct 0xffff8880: function vmstat_update", "work=4294936704|function=vmstat_update")]
    [InlineData("workqueue_execute_end", "work struct 00000010", "work=16")]
    [InlineData("timer_start", "timer=00000010 function=f expires=42 [timeout=3] bucket_expiry=48 cpu=1 idx=7 flags=D|P|I",
        "timer=16|function=f|expires=42|bucket_expiry=48|flags=D|P|I")]
    [InlineData("hrtimer_expire_entry", "hrtimer=00000010 function=tick now=5050", "hrtimer=16|function=tick|now=5050")]
    [InlineData("block_rq_issue", "8,1 WS 4096 () 1234 + 8 [a ] b]", "dev=8388609|rwbs=WS|bytes=4096|cmd=|sector=1234|nr_sector=8|comm=a ] b")]
    [InlineData("block_rq_issue", "8,1 WS 4096 () 1234 + 8 none,0,0 [a]", "dev=8388609|rwbs=WS|bytes=4096|cmd=|sector=1234|nr_sector=8|ioprio=none,0,0|comm=a")]
    [InlineData("block_rq_complete", "254,0 FF () 18446744073709551615 + 0 [-5]", "dev=266338304|rwbs=FF|cmd=|sector=18446744073709551615|nr_sector=0|error=-5")]
    [InlineData("thread_noise", "  rec4.sh:137 start 51.652762055 duration 3909733 ns", "comm=rec4.sh|pid=137|start=51652762055|duration=3909733")]
    [InlineData("nmi_noise", "start 1.000000002 duration 3 ns", "start=1000000002|duration=3")]
    [InlineData("timerlat", "#69    context user-ret timer_latency   1138250 ns", "seqnum=69|context=2/user-ret|timer_latency=1138250")]
    [InlineData("osnoise", "407779     274287  32.73635   20422    197      0    124      0    126",
        "runtime=407779|noise=274287|max_sample=20422|hw_count=197|nmi_count=0|irq_count=124|softirq_count=0|thread_count=126")]
    [InlineData("context_switch", "     136:120:R ==> [001]      27: 98:R rcuc/1",
        "prev_pid=136|prev_prio=120|prev_state=R|next_cpu=1|next_pid=27|next_prio=98|next_state=R")]
    [InlineData("net_dev_xmit", "dev=eth0 skbaddr=0x10 len=-3 rc=x y z=1", "dev=eth0|skbaddr=16|len=-3|rc=x y|z=1")]
    [InlineData("print", "tracing_mark_write: a=1 b", "buf=a=1 b")]
    [InlineData("something", "no pairs", "")]
    public void FieldsAreThoseOfTheFormatFiles(string name, string message, string expected)
    {
        var schema = new TextEventSchema(EventSystems.Of(name), name);
        var body = Encoding.UTF8.GetBytes(message);
        var fields = schema.Decode(body);
        Assert.Equal(expected, string.Join('|', fields.Select(field => $"{field.Name}={Text(field.Value)}{(field.Symbol is null ? "" : "/" + field.Symbol)}")));
        Assert.Equal(message, schema.Message(body));
        // Each field can be read alone, and is then the same.
        foreach (var (field, value, _) in fields)
        {
            var reader = schema.Reader(field);
            if (value is string text) Assert.Equal(text, Encoding.UTF8.GetString(reader.Text(body)));
            else if (value is not Array) Assert.Equal(value is ulong big ? (long)big : (long)value!, reader.Number(body));
        }
        Assert.Null(schema.Reader("missing").Number(body));
    }

    private static string Text(object? value) => value is ulong[] list ? string.Join(',', list) : $"{value}";
}
