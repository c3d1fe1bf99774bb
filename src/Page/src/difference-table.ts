// The table of a comparison: both sides beside each other, by function or by edge.

import type { Graph } from './data';
import { both, changed, changeOf, evident, interval, short, sign, signed, verdictOf, type Numbers } from './difference';
import { Grid, type Column } from './grid';
import { byId, count, element, number } from './text';

export class DifferenceTable {
    private grid!: Grid;
    private byEdge = false;
    private chosen = -1;
    private readonly find = byId<HTMLInputElement>('rows');
    private readonly views: [HTMLButtonElement, HTMLButtonElement];

    constructor(private readonly graph: Graph, private readonly host: HTMLElement, private readonly onChoose: (n: number) => void) {
        this.views = [byId<HTMLButtonElement>('by-function'), byId<HTMLButtonElement>('by-edge')];
        this.views[0].addEventListener('click', () => this.show(false));
        this.views[1].addEventListener('click', () => this.show(true));
        this.find.addEventListener('input', () => this.update());
        // Without rows of functions, a table of them would be empty.
        this.show(this.functions.change.every((change) => change === null));
    }

    private get functions(): Numbers { return this.graph.wire.difference!.functions; }

    private get numbers(): Numbers { return this.byEdge ? this.graph.wire.difference!.edges : this.functions; }

    private name(id: number): string {
        const { graph } = this;
        return this.byEdge ? `${graph.label(graph.wire.from[id]!)} → ${graph.label(graph.wire.to[id]!)}` : graph.label(id);
    }

    /** The name for a cell. Both ends of an edge are shortened if they do not fit. */
    private cell(id: number): Node | string {
        const { graph } = this;
        if (!this.byEdge) return graph.label(id);
        return element('span', { class: 'ends' }, element('span', {}, graph.label(graph.wire.from[id]!)), ' → ', element('span', {}, graph.label(graph.wire.to[id]!)));
    }

    private fullName(id: number): string {
        const { graph } = this;
        return this.byEdge ? `${graph.fullName(graph.wire.from[id]!)} → ${graph.fullName(graph.wire.to[id]!)}` : graph.fullName(id);
    }

    /** Shows functions or edges. */
    private show(byEdge: boolean): void {
        this.byEdge = byEdge;
        this.views.forEach((button, i) => button.setAttribute('aria-pressed', String(byEdge === (i === 1))));
        this.grid?.remove();
        const of = this.numbers;
        const size = (id: number): number => Math.abs(changed(of, id) ?? 0);
        const first = (a: number, b: number): number => size(b) - size(a) || a - b;
        this.grid = new Grid(this.host, this.columns(of, size), 'change', first, (id) => `${this.fullName(id)}: ${both(of, id)}, ${verdictOf(of, id)}`,
            (id) => this.onChoose(byEdge ? this.graph.wire.to[id]! : id));
        this.update();
        this.choose(this.chosen);
    }

    private columns(of: Numbers, size: (id: number) => number): Column[] {
        const { unit } = this.graph.wire.difference!;
        const most = Math.max(...of.before.map((n, i) => Math.max(n ?? 0, of.after[i] ?? 0)), 1e-300) + 1;
        const side = (key: string, title: string, values: (number | null)[]): Column => ({ key, title, number: true, value: (id) => values[id] ?? null, text: (id) => short(values[id]), hint: unit });
        return [
            { key: 'name', title: this.byEdge ? 'Edge' : 'Function', number: false, value: (id) => this.name(id), text: (id) => this.cell(id) },
            side('before', 'Before', of.before), side('after', 'After', of.after),
            {
                key: 'change', title: 'Change', number: true, hint: `After − before, in ${unit}. Changes with a verdict come first, the largest at the top`,
                value: (id) => size(id) + (evident(of, id) ? most : 0), text: (id) => signed(changed(of, id)),
            },
            {
                key: 'ratio', title: 'Ratio', number: true, hint: 'After by before, with its 95 % confidence interval',
                value: (id) => (of.label[id] === 'new' ? Infinity : of.label[id] === 'gone' ? 0 : of.ratio[id] ?? null), text: (id) => this.ratio(of, id),
            },
            {
                key: 'verdict', title: 'Verdict', number: false, value: (id) => verdictOf(of, id),
                text: (id) => element('span', { class: `verdict ${evident(of, id) ? changeOf(of, id).toLowerCase() : 'none'}` }, element('span', { 'aria-hidden': 'true' }, evident(of, id) ? sign[changeOf(of, id)] : '·'), ` ${verdictOf(of, id)}`),
            },
        ];
    }

    private ratio(of: Numbers, id: number): Node | string {
        if (of.ratio[id] === null) return of.label[id] ?? '';
        return element('span', {}, short(of.ratio[id]), element('span', { class: 'dim' }, interval(of, id) ? ` (${interval(of, id)})` : ''));
    }

    /** Updates the table after a change of the filter. */
    update(): void {
        const { graph } = this;
        const wanted = this.find.value.trim().toLowerCase();
        const rows: number[] = [];
        const all = this.byEdge ? graph.edges : graph.size;
        for (let id = 0; id < all; id++) {
            if (this.numbers.change[id] === null || !(this.byEdge ? graph.edgeShown[id] : graph.shown[id])) continue;
            if (wanted === '' || this.fullName(id).toLowerCase().includes(wanted)) rows.push(id);
        }
        this.grid.set(rows);
        byId('rows-found').textContent = wanted === '' ? count(rows.length, 'row') : `${number(rows.length)} found`;
    }

    choose(n: number): void {
        this.chosen = n;
        this.grid.choose(this.byEdge ? -1 : n);
    }

    /** The rows in the order of the table, as rows of a CSV file. */
    csv(): string[][] {
        const of = this.numbers;
        const cell = (n: number | null | undefined): string => (n === null || n === undefined ? '' : String(n));
        return [[this.byEdge ? 'Edge' : 'Function', 'Before', 'After', 'Change', 'Ratio', 'RatioLow', 'RatioHigh', 'PValue', 'Verdict', 'BeforeCount', 'AfterCount', 'Unit'], ...this.grid.rows.map((id) => [
            this.fullName(id), cell(of.before[id]), cell(of.after[id]), cell(changed(of, id)), cell(of.ratio[id]), cell(of.low[id]), cell(of.high[id]), cell(of.p[id]), of.verdict[id] ?? '',
            cell(of.beforeCount[id]), cell(of.afterCount[id]), this.graph.wire.difference!.unit,
        ])];
    }
}
