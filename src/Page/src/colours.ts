// The colours of the themes. Those of counts are the same as in pictures (HeatScale.cs, GraphPalette.cs, DifferencePalette.cs).

const light = {
    ground: '#ffffff', plain: '#ffffff', ink: '#1f2933', faint: '#4a545c', line: '#9aa7b2', faded: '#e3e8ec', mark: '#c2185b', caller: '#1b5fa8', callee: '#b3420a', halo: '#ffffff',
    grey: '#e9edf0', greyLine: '#7d8893', moreLine: '#b2182b', lessLine: '#2166ac', more: ['#fddbc7', '#f4a582', '#d6604d'], less: ['#d1e5f0', '#92c5de', '#4393c3'],
    fill: ['#e6eff7', '#c3dbea', '#cfcfa4', '#e3b04f', '#e0802f', '#c8471f', '#9c1a1a'],
    edge: ['#9fb4c7', '#7f9fbc', '#97936b', '#ba8428', '#c3601c', '#b03a1a', '#9c1a1a'],
    groups: ['#2f6fb0', '#b3531a', '#3d8544', '#8a4fa3', '#a83250', '#1f7f86', '#7a6a1c', '#5b62b5', '#a0447f', '#5c6b76', '#8c5a2b', '#4b7d1f'],
};

const dark: typeof light = {
    ground: '#12161b', plain: '#1b2129', ink: '#e6ebf0', faint: '#a3b0bb', line: '#5b6a78', faded: '#232a32', mark: '#ff6fae', caller: '#7db8f5', callee: '#ffa36b', halo: '#12161b',
    grey: '#39424c', greyLine: '#75828e', moreLine: '#f4836f', lessLine: '#7db8f5', more: ['#5a2a26', '#8f3b31', '#d6604d'], less: ['#1f3b55', '#2c628f', '#4393c3'],
    fill: ['#1d2a3a', '#2b3a5c', '#54407a', '#96457a', '#d0605c', '#ef9a4b', '#fbdd7c'],
    edge: ['#46586c', '#56689a', '#7a62ac', '#ae5c92', '#d96c68', '#f0a057', '#fbdd7c'],
    groups: ['#6aa5e3', '#e08a52', '#74bd7b', '#c08ad9', '#e0708c', '#58b8bf', '#bfae5a', '#969deb', '#da80b9', '#98a8b4', '#c59668', '#8fc25f'],
};

export type Colours = typeof light;

export const isDark = (): boolean => {
    const asked = document.documentElement.dataset['theme'];
    return asked === 'dark' || (asked !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
};

export const colours = (): Colours => (isDark() ? dark : light);

const mixed = new Map<string, string>();

/** The colour at a position from 0 to 1 between stops. It is one of 25, so that lines of equal colour can be drawn together. */
export function between(stops: string[], at: number): string {
    const step = Math.round(Math.min(Math.max(at, 0), 1) * 24);
    const key = `${stops[0]}${step}`;
    let colour = mixed.get(key);
    if (colour === undefined) {
        const place = (step / 24) * (stops.length - 1);
        const low = Math.min(Math.floor(place), stops.length - 2);
        const part = place - low;
        const channel = (hex: string, i: number) => parseInt(hex.slice(1 + 2 * i, 3 + 2 * i), 16);
        const mix = [0, 1, 2].map((i) => Math.round(channel(stops[low]!, i) * (1 - part) + channel(stops[low + 1]!, i) * part));
        colour = `#${mix.map((c) => c.toString(16).padStart(2, '0')).join('')}`;
        mixed.set(key, colour);
    }
    return colour;
}

/** The position of a count on a logarithmic scale up to the largest count, from 0 to 1. */
export const heat = (calls: number, most: number): number => (calls <= 1 ? 0 : Math.min(1, Math.log(calls) / Math.log(Math.max(most, 10))));
