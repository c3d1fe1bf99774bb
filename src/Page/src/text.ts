// Formats text for display. Names are inserted into the page as text, never as markup.

const grouped = new Intl.NumberFormat('en');

export const number = (n: number): string => grouped.format(n);

export const count = (n: number, what: string): string => `${number(n)} ${what}${n === 1 ? '' : 's'}`;

/** Formats a time in nanoseconds. */
export function time(ns: number): string {
    if (ns < 0) return '';
    if (ns < 1e3) return `${ns} ns`;
    if (ns < 1e6) return `${(ns / 1e3).toFixed(1)} µs`;
    return ns < 1e9 ? `${(ns / 1e6).toFixed(1)} ms` : `${(ns / 1e9).toFixed(2)} s`;
}

/** Shortens a text. An ellipsis replaces the middle, because the start and the end of a name identify it best. */
export function shorten(text: string, most: number): string {
    const characters = text.length <= most ? null : [...text];
    if (!characters || characters.length <= most) return text;
    const head = Math.floor(((most - 1) * 2) / 3);
    return `${characters.slice(0, head).join('')}…${characters.slice(characters.length - (most - 1 - head)).join('')}`;
}

type Part = Node | string | null | undefined | false;

/** Creates an element with attributes and children. Strings become text nodes. */
export function element<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Record<string, string>, ...parts: Part[]): HTMLElementTagNameMap[K] {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    for (const part of parts) if (part) made.append(part);
    return made;
}

export const byId = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
