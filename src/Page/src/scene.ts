// Draws the graph on a canvas. Everything is drawn at once. If that takes longer than a frame, panning and zooming move a snapshot of the last
// drawing instead.

import Flatbush from 'flatbush';
import { select } from 'd3-selection';
import { zoom, zoomIdentity, type D3ZoomEvent, type ZoomTransform } from 'd3-zoom';
import type { Around } from './around';
import { between, colours, heat, isDark, type Colours } from './colours';
import type { Graph } from './data';
import { changeOf, Changes, dashes, fillOf, lineOf } from './difference';
import { shorten } from './text';

export type Colouring = 'calls' | 'directory' | 'context';

export interface EdgeLook { colour: string; width: number; strong: boolean; dash: number[] }

const Frame = 14, Settle = 110, Tau = Math.PI * 2;

export class Scene {
    /** The neighbourhood that is shown; null for the map. */
    around: Around | null = null;
    chosen = -1;
    hovered = -1;
    colouring: Colouring = 'calls';
    hotPath: Set<number>;
    /** The time that the last drawing took, in milliseconds. Tests read it. */
    drawTime = 0;
    readonly canvas: HTMLCanvasElement;
    private readonly context: CanvasRenderingContext2D;
    private readonly snapshot = document.createElement('canvas');
    private snapshotAt: ZoomTransform = zoomIdentity;
    private transform: ZoomTransform = zoomIdentity;
    private readonly zoomer = zoom<HTMLCanvasElement, unknown>().scaleExtent([0.01, 12]).clickDistance(4);
    private index: Flatbush | null = null;
    private indexed: number[] = [];
    private settle = 0;
    private frame = 0;
    private width = 1;
    private height = 1;
    private readonly mapX: Float64Array;
    private readonly mapY: Float64Array;
    private readonly groups = new Map<string, number>();

    constructor(readonly graph: Graph, canvas: HTMLCanvasElement, onPick: (n: number) => void, onOpen: (n: number) => void, onHover: (n: number, x: number, y: number) => void) {
        this.canvas = canvas;
        this.context = canvas.getContext('2d', { alpha: false })!;
        this.mapX = Float64Array.from(graph.wire.x);
        this.mapY = Float64Array.from(graph.wire.y);
        this.hotPath = new Set(graph.wire.hot);
        const at = (event: MouseEvent): number => {
            const box = canvas.getBoundingClientRect();
            return this.at(event.clientX - box.left, event.clientY - box.top);
        };
        select(canvas).call(this.zoomer.on('zoom', (event: D3ZoomEvent<HTMLCanvasElement, unknown>) => {
            this.transform = event.transform;
            this.move();
        })).on('dblclick.zoom', null);
        canvas.addEventListener('click', (event) => onPick(at(event)));
        canvas.addEventListener('dblclick', (event) => { const n = at(event); if (n >= 0) onOpen(n); });
        canvas.addEventListener('pointermove', (event) => {
            const n = at(event);
            canvas.style.cursor = n >= 0 ? 'pointer' : 'grab';
            if (n !== this.hovered) this.hovered = n;
            onHover(n, event.offsetX, event.offsetY);
        });
        canvas.addEventListener('pointerleave', () => onHover(this.hovered = -1, 0, 0));
        new ResizeObserver(() => this.resize()).observe(canvas);
        this.resize();
    }

    x(n: number): number { return this.around ? this.around.x[n]! : this.mapX[n]!; }

    y(n: number): number { return this.around ? this.around.y[n]! : this.mapY[n]!; }

    isShown(n: number): boolean { return (this.around ? this.around.shown[n]! : this.graph.shown[n]!) === 1; }

    radius(n: number): number {
        const hot = heat(this.graph.weight[n]!, this.graph.mostWeight);
        return this.around ? 5 + 6 * hot : 2.5 + 11 * hot * hot;
    }

    fill(n: number, theme: Colours = colours()): string {
        if (this.colouring === 'directory') {
            const group = this.groups.get(this.groupOf(n));
            return group === undefined ? theme.line : theme.groups[group]!;
        }
        if (this.colouring === 'context') {
            const name = this.graph.contextName(n);
            return name === 'task' ? theme.groups[0]! : name === 'softirq' ? theme.groups[3]! : name === 'hardirq' ? theme.groups[5]! : name === 'NMI' ? theme.groups[4]! : theme.line;
        }
        const { difference } = this.graph.wire;
        if (difference) return difference.functions.change[n] === null ? theme.plain : fillOf(changeOf(difference.functions, n), difference.functions.strength[n] ?? 0, theme);
        return this.graph.calls[n] === 0 ? theme.plain : between(theme.fill, heat(this.graph.calls[n]!, this.graph.mostCalls));
    }

