using System.Collections;

namespace KernelMagnifier.Model;

/// <summary>A list that only grows. Adding takes a lock; reading takes none.</summary>
/// <param name="first">The element at index 0.</param>
internal sealed class GrowingList<T>(T first) : IReadOnlyList<T> where T : class
{
    private readonly Lock _gate = new();
    private T[] _items = [first, .. new T[255]];
    private int _count = 1;

    /// <inheritdoc/>
    public int Count => Volatile.Read(ref _count);

    /// <inheritdoc/>
    public T this[int index] => Volatile.Read(ref _items)[index];

    /// <summary>Adds the element that a function makes from its index.</summary>
    public T Add(Func<int, T> make)
    {
        lock (_gate)
        {
            if (_count == _items.Length)
            {
                var larger = new T[_items.Length * 2];
                _items.CopyTo(larger, 0);
                Volatile.Write(ref _items, larger);
            }
            var item = make(_count);
            _items[_count] = item;
            Volatile.Write(ref _count, _count + 1);
            return item;
        }
    }

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
