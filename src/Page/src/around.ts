// Places the neighbourhood of a function: its callers to the left, its callees to the right, one column per step.

import type { Graph } from './data';

const MostInColumn = 40;
export const ColumnWidth = 260, RowHeight = 34;

export interface Around {
    x: Float64Array;
    y: Float64Array;
    shown: Uint8Array;
    edges: number[];
    /** The number of functions that are not shown because a column is full. */
    hidden: number;
}

export function around(graph: Graph, centre: number, hops: number): Around {
    const column = new Map<number, number>([[centre, 0]]);
    let hidden = 0;
    for (const direction of [-1, 1]) {
        let edge = [centre];
        for (let step = 1; step <= hops; step++) {
            // The busiest functions are placed first, because the space is limited.
            const found = new Map<number, number>();
            for (const n of edge) {
                for (const e of direction < 0 ? graph.into[n]! : graph.out[n]!) {
                    if (!graph.edgeShown[e]) continue;
                    const other = direction < 0 ? graph.wire.from[e]! : graph.wire.to[e]!;
                    if (!column.has(other)) found.set(other, (found.get(other) ?? 0) + graph.edgeCalls[e]!);
                }
            }
            const chosen = [...found].sort((a, b) => b[1] - a[1]).map(([n]) => n);
            hidden += Math.max(0, chosen.length - MostInColumn);
            edge = chosen.slice(0, MostInColumn);
            for (const n of edge) column.set(n, direction * step);
        }
    }
    const result: Around = { x: new Float64Array(graph.size), y: new Float64Array(graph.size), shown: new Uint8Array(graph.size), edges: [], hidden };
    const columns = new Map<number, number[]>();
    for (const [n, c] of column) {
        result.shown[n] = 1;
        if (!columns.has(c)) columns.set(c, []);
        columns.get(c)!.push(n);
    }
    for (let e = 0; e < graph.edges; e++) {
        if (graph.edgeShown[e] && result.shown[graph.wire.from[e]!] && result.shown[graph.wire.to[e]!]) result.edges.push(e);
    }
    // From the centre outwards, each column is sorted by the position of the neighbours it is connected to, so few lines cross.
    const place = new Map<number, number>([[centre, 0]]);
    for (const direction of [-1, 1]) {
        for (let c = direction; columns.has(c); c += direction) {
            const weight = new Map<number, [number, number]>();
            for (const e of result.edges) {
                const [near, far] = direction < 0 ? [graph.wire.to[e]!, graph.wire.from[e]!] : [graph.wire.from[e]!, graph.wire.to[e]!];
                if (column.get(far) !== c || column.get(near) !== c - direction) continue;
                const [sum, all] = weight.get(far) ?? [0, 0];
                const w = Math.sqrt(graph.edgeCalls[e]!);
                weight.set(far, [sum + w * place.get(near)!, all + w]);
            }
            const at = (n: number) => { const [sum, all] = weight.get(n) ?? [0, 1]; return sum / all; };
            columns.get(c)!.sort((a, b) => at(a) - at(b) || graph.calls[b]! - graph.calls[a]!);
            columns.get(c)!.forEach((n, i, all) => place.set(n, i - (all.length - 1) / 2));
        }
    }
    for (const [n, c] of column) {
        result.x[n] = c * ColumnWidth;
        result.y[n] = place.get(n)! * RowHeight;
    }
    return result;
}