    /** The legend of colours, as [name, colour]. */
    legend(theme: Colours = colours()): [string, string][] {
        if (this.colouring === 'directory') return [...this.groups].map(([name, i]): [string, string] => [name, theme.groups[i]!]).concat([['other or unknown', theme.line]]);
        if (this.colouring === 'context') return [['task', theme.groups[0]!], ['softirq', theme.groups[3]!], ['hardirq', theme.groups[5]!], ['several or unknown', theme.line]];
        if (this.graph.wire.difference) return Changes.map(([change, sign, name]): [string, string] => [`${sign} ${name}`, change === 'None' ? theme.grey : lineOf(change, theme)]);
        const ticks: [string, string][] = [];
        for (let tick = 1; ; tick *= 10) {
            const n = Math.min(tick, this.graph.mostCalls);
            ticks.push([n.toLocaleString('en'), between(theme.fill, heat(n, this.graph.mostCalls))]);
            if (tick >= this.graph.mostCalls) return ticks;
        }
    }

    /** The shown edges. */
    visibleEdges(): number[] {
        if (this.around) return this.around.edges;
        const edges: number[] = [];
        for (let e = 0; e < this.graph.edges; e++) if (this.graph.edgeShown[e]) edges.push(e);
        return edges;
    }

    isTrunk(e: number): boolean { return this.graph.wire.parent[this.graph.wire.to[e]!] === this.graph.wire.from[e]; }

    /** The style of an edge. If a function is selected, its edges are coloured and others fade. */
    edgeLook(e: number, theme: Colours = colours()): EdgeLook {
        const { wire, edgeCalls, mostCalls } = this.graph;
        const hot = heat(edgeCalls[e]!, mostCalls);
        const width = this.around ? 0.8 + 3 * hot : this.isTrunk(e) ? 0.6 + 3 * hot * hot : 0.35;
        if (this.hotPath.has(e)) return { colour: theme.mark, width: 3, strong: true, dash: [] };
        if (this.graph.wire.difference) return this.changeLook(e, width, theme);
        if (this.chosen >= 0) {
            if (wire.to[e] === this.chosen) return { colour: theme.caller, width: Math.max(width, 1.2), strong: true, dash: [] };
            if (wire.from[e] === this.chosen) return { colour: theme.callee, width: Math.max(width, 1.2), strong: true, dash: [] };
            if (!this.around) return { colour: theme.faded, width, strong: false, dash: [] };
        }
        return this.around || this.isTrunk(e) ? { colour: between(theme.edge, hot), width, strong: false, dash: [] } : { colour: theme.faded, width, strong: false, dash: [] };
    }

    /** The style of an edge of a comparison. The colour stays that of the change if a function is selected. */
    private changeLook(e: number, width: number, theme: Colours): EdgeLook {
        const { wire } = this.graph;
        const of = wire.difference!.edges;
        const change = changeOf(of, e);
        const near = wire.to[e] === this.chosen || wire.from[e] === this.chosen;
        if (this.chosen >= 0 && !near && !this.around) return { colour: theme.faded, width: Math.min(width, 0.6), strong: false, dash: [] };
        if (change === 'None') return { colour: near || this.around ? theme.greyLine : theme.faded, width: near ? 1 : Math.min(width, 0.6), strong: near, dash: [] };
        const strength = of.strength[e] ?? 0;
        if (strength > 0 || near || this.around) return { colour: lineOf(change, theme), width: (this.around || near ? 1.4 : 0.9) + 1.8 * strength, strong: near, dash: dashes[change] };
        // Without a verdict, the map shows the direction of the largest changes only.
        const size = heat(this.graph.edgeCalls[e]!, this.graph.mostCalls);
        return size < 0.8 ? { colour: theme.faded, width: Math.min(width, 0.6), strong: false, dash: [] } : { colour: fillOf(change, 0.6, theme), width: 0.9, strong: false, dash: dashes[change] };
    }

