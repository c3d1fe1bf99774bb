// The time to the first picture of a page, in headless Chromium: node first-picture.mjs PAGE. Prints seconds.
//
// From the start of the navigation (the page's performance.timeOrigin) to the second animation frame after the graph was drawn: by then the
// frame with the graph is complete, and Chromium has executed its drawing commands, because a pixel of the graph was read. The start of
// Chromium is not part of it: the page is opened in a browser that has shown an empty page. Without npm packages: the browser is driven
// through a pipe.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const [, , page] = process.argv;
const home = mkdtempSync(join(tmpdir(), 'km-first-picture-'));
const options = ['--headless=new', '--remote-debugging-pipe', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-sync',
    '--no-first-run', '--disable-extensions', '--disable-background-networking', '--window-size=1400,860', `--user-data-dir=${home}`, 'about:blank'];
const browser = spawn(process.env.CHROMIUM ?? 'chromium', options, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
const ended = new Promise((done) => browser.on('close', done));
const waiting = new Map();
let last = 0, rest = '';
browser.on('error', (error) => { throw error; });
browser.on('exit', () => { for (const { fail } of waiting.values()) fail(new Error('Chromium ended')); });
browser.stdio[4].setEncoding('utf8').on('data', (chunk) => {
    const messages = (rest + chunk).split('\0');
    rest = messages.pop();
    for (const message of messages.map((text) => JSON.parse(text))) {
        const { done, fail } = waiting.get(message.id) ?? {};
        waiting.delete(message.id);
        if (message.error) fail?.(new Error(message.error.message));
        else done?.(message.result);
    }
});
const call = (method, params = {}, sessionId = undefined) => new Promise((done, fail) => {
    waiting.set(++last, { done, fail });
    browser.stdio[3].write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`);
});

// Runs in the page. "ready" is set by the page two frames after it drew.
const watch = `(() => {
    new MutationObserver((_, observer) => {
        if (!document.documentElement.dataset.ready) return;
        observer.disconnect();
        document.getElementById('graph').getContext('2d').getImageData(0, 0, 1, 1);
        window.firstPicture = performance.now();
    }).observe(document, { attributes: true, subtree: true, attributeFilter: ['data-ready'] });
})()`;
try {
    const { targetId } = await call('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await call('Target.attachToTarget', { targetId, flatten: true });
    const inPage = async (expression) => (await call('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true }, sessionId)).result.value;
    await call('Page.enable', {}, sessionId);
    await call('Emulation.setDeviceMetricsOverride', { width: 1400, height: 860, deviceScaleFactor: 1, mobile: false }, sessionId);
    await inPage('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    await call('Page.addScriptToEvaluateOnNewDocument', { source: watch }, sessionId);
    const { errorText } = await call('Page.navigate', { url: `file://${resolve(page)}` }, sessionId);
    if (errorText) throw new Error(`${page}: ${errorText}`);
    let time;
    for (let i = 0; i < 300 && !(time > 0); i++) {
        await new Promise((done) => setTimeout(done, 100));
        time = await inPage('window.firstPicture');
    }
    if (!(time > 0)) throw new Error(`${page} drew nothing within 30 s`);
    const size = await inPage('`${kernelMagnifier.graph.size} functions, ${kernelMagnifier.graph.edges} edges`');
    console.error(size);
    console.log((time / 1000).toFixed(6));
} finally {
    // Its other processes can write to the folder until they have ended too.
    await Promise.race([call('Browser.close').catch(() => {}), new Promise((done) => setTimeout(done, 2000))]);
    browser.kill();
    await ended;
    for (let left = 50; left > 0; left--) {
        try {
            rmSync(home, { recursive: true, force: true });
            break;
        } catch (error) {
            if (left === 1) console.error(`${home} could not be removed: ${error.message}`);
            await new Promise((done) => setTimeout(done, 100));
        }
    }
}
