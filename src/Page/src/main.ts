import { around } from './around';
import { colours, isDark } from './colours';
import { Graph, readData, type Filter } from './data';
import { Changes, changeOf, evident, fillOf, lineOf, type Change } from './difference';
import { DifferenceTable } from './difference-table';
import { Details } from './details';
import { edgeRows, saveCsv, savePng, saveSvg } from './save';
import { Scene, type Colouring } from './scene';
import { search } from './search';
import { Table } from './table';
import { byId, count, element, number } from './text';

const wire = readData();
const graph = new Graph(wire);
const filter: Filter = { directory: '', task: -1, contexts: null, least: 1, changes: null };
let chosen = -1;

document.title = wire.title;
byId('title').textContent = byId('title').title = wire.title;
const { difference } = wire;
const pale = difference !== undefined && ![difference.edges, difference.functions].some((of) => of.verdict.some((_, i) => evident(of, i)));
if (difference) {
    document.documentElement.classList.add('difference');
    // These lines are beside the table.
    wire.lines = wire.lines.filter((line) => line !== difference.numbers && line !== difference.rule && !line.startsWith('Drift: '));
    byId('method').replaceChildren(...[difference.numbers, difference.rule].map((line) => element('p', {}, `${line}.`)), ...difference.drift.map((line) => element('p', { class: 'alarm' }, line)));
    if (difference.drift.length > 0) wire.lines.push(`${count(difference.drift.length, 'other difference')} between the sides: see “What is this?”`);
    for (const part of document.querySelectorAll<HTMLElement>('[data-only]')) part.hidden = part.dataset['only'] !== 'difference';
    byId('colour').replaceChildren(element('option', { value: 'calls' }, 'change'), element('option', { value: 'directory' }, 'directory'));
    for (const [id, title] of [['save-functions', 'Table, CSV'], ['save-edges', 'Edges in the graph, CSV']] as const) byId(id).textContent = title;
    byId('keys-note').textContent = 'A circle is a function, a line is an edge. Red, solid: more calls; blue, dashed: fewer. A double ring is new, a dotted one is gone. '
        + 'Grey: no difference, or too little evidence. If nothing has a verdict, pale colours show directions. Size shows how much a function\'s edges changed.';
}
byId('about').textContent = wire.lines.join(' · ');
byId('lost').textContent = wire.lost;
byId('lost').className = wire.hasLost ? 'alarm' : 'dim';

const tip = byId('tip');
const scene = new Scene(graph, byId<HTMLCanvasElement>('graph'), (n) => choose(n), open, (n, x, y) => {
    tip.hidden = n < 0;
    if (n < 0) return;
    tip.replaceChildren(element('strong', {}, graph.fullName(n)), element('span', {}, graph.amount(n)),
        element('span', {}, wire.source[n]));
    tip.style.left = `${Math.min(x + 14, scene.size[0] - tip.offsetWidth - 8)}px`;
    tip.style.top = `${y + 18 + tip.offsetHeight > scene.size[1] ? y - tip.offsetHeight - 8 : y + 18}px`;
});
const details = new Details(graph, byId('details'), (n) => goTo(n), open);
const table = difference ? new DifferenceTable(graph, byId('table'), (n) => goTo(n)) : new Table(graph, byId('table'), (n) => goTo(n));

/** Selects a function; -1 for none. */
function choose(n: number): void {
    chosen = n;
    scene.choose(n);
    details.show(n);
    table.choose(n);
    byId('announcement').textContent = n < 0 ? '' : `${graph.fullName(n)}, ${difference ? graph.amount(n) : count(graph.calls[n]!, 'call')}, ${count(graph.callers(n).length, 'caller')}, ${count(graph.callees(n).length, 'callee')}`;
    byId<HTMLButtonElement>('view-around').disabled = n < 0 && !scene.around;
}

/** Selects a function and scrolls it into view. */
function goTo(n: number): void {
    if (!graph.shown[n]) clear();
    if (scene.around && !scene.isShown(n)) return open(n);
    choose(n);
    scene.show(n);
}

/** Shows the neighbourhood of a function. */
function open(n: number): void {
    if (n < 0) return;
    if (!graph.shown[n]) clear();
    scene.around = around(graph, n, byId<HTMLInputElement>('hops').valueAsNumber || 2);
    view();
    scene.rebuild();
    choose(n);
    scene.showAll();
    if (scene.around.hidden > 0) byId('announcement').textContent += `; ${count(scene.around.hidden, 'function')} with fewer calls not shown`;
}

function map(): void {
    scene.around = null;
    view();
    scene.rebuild();
    if (chosen >= 0) scene.choose(chosen);
    scene.showAll();
}

function view(): void {
    byId('view-map').setAttribute('aria-pressed', String(!scene.around));
    byId('view-around').setAttribute('aria-pressed', String(!!scene.around));
    byId('hops-label').hidden = !scene.around;
    legend();
}

