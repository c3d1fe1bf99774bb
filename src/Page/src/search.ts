// The search box: a combobox (WAI-ARIA Authoring Practices) of all functions.

import type { Graph } from './data';
import { byId, element, number } from './text';

const Most = 30;

export function search(graph: Graph, onChoose: (n: number) => void): void {
    const [input, list] = [byId<HTMLInputElement>('search'), byId<HTMLUListElement>('found')];
    const names = graph.wire.names.map((name) => name.toLowerCase());
    let found: number[] = [], active = -1;

    const close = (): void => {
        list.hidden = true;
        active = -1;
        input.setAttribute('aria-expanded', 'false');
        input.removeAttribute('aria-activedescendant');
    };
    const mark = (i: number): void => {
        active = i;
        [...list.children].forEach((child, j) => child.setAttribute('aria-selected', String(j === i)));
        if (i < 0) return input.removeAttribute('aria-activedescendant');
        input.setAttribute('aria-activedescendant', `found-${i}`);
        list.children[i]!.scrollIntoView({ block: 'nearest' });
    };
    const choose = (i: number): void => {
        const n = found[i];
        if (n === undefined) return;
        input.value = graph.label(n);
        close();
        onChoose(n);
    };
    const look = (): void => {
        const wanted = input.value.trim().toLowerCase();
        if (wanted === '') return close();
        // Exact matches first, then names that start with the text, then all others, each in descending order of calls.
        const rank = (n: number) => (names[n] === wanted ? 0 : names[n]!.startsWith(wanted) ? 1 : 2);
        found = names.flatMap((name, n) => (name.includes(wanted) && n !== graph.wire.unknown ? [n] : []))
            .sort((a, b) => rank(a) - rank(b) || graph.calls[b]! - graph.calls[a]!);
        const more = found.length - Most;
        found = found.slice(0, Most);
        list.replaceChildren(...found.map((n, i) => {
            const item = element('li', { id: `found-${i}`, role: 'option', 'aria-selected': 'false' },
                element('span', { class: 'name' }, graph.fullName(n)),
                element('span', { class: 'dim' }, graph.shown[n] ? graph.tag(n) : 'filtered out'));
            item.addEventListener('mousedown', (event) => {
                event.preventDefault();
                choose(i);
            });
            return item;
        }));
        if (found.length === 0) list.append(element('li', { role: 'option', 'aria-disabled': 'true', 'aria-selected': 'false' }, 'No function name contains this text.'));
        else if (more > 0) list.append(element('li', { role: 'option', 'aria-disabled': 'true', 'aria-selected': 'false', class: 'dim' }, `and ${number(more)} more`));
        list.hidden = false;
        input.setAttribute('aria-expanded', 'true');
        mark(found.length > 0 ? 0 : -1);
    };
    input.addEventListener('input', look);
    input.addEventListener('focus', () => input.select());
    input.addEventListener('blur', close);
    input.addEventListener('keydown', (event) => {
        if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            if (list.hidden) look();
            else if (found.length > 0) mark((active + (event.key === 'ArrowDown' ? 1 : found.length - 1)) % found.length);
            event.preventDefault();
        } else if (event.key === 'Enter') {
            choose(Math.max(active, 0));
            event.preventDefault();
        } else if (event.key === 'Escape') {
            if (list.hidden) input.value = '';
            close();
            event.stopPropagation();
        }
    });
}
