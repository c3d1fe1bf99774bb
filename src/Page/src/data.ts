// The graph as written by the exporter (src/Engine/Rendering/Graphs/HtmlPageData.cs), and queries on it.

import { both, changeOf, type Change, type DifferenceWire } from './difference';
import { count, number } from './text';

export interface Wire {
    title: string;
    lines: string[];
    lost: string;
    hasLost: boolean;
    colour: string;
    select: number;
    names: string[];
    modules: string[];
    module: number[];
    directories: string[];
    directory: number[];
    source: (string | null)[];
    url: (string | null)[];
    x: number[];
    y: number[];
    parent: number[];
    unknown: number;
    from: number[];
    to: number[];
    calls: number[];
    total: number[] | null;
    self: number[] | null;
    hot: number[];
    contexts: string[];
    tasks: string[];
    shares: number[] | null;
    /** Present if the page shows a comparison. `calls` then holds how much edges changed, from 1 to a million. */
    difference?: DifferenceWire;
}

export const readData = (): Wire => JSON.parse(document.getElementById('data')!.textContent!) as Wire;

export interface Filter {
    /** A directory, including its subdirectories; '' for all. */
    directory: string;
    /** The index of a task; -1 for all. */
    task: number;
    /** The indexes of contexts; null for all. */
    contexts: Set<number> | null;
    least: number;
    /** The changes of the edges of a comparison that are shown; null for all. */
    changes: Set<Change> | null;
}

/** A graph with a filter. Functions and edges are identified by their index. */
export class Graph {
    readonly size: number;
    readonly edges: number;
    /** The edges from and to each function. */
    readonly out: number[][];
    readonly into: number[][];
    /** The calls of each edge, and to each function, that pass the filter. */
    readonly edgeCalls: Float64Array;
    readonly calls: Float64Array;
    readonly edgeShown: Uint8Array;
    readonly shown: Uint8Array;
    /** Whether a function is in the directory of the filter. Functions outside are shown if they call or are called by one inside. */
    readonly inside: Uint8Array;
    /** The directory of the filter; '' for all. */
    directory = '';
    /** The index of the main context of each function; -1 for several contexts, -2 for unknown. */
    readonly context: Int8Array;
    shownFunctions = 0;
    shownEdges = 0;
    shownCalls = 0;
    mostCalls = 1;
    /** The calls to or from each function, whichever are more, so that an entry point without callers is drawn large. */
    readonly weight: Float64Array;
    mostWeight = 1;

    constructor(readonly wire: Wire) {
        this.size = wire.names.length;
        this.edges = wire.from.length;
        this.out = Array.from({ length: this.size }, () => []);
        this.into = Array.from({ length: this.size }, () => []);
        for (let e = 0; e < this.edges; e++) {
            this.out[wire.from[e]!]!.push(e);
            this.into[wire.to[e]!]!.push(e);
        }
        this.edgeCalls = new Float64Array(this.edges);
        this.calls = new Float64Array(this.size);
        this.weight = new Float64Array(this.size);
        this.edgeShown = new Uint8Array(this.edges);
        this.shown = new Uint8Array(this.size);
        this.inside = new Uint8Array(this.size);
        this.context = this.mainContexts();
        this.filter({ directory: '', task: -1, contexts: null, least: 1, changes: null });
    }

    filter(by: Filter): void {
        const { wire, edgeCalls, calls } = this;
        this.directory = by.directory;
        if (wire.shares && (by.task >= 0 || by.contexts)) {
            edgeCalls.fill(0);
            for (let i = 0; i < wire.shares.length; i += 4) {
                if (by.task >= 0 && wire.shares[i + 2] !== by.task) continue;
                if (by.contexts && !by.contexts.has(wire.shares[i + 1]!)) continue;
                edgeCalls[wire.shares[i]!]! += wire.shares[i + 3]!;
            }
        } else edgeCalls.set(wire.calls);

        const below = by.directory === '' ? null
            : wire.directories.map((d) => d === by.directory || d.startsWith(by.directory.endsWith('/') ? by.directory : `${by.directory}/`));
        for (let n = 0; n < this.size; n++) this.inside[n] = below === null || (wire.directory[n]! >= 0 && below[wire.directory[n]!]) ? 1 : 0;
        calls.fill(0);
        this.weight.fill(0);
        this.shown.fill(0);
        this.shownFunctions = this.shownEdges = this.shownCalls = 0;
        for (let e = 0; e < this.edges; e++) {
            const [from, to] = [wire.from[e]!, wire.to[e]!];
            const shown = edgeCalls[e]! >= Math.max(by.least, 1) && (this.inside[from] || this.inside[to])
                && (!by.changes || !wire.difference || by.changes.has(changeOf(wire.difference.edges, e))) ? 1 : 0;
            this.edgeShown[e] = shown;
            if (!shown) continue;
            this.shown[from] = this.shown[to] = 1;
            calls[to]! += edgeCalls[e]!;
            this.weight[from]! += edgeCalls[e]!;
            this.shownEdges++;
            this.shownCalls += edgeCalls[e]!;
        }
        this.mostCalls = this.mostWeight = 1;
        for (let n = 0; n < this.size; n++) {
            this.shownFunctions += this.shown[n]!;
            this.weight[n] = Math.max(this.weight[n]!, calls[n]!);
            this.mostCalls = Math.max(this.mostCalls, calls[n]!);
            this.mostWeight = Math.max(this.mostWeight, this.weight[n]!);
        }
    }

