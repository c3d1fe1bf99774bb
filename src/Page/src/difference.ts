// What a page shows of a comparison in place of counts. HtmlPageDifference.cs writes the data.

import type { Colours } from './colours';
import { between } from './colours';
import { number } from './text';

export type Change = 'None' | 'More' | 'Less' | 'New' | 'Gone';

export interface Numbers {
    before: (number | null)[];
    after: (number | null)[];
    ratio: (number | null)[];
    low: (number | null)[];
    high: (number | null)[];
    p: (number | null)[];
    beforeCount: (number | null)[];
    afterCount: (number | null)[];
    score: (number | null)[];
    strength: (number | null)[];
    change: (Change | null)[];
    label: (string | null)[];
    verdict: (string | null)[];
    reason: (string | null)[];
}

export interface DifferenceWire {
    before: string;
    after: string;
    unit: string;
    per: string;
    numbers: string;
    rule: string;
    drift: string[];
    edges: Numbers;
    functions: Numbers;
}

export const Changes: [Change, string, string][] = [
    ['More', '▲', 'more calls'], ['Less', '▼', 'fewer calls'], ['New', '✚', 'new'], ['Gone', '✕', 'gone'], ['None', '·', 'grey: no difference or no verdict'],
];

/** The line of a change, which says it without colour: solid, dashed, dotted. */
export const dashes: Record<Change, number[]> = { None: [], More: [], New: [], Less: [6, 4], Gone: [1.5, 3.5] };

export const sign: Record<Change, string> = { None: '', More: '▲', Less: '▼', New: '✚', Gone: '✕' };

const verdicts: Record<string, string> = { Regressed: 'more calls', Improved: 'fewer calls', NoDifference: 'no difference', NotComparable: 'not comparable' };

export const changeOf = (of: Numbers, i: number): Change => of.change[i] ?? 'None';

/** Whether a row has changed by its verdict. Without any such row, the colours show directions. */
export const evident = (of: Numbers, i: number): boolean => of.verdict[i] === 'Regressed' || of.verdict[i] === 'Improved';

export const verdictOf = (of: Numbers, i: number): string => {
    const verdict = of.verdict[i] ?? null;
    return verdict === null ? '' : evident(of, i) && (of.label[i] === 'new' || of.label[i] === 'gone') ? of.label[i]! : verdicts[verdict] ?? 'inconclusive';
};

/** The colour of a line, or of the text about a change. */
export const lineOf = (change: Change, theme: Colours): string => (change === 'More' || change === 'New' ? theme.moreLine : change === 'Less' || change === 'Gone' ? theme.lessLine : theme.greyLine);

export const fillOf = (change: Change, strength: number, theme: Colours): string => (change === 'None' ? theme.grey : between(change === 'More' || change === 'New' ? theme.more : theme.less, strength));

/** A number with about three digits, as in DifferenceText.cs. */
export function short(n: number | null | undefined): string {
    if (n === null || n === undefined) return '?';
    const size = Math.abs(n);
    if (size === 0) return '0';
    if (size < 0.001 || size >= 1e9) return n.toExponential(1).replace('e+', 'e');
    if (size >= 100) return number(Math.round(n));
    return String(Number(n.toFixed(size < 1 ? 3 : size < 10 ? 2 : 1)));
}

/** A number with its sign. */
export const signed = (n: number | null): string => (n === null ? '?' : n > 0 ? `+${short(n)}` : n < 0 ? `−${short(-n)}` : '0');

export const changed = (of: Numbers, i: number): number | null => (of.before[i] === null || of.after[i] === null ? null : of.after[i]! - of.before[i]!);

/** Both numbers and the change: 12.3 → 17 (+38 %). */
export const both = (of: Numbers, i: number): string => (of.change[i] === null ? '' : `${short(of.before[i])} → ${short(of.after[i])} (${of.label[i]})`);

export const interval = (of: Numbers, i: number): string => (of.low[i] === null || of.high[i] === null ? '' : `${short(of.low[i])}–${short(of.high[i])}`);

/** Everything that is known of a change, in sentences. */
export function explain(of: Numbers, i: number, unit: string): string {
    if (of.change[i] === null) return 'no row of its own';
    const parts = [`${unit}: ${verdictOf(of, i)}.`];
    if (of.ratio[i] !== null) parts.push(`${short(of.ratio[i])} times${interval(of, i) ? `, 95 % confidence interval ${interval(of, i)}` : ''}${of.p[i] === null ? '' : `, corrected p ${short(of.p[i])}`}.`);
    parts.push(`Counted: ${number(of.beforeCount[i] ?? 0)} → ${number(of.afterCount[i] ?? 0)} calls.`);
    if (of.reason[i]) parts.push(of.reason[i]!);
    return parts.join(' ');
}