function legend(): void {
    const items = scene.legend().map(([name, colour], i) => {
        const change = difference && scene.colouring === 'calls' ? Changes[i]![0] : '';
        const patch = element('span', { class: `patch ${change.toLowerCase()}` });
        patch.style.background = change ? fillOf(change, pale ? 0 : 0.5, colours()) : colour;
        if (change) patch.style.borderColor = lineOf(change, colours());
        return element('span', {}, patch, name);
    });
    if (scene.hotPath.size > 0) {
        const patch = element('span', { class: 'patch' });
        patch.style.background = colours().mark;
        items.push(element('span', {}, patch, 'hot path'));
    }
    byId('legend').replaceChildren(...(scene.colouring !== 'calls' ? [] : !difference ? ['calls: '] : pale ? ['without a verdict: '] : []), ...items);
}

// --- filters ---------------------------------------------------------------------------------------------------------------

const directory = byId<HTMLSelectElement>('directory'), task = byId<HTMLSelectElement>('task'), least = byId<HTMLInputElement>('least'), slide = byId<HTMLInputElement>('least-slide');
const mostEdgeCalls = wire.calls.reduce((a, b) => Math.max(a, b), 1);
const contextBoxes: HTMLInputElement[] = [], changeBoxes: HTMLInputElement[] = [];

function options(): void {
    // All directories and their parents.
    const all = new Set<string>();
    for (const path of wire.directories) for (let at = path.length; at > 0; at = path.lastIndexOf('/', at - 1)) all.add(path.slice(0, at));
    directory.append(element('option', { value: '' }, 'all'), ...[...all].sort().map((path) => element('option', { value: path }, path)));
    directory.disabled = all.size === 0;
    if (all.size === 0) directory.title = 'The graph was made without a symbol map, so the source files are unknown.';
    task.append(element('option', { value: '-1' }, 'all'), ...wire.tasks.map((name, i) => element('option', { value: String(i) }, name || '(no name)')));
    task.disabled = wire.tasks.length < 2;
    for (const [i, name] of wire.contexts.entries()) {
        const box = element('input', { type: 'checkbox', value: String(i), checked: '' });
        contextBoxes.push(box);
        byId('contexts').append(element('label', {}, box, name));
        box.addEventListener('change', apply);
    }
    if (wire.shares === null) {
        task.title = 'The calls were not counted by task and context.';
        byId('contexts').append(element('span', { class: 'dim' }, 'not counted'));
    }
    least.max = String(mostEdgeCalls);
    if (!difference) return;
    for (const [change, sign, name] of Changes) {
        const edges = difference.edges.change.reduce((sum, _, e) => sum + (changeOf(difference.edges, e) === change ? 1 : 0), 0);
        const box = element('input', { type: 'checkbox', value: change, checked: '' });
        box.disabled = edges === 0;
        changeBoxes.push(box);
        byId('changes').append(element('label', { class: change.toLowerCase() }, box, `${sign} ${name.replace(/:.*/, '')} (${number(edges)})`));
        box.addEventListener('change', apply);
    }
}

function apply(): void {
    const on = contextBoxes.filter((box) => box.checked).map((box) => Number(box.value));
    filter.directory = directory.value;
    filter.task = Number(task.value);
    filter.contexts = on.length === contextBoxes.length ? null : new Set(on);
    const changes = changeBoxes.filter((box) => box.checked).map((box) => box.value as Change);
    filter.changes = changes.length === changeBoxes.length ? null : new Set(changes);
    filter.least = Math.max(1, least.valueAsNumber || 1);
    graph.filter(filter);
    const of = (shown: number, all: number, what: string) => (shown < all ? `${number(shown)} of ${count(all, what)}` : count(all, what));
    byId('shown').textContent = `${of(graph.shownFunctions, graph.size, 'function')}, ${of(graph.shownEdges, graph.edges, 'edge')}, ${count(graph.shownCalls, 'call')}`;
    if (difference) byId('shown').textContent = `${of(graph.shownFunctions, graph.size, 'function')}, ${of(graph.shownEdges, graph.edges, 'edge')}`;
    byId<HTMLButtonElement>('clear').disabled = graph.shownEdges === graph.edges;
    if (chosen >= 0 && !graph.shown[chosen]) chosen = -1;
    if (scene.around) {
        if (chosen < 0) return map(), refresh();
        scene.around = around(graph, chosen, byId<HTMLInputElement>('hops').valueAsNumber || 2);
    }
    refresh();
}

function refresh(): void {
    scene.rebuild();
    table.update();
    choose(chosen);
    legend();
}

function clear(): void {
    directory.value = '';
    task.value = '-1';
    for (const box of [...contextBoxes, ...changeBoxes]) box.checked = true;
    least.value = '1';
    slide.value = '0';
    apply();
}