    /** The change of a function after its label; empty for none. */
    tagOf(n: number): string {
        const of = this.graph.wire.difference?.functions;
        return of && changeOf(of, n) !== 'None' ? ` ${of.label[n]}` : '';
    }

    /** The outline of a function in SVG. */
    outline(n: number, theme: Colours): string {
        const of = this.graph.wire.difference?.functions;
        const change = of ? changeOf(of, n) : 'None';
        if (change === 'None') return `stroke="${theme.faint}" stroke-width=".6"`;
        const dash = dashes[change].length > 0 ? ` stroke-dasharray="${dashes[change].map((d) => d / 3).join(' ')}"` : '';
        return `stroke="${lineOf(change, theme)}" stroke-width="1.2"${dash}`;
    }

    isNear(n: number): boolean {
        if (this.chosen < 0 || n === this.chosen) return true;
        return this.near.has(n);
    }

    private near = new Set<number>();

    choose(n: number): void {
        this.chosen = n;
        this.near = new Set(n < 0 ? [] : [...this.graph.callers(n).map((e) => this.graph.wire.from[e]!), ...this.graph.callees(n).map((e) => this.graph.wire.to[e]!)]);
        this.draw();
    }

    /** Updates the scene after a change of the filter or the view. */
    rebuild(): void {
        this.findGroups();
        this.indexed = [];
        for (let n = 0; n < this.graph.size; n++) if (this.isShown(n)) this.indexed.push(n);
        this.index = null;
        if (this.indexed.length > 0) {
            this.index = new Flatbush(this.indexed.length);
            for (const n of this.indexed) this.index.add(this.x(n), this.y(n), this.x(n), this.y(n));
            this.index.finish();
        }
        this.draw();
    }

    /** The function at a point of the canvas, in CSS pixels; -1 for none. */
    at(x: number, y: number): number {
        if (!this.index) return -1;
        const [wx, wy] = this.transform.invert([x, y]);
        let best = -1, nearest = Infinity;
        for (const i of this.index.neighbors(wx, wy, 4, 40 / this.transform.k)) {
            const n = this.indexed[i]!;
            const away = Math.hypot(this.x(n) - wx, this.y(n) - wy) - this.radius(n);
            if (away < nearest) [best, nearest] = [n, away];
        }
        return nearest * this.transform.k <= 6 ? best : -1;
    }

    /** The position of a function on the canvas, in CSS pixels. */
    place(n: number): [number, number] { return this.transform.apply([this.x(n), this.y(n)]); }

    zoomBy(factor: number): void { select(this.canvas).call(this.zoomer.scaleBy, factor); }

    showAll(): void {
        if (this.indexed.length === 0) return;
        const box = this.bounds();
        const [w, h] = [box[2] - box[0] || 1, box[3] - box[1] || 1];
        const k = Math.min(this.around ? 1.4 : 3, 0.94 / Math.max(w / this.width, h / this.height));
        select(this.canvas).call(this.zoomer.transform, zoomIdentity.translate(this.width / 2, this.height / 2).scale(k).translate(-(box[0] + box[2]) / 2, -(box[1] + box[3]) / 2));
    }

    /** Centres a function, at a scale at which its label is readable. */
    show(n: number): void {
        const k = Math.max(this.transform.k, this.around ? 0.8 : 1.6);
        select(this.canvas).call(this.zoomer.transform, zoomIdentity.translate(this.width / 2, this.height / 2).scale(k).translate(-this.x(n), -this.y(n)));
    }

    bounds(): [number, number, number, number] {
        let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
        for (const n of this.indexed) {
            const r = this.radius(n) + 8;
            x0 = Math.min(x0, this.x(n) - r);
            y0 = Math.min(y0, this.y(n) - r);
            x1 = Math.max(x1, this.x(n) + r + (this.around ? 200 : 0));
            y1 = Math.max(y1, this.y(n) + r);
        }
        return [x0, y0, x1, y1];
    }

    draw(): void {
        if (this.frame) return;
        this.frame = requestAnimationFrame(() => {
            this.frame = 0;
            this.paint();
        });
    }

