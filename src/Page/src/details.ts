// The details of the selected function.

import type { Graph } from './data';
import { changeOf, explain } from './difference';
import { count, element, number, time } from './text';

const Most = 12;

export class Details {
    private all = new Set<string>();

    constructor(private readonly graph: Graph, private readonly host: HTMLElement, private readonly onChoose: (n: number) => void, private readonly onAround: (n: number) => void) {}

    show(n: number): void {
        this.all.clear();
        if (n < 0) {
            this.host.replaceChildren(element('p', { class: 'dim' }, 'Select a function in the graph, in the table or with the search to see its callers and callees.'));
            return;
        }
        this.host.replaceChildren(...this.parts(n));
    }

    private parts(n: number): HTMLElement[] {
        const { graph } = this;
        const { wire } = graph;
        const parts: HTMLElement[] = [element('h2', {}, graph.label(n))];
        const facts = element('p', { class: 'facts' });
        const add = (...what: (Node | string)[]) => {
            if (facts.childNodes.length > 0) facts.append(' · ');
            facts.append(...what);
        };
        if (n === wire.unknown) add('callers that the recording does not name');
        if (wire.module[n]! >= 0) add(`[${wire.modules[wire.module[n]!]!}]`);
        if (wire.url[n]) add(element('a', { href: wire.url[n]!, target: '_blank', rel: 'noopener noreferrer' }, wire.source[n]!));
        else if (wire.source[n]) add(wire.source[n]!);
        if (graph.contextName(n)) add(graph.contextName(n) === 'several' ? 'several contexts' : `${graph.contextName(n)} context`);
        const [into, out] = [graph.callers(n), graph.callees(n)];
        if (wire.total) {
            const sum = (of: number[]) => into.reduce((all, e) => all + Math.max(of[e]!, 0), 0);
            add(`total time ${time(sum(wire.total))}, self time ${time(sum(wire.self!))}`);
        }
        parts.push(facts);
        const around = element('button', { type: 'button', class: 'primary' }, 'Show neighbourhood');
        around.addEventListener('click', () => this.onAround(n));
        parts.push(element('p', { class: 'big' }, element('strong', {}, graph.amount(n)), around));
        if (wire.difference && n !== wire.unknown) parts.push(element('p', { class: 'dim' }, explain(wire.difference.functions, n, wire.difference.unit)));
        parts.push(element('div', { class: 'pair' }, this.list(n, 'caller', into), this.list(n, 'callee', out)));
        const split = graph.split(graph.into[n]!.length > 0 ? graph.into[n]! : graph.out[n]!);
        if (split && split.tasks.some(([name]) => name !== '')) {
            parts.push(element('p', { class: 'dim' }, `Tasks: ${split.tasks.slice(0, 6).map(([name, calls]) => `${name || '(no name)'} ${number(calls)}`).join(', ')}${split.tasks.length > 6 ? `, and ${number(split.tasks.length - 6)} more` : ''}`));
        }
        return parts;
    }

    private change(e: number): string {
        const { difference } = this.graph.wire;
        return difference ? changeOf(difference.edges, e).toLowerCase() : '';
    }

    private list(n: number, what: 'caller' | 'callee', edges: number[]): HTMLElement {
        const { graph } = this;
        const { difference } = graph.wire;
        const most = edges.length > 0 ? graph.edgeCalls[edges[0]!]! : 1;
        const shown = this.all.has(what) ? edges : edges.slice(0, Most);
        const list = element('ul', {});
        for (const e of shown) {
            const other = what === 'caller' ? graph.wire.from[e]! : graph.wire.to[e]!;
            const bar = element('span', { class: `bar ${what}`, 'aria-hidden': 'true' });
            bar.style.width = `${Math.max(2, (100 * graph.edgeCalls[e]!) / most)}%`;
            const button = element('button', { type: 'button', title: difference ? `${graph.fullName(other)}: ${graph.edgeAmount(e)} ${explain(difference.edges, e, difference.unit)}` : graph.fullName(other) },
                element('span', { class: 'name' }, graph.label(other)), element('span', { class: `number ${this.change(e)}` }, graph.edgeAmount(e)), bar);
            button.addEventListener('click', () => this.onChoose(other));
            list.append(element('li', {}, button));
        }
        if (shown.length < edges.length) {
            const more = element('button', { type: 'button', class: 'more' }, `${number(edges.length - shown.length)} more`);
            more.addEventListener('click', () => {
                this.all.add(what);
                this.host.replaceChildren(...this.parts(n));
            });
            list.append(element('li', {}, more));
        }
        return element('div', {}, element('h3', { class: what }, count(edges.length, what)), edges.length > 0 ? list : element('p', { class: 'dim' }, 'none'));
    }
}
