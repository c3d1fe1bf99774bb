// A sortable table of many rows. Only the visible rows are in the document.

import { element } from './text';

export interface Column {
    key: string;
    title: string;
    number: boolean;
    /** What rows are sorted by; null is always last. */
    value: (id: number) => number | string | null;
    text: (id: number) => Node | string;
    /** Explains the column. */
    hint?: string;
}

const RowHeight = 28, Spare = 12;

export class Grid {
    /** The rows in the order of the table. */
    rows: number[] = [];
    private down = true;
    private chosen = -1;
    /** The row that has the focus of the table (roving tabindex). */
    private active = 0;
    private readonly table: HTMLTableElement;
    private readonly body: HTMLTableSectionElement;
    private readonly heads = new Map<string, HTMLTableCellElement>();

    /** The first column names the row, and its cell is a button. Rows of equal value keep the order of `first`. */
    constructor(
        private readonly host: HTMLElement, private readonly columns: Column[], private key: string, private readonly first: (a: number, b: number) => number, private readonly title: (id: number) => string,
        private readonly onChoose: (id: number) => void,
    ) {
        const row = element('tr', { 'aria-rowindex': '1' });
        for (const { key, title, number, hint } of columns) {
            const button = element('button', { type: 'button', ...(hint ? { title: hint } : {}) }, title);
            button.addEventListener('click', () => this.sortBy(key));
            const head = element('th', { scope: 'col', class: number ? 'number' : '' }, button);
            this.heads.set(key, head);
            row.append(head);
        }
        this.body = element('tbody', {});
        this.table = element('table', {}, element('thead', {}, row), this.body);
        host.tabIndex = 0;
        host.append(this.table);
        this.body.addEventListener('keydown', (event) => {
            const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : event.key === 'PageDown' ? 10 : event.key === 'PageUp' ? -10 : 0;
            if (step === 0) return;
            event.preventDefault();
            const now = this.rows.indexOf(Number((document.activeElement as HTMLElement).dataset['n']));
            this.active = Math.min(Math.max(now + step, 0), this.rows.length - 1);
            this.reveal(this.active);
            this.fill();
            this.body.querySelector<HTMLElement>(`button[data-n="${this.rows[this.active]}"]`)?.focus({ preventScroll: true });
        });
        host.addEventListener('scroll', () => this.fill(), { passive: true });
        new ResizeObserver(() => this.fill()).observe(host);
    }

    /** Shows other rows. */
    set(rows: number[]): void {
        this.rows = rows;
        this.sort();
    }

    choose(id: number): void {
        this.chosen = id;
        const at = this.rows.indexOf(id);
        if (at >= 0) {
            this.active = at;
            this.reveal(at);
        }
        this.fill();
    }

    /** Removes the table from the document. */
    remove(): void { this.table.remove(); }

    /** Scrolls to a row, by whole rows, so that none is half hidden by the header. */
    private reveal(row: number): void {
        const [top, height] = [row * RowHeight, this.host.clientHeight - 2 * RowHeight];
        if (top < this.host.scrollTop || top > this.host.scrollTop + height) this.host.scrollTop = Math.max(0, row - Math.floor(height / RowHeight / 3)) * RowHeight;
    }

    private sortBy(key: string): void {
        this.down = this.key === key ? !this.down : this.columns.find((c) => c.key === key)!.number;
        this.key = key;
        this.sort();
    }

    private sort(): void {
        const sign = this.down ? -1 : 1;
        const { value } = this.columns.find((c) => c.key === this.key)!;
        const of = new Map(this.rows.map((id) => [id, value(id)]));
        this.rows.sort((a, b) => {
            const [x, y] = [of.get(a)!, of.get(b)!];
            if (x === null || y === null) return (x === null ? 1 : 0) - (y === null ? 1 : 0) || this.first(a, b);
            return (x < y ? -1 : x > y ? 1 : 0) * sign || this.first(a, b);
        });
        for (const [name, head] of this.heads) {
            if (name === this.key) head.setAttribute('aria-sort', this.down ? 'descending' : 'ascending');
            else head.removeAttribute('aria-sort');
        }
        this.active = 0;
        this.host.scrollTop = 0;
        this.fill();
    }

    private fill(): void {
        if (!this.table.isConnected) return;
        const from = Math.max(0, Math.floor(this.host.scrollTop / RowHeight) - Spare);
        const to = Math.min(this.rows.length, from + Math.ceil(this.host.clientHeight / RowHeight) + 2 * Spare);
        this.table.setAttribute('aria-rowcount', String(this.rows.length + 1));
        const focused = document.activeElement instanceof HTMLElement && this.body.contains(document.activeElement) ? document.activeElement.dataset['n'] : undefined;
        const space = (rows: number) => {
            const cell = element('td', { colspan: String(this.heads.size) });
            cell.style.height = `${rows * RowHeight}px`;
            return element('tr', { class: 'space', 'aria-hidden': 'true' }, cell);
        };
        const tab = Math.min(Math.max(this.active, from), to - 1);
        const [name, ...others] = this.columns as [Column, ...Column[]];
        const rows = this.rows.slice(from, to).map((id, i) => {
            const button = element('button', { type: 'button', 'data-n': String(id), tabindex: from + i === tab ? '0' : '-1', title: this.title(id) }, name.text(id));
            button.addEventListener('click', () => this.onChoose(id));
            return element('tr', { 'aria-rowindex': String(from + i + 2), class: id === this.chosen ? 'chosen' : '' },
                element('th', { scope: 'row' }, button), ...others.map((column) => element('td', column.number ? { class: 'number' } : {}, column.text(id))));
        });
        this.body.replaceChildren(...(from > 0 ? [space(from)] : []), ...rows, ...(to < this.rows.length ? [space(this.rows.length - to)] : []));
        if (focused !== undefined) this.body.querySelector<HTMLElement>(`button[data-n="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    }
}
