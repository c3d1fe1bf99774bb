// A sortable table of the shown functions.

import type { Graph } from './data';
import { Grid, type Column } from './grid';
import { number, time } from './text';

export class Table {
    private readonly callers: Int32Array;
    private readonly callees: Int32Array;
    private readonly self: Float64Array | null;
    private readonly grid: Grid;

    constructor(private readonly graph: Graph, host: HTMLElement, onChoose: (n: number) => void) {
        this.callers = new Int32Array(graph.size);
        this.callees = new Int32Array(graph.size);
        const self = this.self = graph.wire.self ? new Float64Array(graph.size) : null;
        const count = (key: string, title: string, of: (n: number) => number): Column => ({ key, title, number: true, value: of, text: (n) => number(of(n)) });
        const columns: Column[] = [
            { key: 'name', title: 'Function', number: false, value: (n) => graph.label(n), text: (n) => graph.label(n) },
            count('calls', 'Calls', (n) => graph.calls[n]!), count('callers', 'Callers', (n) => this.callers[n]!), count('callees', 'Callees', (n) => this.callees[n]!),
        ];
        if (self) columns.push({ key: 'self', title: 'Self time', number: true, value: (n) => self[n]!, text: (n) => time(self[n]!) });
        if (graph.wire.directories.length > 0) columns.push({ key: 'directory', title: 'Directory', number: false, value: (n) => graph.directoryOf(n), text: (n) => graph.directoryOf(n) });
        this.grid = new Grid(host, columns, 'calls', (a, b) => graph.calls[b]! - graph.calls[a]! || a - b, (n) => graph.fullName(n), onChoose);
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
        const rows: number[] = [];
        for (let n = 0; n < graph.size; n++) if (graph.shown[n]) rows.push(n);
        this.grid.set(rows);
    }

    choose(n: number): void { this.grid.choose(n); }

    /** The functions in the order of the table, as rows of a CSV file. */
    csv(): string[][] {
        const { graph } = this;
        return [['Function', 'Module', 'Source', 'Calls', 'Callers', 'Callees'], ...this.grid.rows.map((n) => [
            graph.label(n), graph.wire.module[n]! >= 0 ? graph.wire.modules[graph.wire.module[n]!]! : '', graph.wire.source[n] ?? '',
            String(graph.calls[n]), String(this.callers[n]), String(this.callees[n]),
        ])];
    }
}
