using System.Collections.Concurrent;
using System.Text;
using KernelMagnifier.Files;
using KernelMagnifier.Model;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Engine.Tests.Replay;

/// <summary>Each line of a text that grows is delivered before the next one is written.</summary>
public sealed class GrowingTextTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task EachEventIsDeliveredBeforeTheNextIsWritten()
    {
        var text = new GrowingStream();
        var reading = Task.Run(() =>
        {
            using var reader = TraceFile.Open(text, "-", new() { Grows = true });
            reader.ReadOnce(text.Events, null, null, default);
        });
        for (var i = 0; i < 5; i++)
        {
            text.Write($"            bash-141     [001] d..1.    {i + 7}.846554: sched_waking: comm=a pid=15 prio=120 target_cpu=001\n");
            Assert.True(text.Delivered.TryTake(out var time, Limit), $"event {i} did not come");
            Assert.Equal(i + 7, time / 1_000_000_000);
        }
        text.End();
        await reading.WaitAsync(Limit);
    }

    [Fact]
    public async Task EachCallIsDeliveredBeforeTheNextIsWritten()
    {
        var text = new GrowingStream();
        var reading = Task.Run(() =>
        {
            using var reader = TraceFile.Open(text, "-", new() { Grows = true });
            reader.ReadOnce(text.Calls, null, null, default);
        });
        for (var i = 0; i < 5; i++)
        {
            text.Write($"            bash-141     [001] .....    {i + 7}.846554: vfs_read <-ksys_read\n");
            Assert.True(text.Delivered.TryTake(out var time, Limit), $"call {i} did not come");
            Assert.Equal(i + 7, time / 1_000_000_000);
        }
        text.End();
        await reading.WaitAsync(Limit);
    }

    /// <summary>A pipe, and what came out of it.</summary>
    private sealed class GrowingStream : ReadOnlyStream
    {
        private readonly BlockingCollection<byte[]> _written = [];
        private byte[] _rest = [];

        public BlockingCollection<long> Delivered { get; } = [];

        public EventSink Events => new DeliveringEvents(this);

        public CallSink Calls => new DeliveringCalls(this);

        public void Write(string line) => _written.Add(Encoding.UTF8.GetBytes(line));

        public void End() => _written.CompleteAdding();

        public override int Read(Span<byte> buffer)
        {
            if (_rest.Length == 0 && !_written.TryTake(out _rest!, -1))
            {
                _rest = [];
                return 0;
            }
            var n = Math.Min(buffer.Length, _rest.Length);
            _rest.AsSpan(0, n).CopyTo(buffer);
            _rest = _rest[n..];
            return n;
        }

        private sealed class DeliveringEvents(GrowingStream stream) : EventSink
        {
            public override void Accept(in EventRecord record) => stream.Delivered.Add(record.Time);
        }

        private sealed class DeliveringCalls(GrowingStream stream) : CallSink
        {
            public override CallFields Fields => CallFields.All;

            public override bool InOrder => true;

            public override void Accept(ReadOnlySpan<CallRecord> calls)
            {
                foreach (var call in calls) stream.Delivered.Add(call.Time);
            }
        }
    }
}