    /** The labels that fit without overlapping. The selected function and its neighbours have priority, then those with the most calls. */
    labels(transform: ZoomTransform = this.transform, width = this.width, height = this.height): { n: number; text: string; x: number; y: number; size: number; bold: boolean }[] {
        const placed: { n: number; text: string; x: number; y: number; size: number; bold: boolean }[] = [];
        const taken = new Set<number>();
        const important = (n: number) => (n === this.chosen ? 2e18 : this.near.has(n) ? 1e18 : 0) + this.graph.weight[n]!;
        const within = this.indexed.filter((n) => {
            const [x, y] = transform.apply([this.x(n), this.y(n)]);
            return x > -150 && y > -10 && x < width && y < height + 10;
        }).sort((a, b) => important(b) - important(a));
        const most = this.around ? 400 : 220;
        for (const n of within.slice(0, 900)) {
            if (placed.length >= most) break;
            if (this.chosen >= 0 && !this.around && !this.isNear(n) && transform.k < 1.2) continue;
            const [x, y] = transform.apply([this.x(n), this.y(n)]);
            const r = this.radius(n) * transform.k;
            if (r < 2 && n !== this.chosen && !this.near.has(n)) continue;
            const size = n === this.chosen ? 13 : Math.min(this.around ? 12 : 13, Math.max(10, r));
            const text = `${shorten(this.graph.label(n), this.around ? 30 : 36)}${this.tagOf(n)}`;
            const [left, right] = [x + r + 3, x + r + 3 + text.length * size * 0.58];
            // A label occupies cells of 12 by 5 pixels.
            const cells: number[] = [];
            for (let cx = Math.floor(left / 12); cx <= right / 12; cx++) for (let cy = Math.floor((y - size / 2) / 5); cy <= (y + size / 2) / 5; cy++) cells.push(cx * 4096 + cy);
            if (cells.some((c) => taken.has(c)) && n !== this.chosen) continue;
            for (const c of cells) taken.add(c);
            placed.push({ n, text, x: left, y, size, bold: n === this.chosen });
        }
        return placed;
    }

    /** Draws everything immediately. A picture is drawn on another canvas with its own resolution. */
    paint(to: CanvasRenderingContext2D = this.context, ratio = this.ratio): void {
        const started = performance.now();
        const theme = colours();
        const { k, x, y } = this.transform;
        to.setTransform(ratio, 0, 0, ratio, 0, 0);
        to.fillStyle = theme.ground;
        to.fillRect(0, 0, this.width, this.height);
        to.lineCap = 'round';
        this.paintEdges(to, theme);
        const pale = this.chosen >= 0 && !this.around;
        to.lineWidth = 1;
        for (const n of this.indexed) {
            const [cx, cy, r] = [this.x(n) * k + x, this.y(n) * k + y, Math.max(this.radius(n) * k, 1)];
            if (cx < -r || cy < -r || cx > this.width + r || cy > this.height + r) continue;
            to.globalAlpha = pale && !this.isNear(n) ? 0.28 : 1;
            to.fillStyle = this.fill(n, theme);
            to.beginPath();
            to.arc(cx, cy, r, 0, Tau);
            to.fill();
            if (this.paintChange(to, n, cx, cy, r, theme)) continue;
            if (r > 2.5) {
                to.strokeStyle = this.graph.inside[n] ? theme.faint : theme.line;
                if (!this.graph.inside[n]) to.setLineDash([2, 2]);
                to.stroke();
                to.setLineDash([]);
            }
        }
        to.globalAlpha = 1;
        if (this.chosen >= 0 && this.isShown(this.chosen)) {
            to.strokeStyle = theme.mark;
            to.lineWidth = 2.5;
            to.beginPath();
            to.arc(this.x(this.chosen) * k + x, this.y(this.chosen) * k + y, this.radius(this.chosen) * k + 3, 0, Tau);
            to.stroke();
        }
        to.textBaseline = 'middle';
        to.lineJoin = 'round';
        to.strokeStyle = theme.halo;
        to.fillStyle = theme.ink;
        to.lineWidth = 3;
        for (const label of this.labels()) {
            to.font = `${label.bold ? '600 ' : ''}${label.size}px system-ui, sans-serif`;
            to.strokeText(label.text, label.x, label.y);
            to.fillText(label.text, label.x, label.y);
        }
        if (to !== this.context) return;
        this.drawTime = performance.now() - started;
        this.snapshotAt = this.transform;
        if (this.drawTime > Frame) {
            [this.snapshot.width, this.snapshot.height] = [this.canvas.width, this.canvas.height];
            this.snapshot.getContext('2d')!.drawImage(this.canvas, 0, 0);
        }
    }

