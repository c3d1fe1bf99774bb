using System.Security.Cryptography;
using System.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>
/// The script of a report page: it sorts tables by a click on a heading and searches them. Without it, the tables are shown as
/// they are.
/// </summary>
internal static class CallReportScript
{
    /// <summary>The text of the script element.</summary>
    public static string Text { get; } = """

        'use strict';
        for (const table of document.querySelectorAll('.scroll table')) {
          const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells], given = [...body.rows];
          const name = document.getElementById(table.closest('.scroll').getAttribute('aria-labelledby')).textContent;
          const words = given.map(() => null);
          given.forEach((row, i) => { row.place = i; });

          const form = document.createElement('p'), label = document.createElement('label');
          const input = document.createElement('input'), found = document.createElement('span');
          form.className = 'search';
          label.textContent = 'Search ' + name.toLowerCase() + ' ';
          input.type = 'search';
          input.autocomplete = 'off';
          input.spellcheck = false;
          found.setAttribute('role', 'status');
          label.append(input);
          form.append(label, found);
          table.closest('.scroll').before(form);
          const search = () => {
            const parts = input.value.toLowerCase().split(/\s+/).filter(Boolean);
            let shown = 0;
            given.forEach((row, i) => {
              if (parts.length && words[i] === null) words[i] = row.textContent.toLowerCase();
              row.hidden = !parts.every(part => words[i].includes(part));
              if (!row.hidden) shown++;
            });
            found.textContent = parts.length ? ` ${shown.toLocaleString('en')} of ${given.length.toLocaleString('en')}` : '';
          };
          input.addEventListener('input', search);
          input.addEventListener('keydown', event => {
            if (event.key !== 'Escape') return;
            input.value = '';
            search();
          });

          const value = (row, column, number) => {
            const text = row.cells[column].textContent;
            return !number ? text : text === '' ? null : Number(text.replaceAll(',', ''));
          };
          const compare = new Intl.Collator('en').compare;
          heads.forEach((head, column) => {
            const number = head.classList.contains('n'), button = document.createElement('button');
            button.type = 'button';
            button.append(...head.childNodes);
            head.append(button);
            button.addEventListener('click', () => {
              // Numbers begin with the largest; a third click restores the order of the report.
              const first = number ? 'descending' : 'ascending', second = number ? 'ascending' : 'descending';
              const now = head.getAttribute('aria-sort');
              const next = now === first ? second : now === second ? null : first;
              heads.forEach(other => other.removeAttribute('aria-sort'));
              let rows = given;
              if (next) {
                head.setAttribute('aria-sort', next);
                const sign = next === 'ascending' ? 1 : -1;
                const keyed = given.map(row => [value(row, column, number), row]);
                keyed.sort(([a, x], [b, y]) => {
                  if (a === null || b === null || a === '' || b === '') {
                    const [none, other] = [a === null || a === '', b === null || b === ''];
                    if (none !== other) return none ? 1 : -1;
                    return x.place - y.place;
                  }
                  return sign * (number ? a - b : compare(a, b)) || x.place - y.place;
                });
                rows = keyed.map(([, row]) => row);
              }
              body.append(...rows);
            });
          });
        }

        """;

    /// <summary>The hash by which the Content-Security-Policy of the page allows this script and no other.</summary>
    public static string Hash { get; } = $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Text)))}";
}
