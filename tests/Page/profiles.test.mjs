// Tests profiles in speedscope and Mermaid, from their npm packages. in-test.sh runs this file.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { chromium } from 'playwright-core';

const { KM, KM_DATA, CHROMIUM } = process.env;
const out = (name) => resolve('out', name);
const km = (...args) => execFileSync(KM, args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
const recordings = { 'function recording': `${KM_DATA}/tcp-echo.trace.zst`, 'function_graph recording': `${KM_DATA}/graph/fg-proc-abstime-tail.txt.zst` };
const calls = (recording) => new Map(JSON.parse(km('calls', recording, '--json')).map((row) => [row.function, row.calls]));

const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-quic', '--disable-sync'] });
let passed = 0, failed = 0;
const test = async (name, work) => {
    const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
    const trouble = [];
    page.on('pageerror', (error) => trouble.push(error.message));
    page.on('console', (message) => { if (message.type() === 'error') trouble.push(message.text()); });
    try {
        await work(page);
        assert.deepEqual(trouble, [], 'errors');
        passed++;
        console.log(`  passed  ${name}`);
    } catch (error) {
        failed++;
        console.log(`  FAILED  ${name}\n${String(error.stack ?? error).split('\n').slice(0, 12).map((line) => `          ${line}`).join('\n')}`);
    } finally {
        await page.close();
    }
};

for (const [what, recording] of Object.entries(recordings)) {
    await test(`speedscope shows the calls of a ${what}`, async (page) => {
        km('profile', recording, '--weight', 'calls', '-o', out('test.speedscope.json'));
        await page.goto(`file://${resolve('node_modules/speedscope/dist/release/index.html')}`);
        await page.setInputFiles('input[type=file]', out('test.speedscope.json'));
        await page.getByText('Sandwich').click();
        await page.getByText('Symbol Name').waitFor();
        // The columns are total, self and name. The table shows only the rows that fit. The first profile is that of all tasks.
        const shown = [...(await page.innerText('body')).matchAll(/^[\d,]+ \([^)]*\)\s+([\d,]+) \([^)]*\)\s+(\S+)$/gm)].map(([, self, name]) => [name, Number(self.replaceAll(',', ''))]);
        const expected = calls(recording);
        assert.ok(shown.length >= 15, `${shown.length} rows`);
        // Tasks are among the rows, but have no calls.
        for (const [name, self] of shown) assert.equal(self, expected.get(name) ?? 0, name);
    });

    await test(`Mermaid draws the graph of a ${what}`, async (page) => {
        km('profile', recording, '-o', out('test.mmd'));
        const text = readFileSync(out('test.mmd'), 'utf8');
        await page.setContent('<p>');
        await page.addScriptTag({ path: resolve('node_modules/mermaid/dist/mermaid.min.js') });
        const drawn = await page.evaluate(async (source) => {
            mermaid.initialize({ startOnLoad: false, suppressErrorRendering: true });
            const svg = new DOMParser().parseFromString((await mermaid.render('drawing', source)).svg, 'text/html');
            return { nodes: [...svg.querySelectorAll('.nodeLabel')].map((node) => { node.querySelectorAll('br').forEach((br) => br.replaceWith('\n')); return node.textContent; }), edges: svg.querySelectorAll('.edgePaths path').length };
        }, text);
        const expected = calls(recording);
        assert.equal(drawn.edges, text.match(/-->/g).length);
        assert.ok(drawn.nodes.length >= 15, `${drawn.nodes.length} nodes`);
        for (const label of drawn.nodes) {
            // Functions that are only seen as callers have no count.
            const [, name, count] = /^(.*)(?:\n([\d,]+) calls?)?$/.exec(label);
            assert.equal(Number((count ?? '0').replaceAll(',', '')), expected.get(name) ?? 0, label);
        }
    });
}

await browser.close();
console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exitCode = failed === 0 ? 0 : 1;