    /** Paints the outline and the sign of a function that changed, which say its change without colour. */
    private paintChange(to: CanvasRenderingContext2D, n: number, x: number, y: number, r: number, theme: Colours): boolean {
        const of = this.graph.wire.difference?.functions;
        const change = of && this.colouring === 'calls' ? changeOf(of, n) : 'None';
        if (change === 'None' || r < 2) return false;
        to.strokeStyle = lineOf(change, theme);
        to.lineWidth = 1.6;
        to.setLineDash(dashes[change].map((d) => d / 2));
        to.beginPath();
        to.arc(x, y, r, 0, Tau);
        to.stroke();
        to.setLineDash([]);
        if (change === 'New') {
            to.beginPath();
            to.arc(x, y, r + 2.5, 0, Tau);
            to.stroke();
        }
        if (r >= 5) {
            // A plus, a minus, or a cross.
            const size = r * 0.5;
            const turn = change === 'Gone' ? Math.PI / 4 : 0;
            to.strokeStyle = isDark() === (of!.strength[n]! < 0.8) ? '#ffffff' : '#000000';
            to.beginPath();
            for (const angle of change === 'Less' ? [0] : [turn, turn + Math.PI / 2]) {
                to.moveTo(x - size * Math.cos(angle), y - size * Math.sin(angle));
                to.lineTo(x + size * Math.cos(angle), y + size * Math.sin(angle));
            }
            to.stroke();
        }
        to.lineWidth = 1;
        return true;
    }

    private paintEdges(to: CanvasRenderingContext2D, theme: Colours): void {
        const { k, x, y } = this.transform;
        const { wire } = this.graph;
        // Lines of the same style are drawn as one path of at most 400, because longer paths are slow.
        const groups = new Map<string, { look: EdgeLook; edges: number[] }>();
        const [w, h] = [this.width, this.height];
        for (const e of this.visibleEdges()) {
            const [a, b] = [wire.from[e]!, wire.to[e]!];
            const [x1, y1, x2, y2] = [this.x(a) * k + x, this.y(a) * k + y, this.x(b) * k + x, this.y(b) * k + y];
            if ((x1 < 0 && x2 < 0) || (y1 < 0 && y2 < 0) || (x1 > w && x2 > w) || (y1 > h && y2 > h)) continue;
            const look = this.edgeLook(e, theme);
            const key = `${look.strong ? 1 : 0}${look.colour}${Math.round(look.width * 3)}${look.dash}`;
            let group = groups.get(key);
            if (!group) groups.set(key, group = { look, edges: [] });
            group.edges.push(e);
        }
        const order = [...groups.values()].sort((a, b) => Number(a.look.strong) - Number(b.look.strong) || a.look.width - b.look.width);
        for (const { look, edges } of order) {
            to.strokeStyle = to.fillStyle = look.colour;
            to.lineWidth = Math.max(look.width * Math.min(Math.max(k, 0.5), 1.6), 0.4);
            to.setLineDash(look.dash);
            for (let start = 0; start < edges.length; start += 400) {
                to.beginPath();
                for (let i = start; i < Math.min(start + 400, edges.length); i++) this.trace(to, edges[i]!);
                to.stroke();
            }
            to.setLineDash([]);
            if (look.strong || this.around) for (const e of edges) this.arrow(to, e);
        }
    }

    /** The curve of an edge. It bends to one side, so that edges in both directions between two functions are distinguishable. */
    curve(e: number): { x1: number; y1: number; cx: number; cy: number; x2: number; y2: number } {
        const [a, b] = [this.graph.wire.from[e]!, this.graph.wire.to[e]!];
        const [x1, y1, x2, y2] = [this.x(a), this.y(a), this.x(b), this.y(b)];
        const bend = this.around ? 0.06 : this.isTrunk(e) ? 0 : 0.12;
        return { x1, y1, cx: (x1 + x2) / 2 + (y2 - y1) * bend, cy: (y1 + y2) / 2 - (x2 - x1) * bend, x2, y2 };
    }

