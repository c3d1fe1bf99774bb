// Tests the page of a comparison in a browser. in-test.sh runs this file. The numbers are made here and inserted into the data of a page;
// DifferenceGraphTests.cs tests that the exporter writes such data.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { chromium } from 'playwright-core';

const { KM, KM_DATA, CHROMIUM } = process.env;
const out = (name) => resolve('out', name);
execFileSync(KM, ['graph', `${KM_DATA}/tcp-echo.trace.zst`, '-o', out('plain.html')], { stdio: 'ignore' });
const hostile = ['</script><script>document.title="pwned"</script>', '<img src=x onerror=document.title="pwned">', '=cmd|1', '__proto__'];

/** The page with numbers of a comparison. A row is [before, after, verdict]. */
const compare = (name, rowOf, change = (data) => data) => {
    const page = readFileSync(out('plain.html'), 'utf8');
    const found = /(<script type="application\/json" id="data">)(.*?)(<\/script>)/s.exec(page);
    const data = JSON.parse(found[2]);
    hostile.forEach((text, i) => { data.names[i + 5] = text; });
    const columns = (size) => {
        const rows = Array.from({ length: size }, (_, i) => rowOf(i));
        const kind = ([before, after, verdict]) => (verdict === 'Regressed' ? (before === 0 ? 'New' : 'More') : verdict === 'Improved' ? (after === 0 ? 'Gone' : 'Less') : 'None');
        const ratio = ([before, after]) => (before > 0 && after > 0 ? after / before : null);
        return {
            before: rows.map((r) => r[0]), after: rows.map((r) => r[1]), ratio: rows.map(ratio), low: rows.map((r) => ratio(r) && ratio(r) * 0.9), high: rows.map((r) => ratio(r) && ratio(r) * 1.1),
            p: rows.map(() => null), beforeCount: rows.map((r) => r[0] * 10), afterCount: rows.map((r) => r[1] * 10), score: rows.map((r) => Math.abs(Math.sqrt(r[1]) - Math.sqrt(r[0]))),
            strength: rows.map((r) => (kind(r) === 'None' ? 0 : 0.7)), change: rows.map(kind), verdict: rows.map((r) => r[2]), reason: rows.map(() => '<b>Reason</b>.'),
            label: rows.map((r) => (r[0] === 0 ? 'new' : r[1] === 0 ? 'gone' : `${r[1] >= r[0] ? '+' : '−'}${Math.round(Math.abs(ratio(r) - 1) * 100)} %`)),
        };
    };
    data.difference = {
        before: 'a.dat', after: 'b.dat', unit: '1/CPU-s', per: 'second of CPU time', numbers: 'Numbers: calls per second', rule: 'Coloured: a change of at least 5 %', drift: ['<b>Kernel</b>: 6.1 and 6.2.'],
        edges: columns(data.from.length), functions: columns(data.names.length),
    };
    const json = JSON.stringify(change(data)).replace(/[<>&']/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
    writeFileSync(out(name), page.replace(found[0], () => found[1] + json + found[3]));
};
const kinds = [(i) => [i + 1, (i + 1) * 2, 'Regressed'], (i) => [i + 1, (i + 1) / 4, 'Improved'], (i) => [0, i + 1, 'Regressed'], (i) => [i + 1, 0, 'Improved'], (i) => [1e6, 1e6 + i, 'NoDifference'], (i) => [i + 1, i + 30, 'Inconclusive']];
compare('difference.html', (i) => kinds[i % 6](i));
compare('unclear.html', (i) => [i + 1, i + 30, 'Inconclusive'], (data) => {
    for (const of of [data.difference.edges, data.difference.functions]) [of.change, of.strength] = [of.change.map(() => 'More'), of.strength.map(() => 0)];
    return data;
});

const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-quic', '--disable-sync'] });
let passed = 0, failed = 0;
const test = async (name, file, work, options = {}) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, acceptDownloads: true, ...options });
    const page = await context.newPage();
    const trouble = [];
    page.on('pageerror', (error) => trouble.push(error.message));
    page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) trouble.push(message.text()); });
    try {
        await page.goto(`file://${out(file)}`);
        await page.waitForSelector('html[data-ready]', { timeout: 30_000 });
        await work(page);
        assert.deepEqual(trouble, [], 'errors and warnings');
        assert.doesNotMatch(await page.title(), /^pwned/);
        passed++;
        console.log(`  passed  ${name}`);
    } catch (error) {
        failed++;
        console.log(`  FAILED  ${name}\n${String(error.stack ?? error).split('\n').slice(0, 12).map((line) => `          ${line}`).join('\n')}`);
        await page.screenshot({ path: out(`failed-difference-${failed}.png`) }).catch(() => {});
    } finally {
        await context.close();
    }
};
const rows = (page) => page.locator('#table tbody tr:not(.space)').evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent)));
const numberOf = (text) => Number(text.replaceAll(',', '').replace('−', '-').replace('+', '').replace(/ \(.*/, ''));
const ordered = (values, way) => values.every((value, i) => i === 0 || (way === 'ascending' ? values[i - 1] <= value : values[i - 1] >= value));

await test('both sides are beside each other, the largest evident change first', 'difference.html', async (page) => {
    assert.deepEqual(await page.locator('#table thead th').allInnerTexts(), ['Function', 'Before', 'After', 'Change', 'Ratio', 'Verdict'].map((title) => (title === 'Change' ? 'Change ↓' : title)).map((t) => t.replace(' ↓', '')));
    const shown = await rows(page);
    assert.ok(shown.length > 20 && shown.every((row) => /more calls|fewer calls|new|gone/.test(row[5])), 'rows with a verdict are first');
    assert.ok(ordered(shown.map((row) => Math.abs(numberOf(row[3]))), 'descending'), 'by the size of the change');
    for (const row of shown) assert.ok(Math.abs(numberOf(row[2]) - numberOf(row[1]) - numberOf(row[3])) <= 1, String(row));
    assert.match(await page.innerText('#about'), /1 other difference between the sides/);
    await page.click('#method-details summary');
    assert.match(await page.innerText('#method'), /Numbers: calls per second\.\s+Coloured: a change of at least 5 %\.\s+<b>Kernel<\/b>: 6\.1 and 6\.2\./);
});

await test('the table sorts by every column, in both directions, for functions and edges', 'difference.html', async (page) => {
    for (const view of ['#by-function', '#by-edge']) {
        await page.click(view);
        for (const [i, title] of ['Function|Edge', 'Before', 'After', 'Change', 'Ratio', 'Verdict'].entries()) {
            const head = page.locator('#table thead th').nth(i);
            assert.match(await head.innerText(), new RegExp(`^(${title})`));
            for (let click = 0; click < 2; click++) {
                await head.locator('button').click();
                const way = await head.getAttribute('aria-sort');
                const shown = (await rows(page)).map((row) => row[i]);
                if (title === 'Change') continue;
                const values = shown.map((text) => (title === 'Ratio' ? (text === 'new' ? Infinity : text === 'gone' ? 0 : numberOf(text)) : title === 'Before' || title === 'After' ? numberOf(text) : text.replace(/^\S+ (?=[a-z])/, title === 'Verdict' ? '' : '$&')));
                assert.ok(ordered(values, way), `${view} ${title} ${way}: ${values.slice(0, 8)}`);
            }
        }
    }
});

await test('rows are found by name, and names are text', 'difference.html', async (page) => {
    await page.fill('#rows', 'script');
    assert.deepEqual((await rows(page)).map((row) => row[0]), [hostile[0]]);
    assert.equal(await page.innerText('#rows-found'), '1 found');
    await page.locator('#table tbody button').first().click();
    assert.equal(await page.innerText('#details h2'), hostile[0]);
    assert.match(await page.innerText('#details'), /<b>Reason<\/b>/);
    assert.equal(await page.locator('#details b, #table b, img').count(), 0);
    await page.fill('#rows', 'no such row');
    assert.equal((await rows(page)).length, 0);
    assert.equal(await page.innerText('#rows-found'), '0 found');
});

await test('the edges of the graph are filtered by their change', 'difference.html', async (page) => {
    const shown = () => page.evaluate(() => { const { graph } = kernelMagnifier; return [...new Set(graph.wire.difference.edges.change.filter((_, e) => graph.edgeShown[e]))].sort(); });
    assert.deepEqual(await shown(), ['Gone', 'Less', 'More', 'New', 'None']);
    for (const change of ['None', 'Less', 'Gone']) await page.locator(`#changes input[value="${change}"]`).uncheck();
    assert.deepEqual(await shown(), ['More', 'New']);
    await page.click('#clear');
    assert.equal((await shown()).length, 5);
    for (const hidden of ['#task', '#contexts', '#least']) assert.ok(!(await page.locator(hidden).isVisible()), hidden);
});

await test('everything works with the keyboard', 'difference.html', async (page) => {
    await page.focus('#rows');
    await page.keyboard.press('Tab');
    const reached = new Set();
    for (let i = 0; i < 14; i++) {
        reached.add(await page.evaluate(() => document.activeElement.textContent.trim().slice(0, 13) || document.activeElement.id));
        await page.keyboard.press('Tab');
    }
    for (const name of ['What is this?', 'Before', 'Ratio', 'Verdict']) assert.ok(reached.has(name), `${name}: ${[...reached]}`);
    await page.focus('#table tbody button[tabindex="0"]');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    assert.match(await page.innerText('#announcement'), /→ .*(new|gone|%)/);
    assert.equal(await page.locator('tr.chosen').count(), 1);
});

await test('saved files contain both sides', 'difference.html', async (page) => {
    const save = async (button) => {
        await page.click('#save summary');
        const [file] = await Promise.all([page.waitForEvent('download'), page.click(button)]);
        return readFileSync(await file.path(), 'utf8');
    };
    const table = (await save('#save-functions')).replace(/^\ufeff/, '').split('\r\n');
    assert.match(table[0], /^Function,Before,After,Change,Ratio,RatioLow,RatioHigh,PValue,Verdict,/);
    assert.ok(table.length > 1000 && table.some((line) => line.startsWith("'=cmd|1,")), 'no formula');
    const svg = await save('#save-svg');
    for (const part of ['stroke-dasharray="6 4"', 'stroke-dasharray="1.5 3.5"', '(gone)', 'new</text>']) assert.ok(svg.includes(part), part);
    assert.ok(!svg.includes('<script'));
});

await test('without any verdict, the page says so', 'unclear.html', async (page) => {
    assert.match(await page.innerText('#legend'), /without a verdict/);
    assert.ok((await rows(page)).every((row) => /inconclusive/.test(row[5])));
});

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
for (const colorScheme of ['light', 'dark']) {
    for (const width of [1280, 900]) {
        await test(`it is accessible and nothing is cut off: ${colorScheme}, ${width} pixels`, 'difference.html', async (page) => {
            await page.locator('#table tbody button').first().click();
            const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
            assert.ok(wide <= 0, `${wide} pixels wider than the window`);
            const cut = await page.locator('#table td').evaluateAll((cells) => cells.filter((cell) => cell.scrollWidth > cell.clientWidth + 1).map((cell) => cell.textContent).slice(0, 5));
            assert.deepEqual(cut, [], 'numbers that are cut off');
            await page.screenshot({ path: out(`difference-${colorScheme}-${width}.png`) });
        }, { viewport: { width, height: 800 }, colorScheme });
    }
    await test(`axe finds no mistake: ${colorScheme}`, 'difference.html', async (page) => {
        await page.locator('#table tbody button').first().click();
        await page.evaluate(axe);
        const found = await page.evaluate(() => axe.run({ resultTypes: ['violations'] }));
        assert.deepEqual(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).slice(0, 3)}`), []);
    }, { colorScheme, bypassCSP: true });
}
await browser.close();
console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exitCode = failed > 0 ? 1 : 0;