    /** The shown edges, in descending order of calls. */
    callers(n: number): number[] { return this.sorted(this.into[n]!); }

    callees(n: number): number[] { return this.sorted(this.out[n]!); }

    label(n: number): string { return n === this.wire.unknown ? '(not traced)' : this.wire.names[n]!; }

    /** The name with its module, if it has one. */
    fullName(n: number): string {
        const module = this.wire.module[n]!;
        return module >= 0 ? `${this.label(n)} [${this.wire.modules[module]}]` : this.label(n);
    }

    /** What is known of a function, in words: its calls, or its numbers before and after. */
    amount(n: number): string {
        const { difference } = this.wire;
        if (difference) return both(difference.functions, n) || (n === this.wire.unknown ? '' : 'no row of its own');
        return this.calls[n] === 0 ? 'seen only as a caller' : count(this.calls[n]!, 'call');
    }

    /** The same in short: the number of calls, or the change. */
    tag(n: number): string { return this.wire.difference ? this.wire.difference.functions.label[n] ?? '' : number(this.calls[n]!); }

    /** The number of calls of an edge, or its numbers before and after. */
    edgeAmount(e: number): string { return this.wire.difference ? both(this.wire.difference.edges, e) : number(this.edgeCalls[e]!); }

    directoryOf(n: number): string { return this.wire.directory[n]! >= 0 ? this.wire.directories[this.wire.directory[n]!]! : ''; }

    contextName(n: number): string { return this.context[n]! >= 0 ? this.wire.contexts[this.context[n]!]! : this.context[n] === -1 ? 'several' : ''; }

    /** The calls of some edges by context and by task, as [name, calls] in descending order. */
    split(edges: number[]): { contexts: [string, number][]; tasks: [string, number][] } | null {
        const { shares } = this.wire;
        if (!shares) return null;
        const wanted = new Set(edges);
        const [contexts, tasks] = [new Map<string, number>(), new Map<string, number>()];
        const add = (to: Map<string, number>, key: string, more: number) => to.set(key, (to.get(key) ?? 0) + more);
        for (let i = 0; i < shares.length; i += 4) {
            if (!wanted.has(shares[i]!)) continue;
            add(contexts, this.wire.contexts[shares[i + 1]!]!, shares[i + 3]!);
            add(tasks, this.wire.tasks[shares[i + 2]!]!, shares[i + 3]!);
        }
        const most = (from: Map<string, number>) => [...from].sort((a, b) => b[1] - a[1]);
        return { contexts: most(contexts), tasks: most(tasks) };
    }

    private sorted(edges: number[]): number[] {
        return edges.filter((e) => this.edgeShown[e]).sort((a, b) => this.edgeCalls[b]! - this.edgeCalls[a]!);
    }

    private mainContexts(): Int8Array {
        const { wire } = this;
        const main = new Int8Array(this.size).fill(-2);
        if (!wire.shares) return main;
        const kinds = wire.contexts.length;
        const [to, from] = [new Float64Array(this.size * kinds), new Float64Array(this.size * kinds)];
        for (let i = 0; i < wire.shares.length; i += 4) {
            const [edge, context, , calls] = wire.shares.slice(i, i + 4) as [number, number, number, number];
            to[wire.to[edge]! * kinds + context]! += calls;
            from[wire.from[edge]! * kinds + context]! += calls;
        }
        for (let n = 0; n < this.size; n++) {
            const of = (this.into[n]!.length > 0 ? to : from).subarray(n * kinds, (n + 1) * kinds);
            const sum = of.reduce((a, b) => a + b, 0);
            if (sum === 0) continue;
            // At least 90 % of the calls, as in EdgeContexts.cs.
            main[n] = of.findIndex((c, i) => c >= sum * 0.9 && wire.contexts[i] !== 'unknown');
        }
        return main;
    }
}
