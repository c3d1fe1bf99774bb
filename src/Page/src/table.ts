// A sortable table of the shown functions. Only the visible rows are in the document.

import type { Graph } from './data';
import { element, number, time } from './text';

type Key = 'name' | 'directory' | 'calls' | 'callers' | 'callees' | 'self';

const RowHeight = 28, Spare = 12;

export class Table {
    private rows: number[] = [];
    private key: Key = 'calls';
    private down = true;
    private chosen = -1;
    /** The row that has the focus of the table (roving tabindex). */
    private active = 0;
    private readonly callers: Int32Array;
    private readonly callees: Int32Array;
    private readonly self: Float64Array | null;
    private readonly table: HTMLTableElement;
    private readonly body: HTMLTableSectionElement;
    private readonly heads = new Map<Key, HTMLTableCellElement>();

    constructor(private readonly graph: Graph, private readonly host: HTMLElement, private readonly onChoose: (n: number) => void) {
        this.callers = new Int32Array(graph.size);
        this.callees = new Int32Array(graph.size);
        this.self = graph.wire.self ? new Float64Array(graph.size) : null;
        const columns: [Key, string][] = [['name', 'Function'], ['calls', 'Calls'], ['callers', 'Callers'], ['callees', 'Callees']];
        if (this.self) columns.push(['self', 'Self time']);
        if (graph.wire.directories.length > 0) columns.push(['directory', 'Directory']);
        const row = element('tr', { 'aria-rowindex': '1' });
        for (const [key, title] of columns) {
            const button = element('button', { type: 'button' }, title);
            button.addEventListener('click', () => this.sortBy(key));
            const head = element('th', { scope: 'col', class: isNumber(key) ? 'number' : '' }, button);
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

    /** Updates the table after a change of the filter. */
    update(): void {
        const { graph } = this;
        this.callers.fill(0);
        this.callees.fill(0);
        this.self?.fill(0);
        for (let e = 0; e < graph.edges; e++) {
            if (!graph.edgeShown[e]) continue;
            this.callers[graph.wire.to[e]!]!++;
            this.callees[graph.wire.from[e]!]!++;
            if (this.self) this.self[graph.wire.to[e]!]! += Math.max(graph.wire.self![e]!, 0);
        }
        this.rows = [];
        for (let n = 0; n < graph.size; n++) if (graph.shown[n]) this.rows.push(n);
        this.sort();
    }

    choose(n: number): void {
        this.chosen = n;
        const at = this.rows.indexOf(n);
        if (at >= 0) {
            this.active = at;
            this.reveal(at);
        }
        this.fill();
    }

    /** Scrolls to a row, by whole rows, so that none is half hidden by the header. */
    private reveal(row: number): void {
        const [top, height] = [row * RowHeight, this.host.clientHeight - 2 * RowHeight];
        if (top < this.host.scrollTop || top > this.host.scrollTop + height) this.host.scrollTop = Math.max(0, row - Math.floor(height / RowHeight / 3)) * RowHeight;
    }

    private sortBy(key: Key): void {
        this.down = this.key === key ? !this.down : isNumber(key);
        this.key = key;
        this.sort();
    }

    private sort(): void {
        const { graph, key } = this;
        const sign = this.down ? -1 : 1;
        const value: Record<Key, (n: number) => number | string> = {
            name: (n) => graph.label(n), directory: (n) => graph.directoryOf(n), calls: (n) => graph.calls[n]!,
            callers: (n) => this.callers[n]!, callees: (n) => this.callees[n]!, self: (n) => this.self?.[n] ?? 0,
        };
        const of = value[key];
        this.rows.sort((a, b) => {
            const [x, y] = [of(a), of(b)];
            return (x < y ? -1 : x > y ? 1 : 0) * sign || graph.calls[b]! - graph.calls[a]! || a - b;
        });
        for (const [name, head] of this.heads) {
            if (name === key) head.setAttribute('aria-sort', this.down ? 'descending' : 'ascending');
            else head.removeAttribute('aria-sort');
        }
        this.active = 0;
        this.host.scrollTop = 0;
        this.fill();
    }

    private fill(): void {
        const { graph } = this;
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
        const rows = this.rows.slice(from, to).map((n, i) => {
            const button = element('button', { type: 'button', 'data-n': String(n), tabindex: from + i === tab ? '0' : '-1', title: graph.fullName(n) }, graph.label(n));
            button.addEventListener('click', () => this.onChoose(n));
            const row = element('tr', { 'aria-rowindex': String(from + i + 2), class: n === this.chosen ? 'chosen' : '' },
                element('th', { scope: 'row' }, button),
                element('td', { class: 'number' }, number(graph.calls[n]!)),
                element('td', { class: 'number' }, number(this.callers[n]!)),
                element('td', { class: 'number' }, number(this.callees[n]!)));
            if (this.self) row.append(element('td', { class: 'number' }, time(this.self[n]!)));
            if (graph.wire.directories.length > 0) row.append(element('td', {}, graph.directoryOf(n)));
            return row;
        });
        this.body.replaceChildren(...(from > 0 ? [space(from)] : []), ...rows, ...(to < this.rows.length ? [space(this.rows.length - to)] : []));
        if (focused !== undefined) this.body.querySelector<HTMLElement>(`button[data-n="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    }

    /** The functions in the order of the table, as rows of a CSV file. */
    csv(): string[][] {
        const { graph } = this;
        return [['Function', 'Module', 'Source', 'Calls', 'Callers', 'Callees'], ...this.rows.map((n) => [
            graph.label(n), graph.wire.module[n]! >= 0 ? graph.wire.modules[graph.wire.module[n]!]! : '', graph.wire.source[n] ?? '',
            String(graph.calls[n]), String(this.callers[n]), String(this.callees[n]),
        ])];
    }
}

const isNumber = (key: Key): boolean => key !== 'name' && key !== 'directory';
