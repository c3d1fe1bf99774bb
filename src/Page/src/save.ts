// Saves what is shown to files.

import { colours } from './colours';
import type { Graph } from './data';
import type { Scene } from './scene';
import { number, shorten } from './text';

function download(name: string, content: Blob): void {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(content);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 30_000);
}

const fileName = (title: string, extension: string): string => `${title.replace(/[^\w.-]+/g, '-').replace(/^[-.]+|-+$/g, '').slice(0, 60) || 'calls'}.${extension}`;

/** Formats rows as CSV (RFC 4180). A field that a spreadsheet would evaluate is prefixed with an apostrophe, as in CsvText.cs. */
export const csv = (rows: string[][]): string => rows.map((row) => row.map((field) => {
    const safe = /^'*[=+\-@\t\r\n]/.test(field) && !/^-?\d+(\.\d+)?$/.test(field) ? `'${field}` : field;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}).join(',')).join('\r\n') + '\r\n';

export function edgeRows(graph: Graph, scene: Scene): string[][] {
    const { wire } = graph;
    const edges = [...scene.visibleEdges()].sort((a, b) => graph.edgeCalls[b]! - graph.edgeCalls[a]!);
    const of = wire.difference?.edges;
    const cell = (n: number | null | undefined): string => (n === null || n === undefined ? '' : String(n));
    if (of) {
        return [['Caller', 'Callee', 'Before', 'After', 'Ratio', 'Verdict', 'BeforeCount', 'AfterCount'], ...edges.map((e) => [
            graph.fullName(wire.from[e]!), graph.fullName(wire.to[e]!), cell(of.before[e]), cell(of.after[e]), cell(of.ratio[e]), of.verdict[e] ?? '', cell(of.beforeCount[e]), cell(of.afterCount[e]),
        ])];
    }
    return [['Caller', 'Callee', 'Calls', 'CallerSource', 'CalleeSource'], ...edges.map((e) => [
        graph.fullName(wire.from[e]!), graph.fullName(wire.to[e]!), String(graph.edgeCalls[e]), wire.source[wire.from[e]!] ?? '', wire.source[wire.to[e]!] ?? '',
    ])];
}

const xml = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

/** The whole graph as it is shown, as SVG with names as tooltips. */
export function svg(graph: Graph, scene: Scene): string {
    const theme = colours();
    const [x0, y0, x1, y1] = scene.bounds();
    const edges = scene.visibleEdges().map((e) => ({ e, look: scene.edgeLook(e, theme) })).sort((a, b) => Number(a.look.strong) - Number(b.look.strong));
    const f = (n: number) => n.toFixed(1);
    const parts = [`<svg xmlns="http://www.w3.org/2000/svg" viewBox="${f(x0)} ${f(y0 - 40)} ${f(x1 - x0)} ${f(y1 - y0 + 40)}" font-family="system-ui, sans-serif">`,
        `<title>${xml(graph.wire.title)}</title>`, `<rect x="${f(x0)}" y="${f(y0 - 40)}" width="100%" height="100%" fill="${theme.ground}"/>`, '<g fill="none" stroke-linecap="round">'];
    for (const { e, look } of edges) {
        const [from, to] = [graph.wire.from[e]!, graph.wire.to[e]!];
        const c = scene.curve(e);
        const r = scene.radius(from) + 3;
        const path = from === to ? `M${f(c.x1 + r)} ${f(c.y1 - r)}a${f(r)} ${f(r)} 0 1 0 .1 .1` : `M${f(c.x1)} ${f(c.y1)}Q${f(c.cx)} ${f(c.cy)} ${f(c.x2)} ${f(c.y2)}`;
        parts.push(`<path d="${path}" stroke="${look.colour}" stroke-width="${look.width.toFixed(2)}"${look.dash.length > 0 ? ` stroke-dasharray="${look.dash.join(' ')}"` : ''}><title>${xml(`${graph.fullName(from)} → ${graph.fullName(to)}: ${graph.edgeAmount(e)}`)}</title></path>`);
    }
    parts.push('</g><g>');
    for (let n = 0; n < graph.size; n++) {
        if (!scene.isShown(n)) continue;
        const label = `${shorten(graph.label(n), 48)}${scene.tagOf(n)}`;
        const [x, y, r] = [scene.x(n), scene.y(n), scene.radius(n)];
        parts.push(`<circle cx="${f(x)}" cy="${f(y)}" r="${f(r)}" fill="${scene.fill(n, theme)}" ${scene.outline(n, theme)}><title>${xml(`${graph.fullName(n)}: ${graph.wire.difference ? graph.amount(n) : number(graph.calls[n]!)}`)}</title></circle>`);
        parts.push(`<text x="${f(x + r + 2)}" y="${f(y)}" dominant-baseline="central" font-size="${scene.around ? 12 : f(Math.max(3, r))}" fill="${theme.ink}">${xml(label)}</text>`);
    }
    parts.push(`</g><text x="${f(x0 + 8)}" y="${f(y0 - 18)}" font-size="18" font-weight="600" fill="${theme.ink}">${xml(shorten(graph.wire.title, 120))}</text></svg>`);
    return parts.join('\n');
}

export function saveSvg(graph: Graph, scene: Scene): void {
    download(fileName(graph.wire.title, 'svg'), new Blob([svg(graph, scene)], { type: 'image/svg+xml' }));
}

/** Saves the visible part of the graph as PNG with twice the resolution of the screen. */
export function savePng(graph: Graph, scene: Scene): void {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = scene.size.map((n) => Math.round(n * 2)) as [number, number];
    scene.paint(canvas.getContext('2d', { alpha: false })!, 2);
    canvas.toBlob((blob) => { if (blob) download(fileName(graph.wire.title, 'png'), blob); });
}

export function saveCsv(graph: Graph, what: string, rows: string[][]): void {
    // The byte order mark identifies UTF-8 to spreadsheets.
    download(fileName(`${graph.wire.title}-${what}`, 'csv'), new Blob([`\ufeff${csv(rows)}`], { type: 'text/csv' }));
}