options();
least.value = String(filter.least);
for (const part of [directory, task]) part.addEventListener('change', apply);
least.addEventListener('input', () => {
    slide.value = String(Math.round((100 * Math.log(Math.max(1, least.valueAsNumber || 1))) / Math.log(Math.max(mostEdgeCalls, 2))));
    apply();
});
slide.addEventListener('input', () => {
    least.value = String(Math.round(Math.max(mostEdgeCalls, 2) ** (slide.valueAsNumber / 100)));
    apply();
});
byId('clear').addEventListener('click', clear);
byId('filters').addEventListener('submit', (event) => event.preventDefault());

// --- view, files, keys -----------------------------------------------------------------------------------------------------

search(graph, goTo);
byId('view-map').addEventListener('click', map);
byId('view-around').addEventListener('click', () => open(chosen));
byId('hops').addEventListener('input', () => { if (scene.around) open(chosen); });
byId<HTMLSelectElement>('colour').addEventListener('change', (event) => {
    scene.colouring = (event.target as HTMLSelectElement).value as Colouring;
    scene.draw();
    legend();
});
byId('zoom-in').addEventListener('click', () => scene.zoomBy(1.5));
byId('zoom-out').addEventListener('click', () => scene.zoomBy(1 / 1.5));
byId('zoom-all').addEventListener('click', () => scene.showAll());
byId('theme').addEventListener('click', () => {
    document.documentElement.dataset['theme'] = isDark() ? 'light' : 'dark';
    scene.draw();
    legend();
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { scene.draw(); legend(); });
byId('save-svg').addEventListener('click', () => saveSvg(graph, scene));
byId('save-png').addEventListener('click', () => savePng(graph, scene));
byId('save-functions').addEventListener('click', () => saveCsv(graph, difference ? 'changes' : 'functions', table.csv()));
byId('save-edges').addEventListener('click', () => saveCsv(graph, 'edges', edgeRows(graph, scene)));
document.addEventListener('click', (event) => {
    for (const menu of document.querySelectorAll<HTMLDetailsElement>('details.menu[open]')) {
        if (!menu.contains(event.target as Node) || (event.target as HTMLElement).closest('.menu > div button')) menu.open = false;
    }
});

/** Selects another function with an arrow key. */
function step(key: string): void {
    if (chosen < 0) {
        const first = wire.hot.length > 0 ? wire.from[wire.hot[0]!]! : graph.calls.indexOf(graph.mostCalls);
        return first >= 0 ? goTo(first) : undefined;
    }
    if (key === 'ArrowLeft' || key === 'ArrowRight') {
        const edge = (key === 'ArrowLeft' ? graph.callers(chosen) : graph.callees(chosen)).find((e) => wire.from[e] !== wire.to[e]);
        if (edge !== undefined) goTo(key === 'ArrowLeft' ? wire.from[edge]! : wire.to[edge]!);
        return;
    }
    const above = graph.callers(chosen).map((e) => wire.from[e]!).find((n) => n !== chosen);
    const siblings = above === undefined ? [] : graph.callees(above).map((e) => wire.to[e]!).filter((n) => n !== above);
    if (siblings.length > 1) goTo(siblings[(siblings.indexOf(chosen) + (key === 'ArrowDown' ? 1 : siblings.length - 1)) % siblings.length]!);
}

byId('graph').addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.startsWith('Arrow')) step(event.key);
    else if (event.key === 'Enter' && chosen >= 0) open(chosen);
    else if (event.key === '+' || event.key === '=') scene.zoomBy(1.3);
    else if (event.key === '-') scene.zoomBy(1 / 1.3);
    else if (event.key === '0') scene.showAll();
    else return;
    event.preventDefault();
});
document.addEventListener('keydown', (event) => {
    const writing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (event.key === '/' && !writing) {
        byId('search').focus();
        event.preventDefault();
    } else if (event.key === 'Escape') {
        const menus = [...document.querySelectorAll<HTMLDetailsElement>('details.menu[open]')];
        if (menus.length > 0) for (const menu of menus) { menu.open = false; menu.querySelector('summary')!.focus(); }
        else if (scene.around) map();
        else choose(-1);
    }
});

if (wire.colour === 'directory' || wire.colour === 'context') {
    scene.colouring = wire.colour;
    byId<HTMLSelectElement>('colour').value = wire.colour;
}
apply();
view();
scene.showAll();
if (wire.select >= 0) goTo(wire.select);
requestAnimationFrame(() => requestAnimationFrame(() => {
    // Only tests read these.
    document.documentElement.dataset['ready'] = String(Math.round(performance.now()));
}));
Object.defineProperty(window, 'kernelMagnifier', { value: { graph, scene } });
