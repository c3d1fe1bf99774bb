using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>
/// Makes a large SVG open fitted to the window. Graphviz gives it a size in points, of which a browser shows the upper left
/// corner. Without that size a browser fits the picture, but its own zoom then has no effect, so the picture brings a script that
/// zooms and moves it. Programs other than browsers ignore the script.
/// </summary>
internal static partial class SvgWindow
{
    // In points: what fits a window of 1,440 x 900 pixels opens at its own size.
    private const double Width = 1080, Height = 600;

    private const int HeadSize = 1 << 16;

    private const string Script = """
        (function () {
          'use strict';
          var svg = document.documentElement, box = svg.viewBox.baseVal;
          var all = [box.x, box.y, box.width, box.height], view = all.slice(), drag = null, moved = false;
          function show() { svg.setAttribute('viewBox', view.join(' ')); }
          function at(event) {
            var point = svg.createSVGPoint();
            point.x = event.clientX; point.y = event.clientY;
            return point.matrixTransform(svg.getScreenCTM().inverse());
          }
          function zoom(factor, x, y) {
            var width = Math.min(all[2], Math.max(all[2] / 500, view[2] * factor)), f = width / view[2];
            view = f === 1 ? view : [x - (x - view[0]) * f, y - (y - view[1]) * f, width, view[3] * f];
            if (width === all[2]) view = all.slice();
            show();
          }
          function middle(factor) { zoom(factor, view[0] + view[2] / 2, view[1] + view[3] / 2); }
          function move(x, y) { view[0] += x; view[1] += y; show(); }
          svg.addEventListener('wheel', function (event) {
            var point = at(event);
            event.preventDefault();
            zoom(Math.pow(1.0015, event.deltaY * (event.deltaMode ? 20 : 1)), point.x, point.y);
          }, { passive: false });
          svg.addEventListener('pointerdown', function (event) {
            moved = false;
            if (event.button === 0) drag = at(event);
          });
          window.addEventListener('pointermove', function (event) {
            if (!drag || !event.buttons) return;
            var point = at(event);
            if (!moved && Math.abs(point.x - drag.x) + Math.abs(point.y - drag.y) < view[2] / 300) return;
            moved = true;
            move(drag.x - point.x, drag.y - point.y);
          });
          window.addEventListener('pointerup', function () { drag = null; });
          svg.addEventListener('click', function (event) { if (moved) event.preventDefault(); }, true);
          svg.addEventListener('dragstart', function (event) { event.preventDefault(); });
          svg.addEventListener('dblclick', function (event) { var point = at(event); zoom(0.5, point.x, point.y); });
          window.addEventListener('keydown', function (event) {
            if (event.ctrlKey || event.altKey || event.metaKey) return;
            var step = view[2] / 10;
            if (event.key === '+' || event.key === '=') middle(0.7);
            else if (event.key === '-') middle(1 / 0.7);
            else if (event.key === '0' || event.key === 'Escape' || event.key === 'Home') { view = all.slice(); show(); }
            else if (event.key === 'ArrowLeft') move(-step, 0);
            else if (event.key === 'ArrowRight') move(step, 0);
            else if (event.key === 'ArrowUp') move(0, -step);
            else if (event.key === 'ArrowDown') move(0, step);
            else return;
            event.preventDefault();
          });
        })();
        """;

    /// <summary>Changes a picture of dot in place, if it is larger than a window.</summary>
    /// <param name="svg">The complete picture. The position is at its end afterwards.</param>
    /// <param name="ground">The colour around the picture.</param>
    public static void Fit(Stream svg, string ground)
    {
        ArgumentNullException.ThrowIfNull(svg);
        var head = Read(svg, 0, HeadSize);
        var size = Size().Match(head);
        // A program that is not dot, or a later one, may write something else, which stays as it is.
        if (!size.Success || !double.TryParse(size.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var width)
            || !double.TryParse(size.Groups[2].ValueSpan, CultureInfo.InvariantCulture, out var height)) return;
        var tail = Read(svg, Math.Max(0, svg.Length - 64), 64);
        var end = tail.LastIndexOf("</svg>", StringComparison.Ordinal);
        if (end < 0 || (width <= Width && height <= Height)) return;

        // The new attributes are shorter, and spaces fill the rest.
        svg.Position = size.Index;
        svg.Write(Encoding.ASCII.GetBytes("<svg width=\"100%\" height=\"100%\"".PadRight(size.Length)));
        svg.Position = Math.Max(0, svg.Length - 64) + end;
        svg.Write(Encoding.UTF8.GetBytes(
            $"<style>svg:root {{ background: {ground}; touch-action: none }}</style>\n<script><![CDATA[\n{Script}\n]]></script>\n</svg>\n"));
        svg.SetLength(svg.Position);
    }

    /// <summary>Some bytes as characters of the same number.</summary>
    private static string Read(Stream svg, long from, int most)
    {
        var bytes = new byte[most];
        svg.Position = from;
        return Encoding.Latin1.GetString(bytes, 0, svg.ReadAtLeast(bytes, most, throwOnEndOfStream: false));
    }

    [GeneratedRegex("<svg width=\"([0-9.]{3,})pt\" height=\"([0-9.]{3,})pt\"")]
    private static partial Regex Size();
}