    private trace(to: CanvasRenderingContext2D, e: number): void {
        const { k, x, y } = this.transform;
        const { wire } = this.graph;
        if (wire.from[e] === wire.to[e]) {
            const [cx, cy, r] = [this.x(wire.from[e]!) * k + x, this.y(wire.from[e]!) * k + y, (this.radius(wire.from[e]!) + 3) * k];
            to.moveTo(cx + r * 0.7, cy - r * 0.8);
            to.arc(cx, cy - r * 0.8, r * 0.7, 0, Tau);
            return;
        }
        const c = this.curve(e);
        to.moveTo(c.x1 * k + x, c.y1 * k + y);
        if (!this.around && this.isTrunk(e)) to.lineTo(c.x2 * k + x, c.y2 * k + y);
        else to.quadraticCurveTo(c.cx * k + x, c.cy * k + y, c.x2 * k + x, c.y2 * k + y);
    }

    private arrow(to: CanvasRenderingContext2D, e: number): void {
        const { wire } = this.graph;
        if (wire.from[e] === wire.to[e]) return;
        const { k, x, y } = this.transform;
        const c = this.curve(e);
        const angle = Math.atan2(c.y2 - c.cy, c.x2 - c.cx);
        const r = (this.radius(wire.to[e]!) + 1.5) * k;
        const [tx, ty, size] = [c.x2 * k + x - Math.cos(angle) * r, c.y2 * k + y - Math.sin(angle) * r, Math.min(9, 5 + 2 * k)];
        to.beginPath();
        to.moveTo(tx, ty);
        to.lineTo(tx - size * Math.cos(angle - 0.42), ty - size * Math.sin(angle - 0.42));
        to.lineTo(tx - size * Math.cos(angle + 0.42), ty - size * Math.sin(angle + 0.42));
        to.fill();
    }

    private get ratio(): number { return Math.min(window.devicePixelRatio || 1, 2); }

    get size(): [number, number] { return [this.width, this.height]; }

    private move(): void {
        if (this.drawTime <= Frame) return this.draw();
        window.clearTimeout(this.settle);
        this.settle = window.setTimeout(() => this.draw(), Settle);
        if (this.frame) return;
        this.frame = requestAnimationFrame(() => {
            this.frame = 0;
            const [now, then] = [this.transform, this.snapshotAt];
            const scale = now.k / then.k;
            this.context.setTransform(1, 0, 0, 1, 0, 0);
            this.context.fillStyle = colours().ground;
            this.context.fillRect(0, 0, this.canvas.width, this.canvas.height);
            this.context.setTransform(scale, 0, 0, scale, (now.x - then.x * scale) * this.ratio, (now.y - then.y * scale) * this.ratio);
            this.context.drawImage(this.snapshot, 0, 0);
        });
    }

    private resize(): void {
        const box = this.canvas.getBoundingClientRect();
        if (box.width < 1 || box.height < 1) return;
        const [dx, dy] = [(box.width - this.width) / 2, (box.height - this.height) / 2];
        const [width, height] = [Math.round(box.width * this.ratio), Math.round(box.height * this.ratio)];
        // An observer is called once for the size that is known already. A canvas that gets a size is cleared, and must be painted again.
        if (dx === 0 && dy === 0 && this.canvas.width === width && this.canvas.height === height) return;
        const first = this.width === 1;
        [this.width, this.height] = [box.width, box.height];
        [this.canvas.width, this.canvas.height] = [width, height];
        // There is nothing to paint yet: the first drawing is that of showAll.
        if (first) return this.draw();
        select(this.canvas).call(this.zoomer.translateBy, dx / this.transform.k, dy / this.transform.k);
        this.paint();
    }

    /** Assigns the available colours to the directories with the most functions. */
    private findGroups(): void {
        const sizes = new Map<string, number>();
        this.groups.clear();
        for (let n = 0; n < this.graph.size; n++) {
            const name = this.graph.shown[n] ? this.groupOf(n) : '';
            if (name) sizes.set(name, (sizes.get(name) ?? 0) + 1);
        }
        [...sizes].sort((a, b) => b[1] - a[1]).slice(0, colours().groups.length).forEach(([name], i) => this.groups.set(name, i));
    }

    /** The top-level directory of a function; within the directory of the filter, the subdirectory. */
    private groupOf(n: number): string {
        const parts = this.graph.directoryOf(n).split('/');
        return parts.slice(0, this.graph.inside[n] && this.graph.directory ? this.graph.directory.split('/').length + 1 : 1).join('/');
    }
}
