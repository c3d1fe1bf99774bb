// Bundles the page: node build.mjs OUT. The result is a template: the exporter inserts the data, the title and the theme.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const out = process.argv[2] ?? 'page.html';
const bundle = async (entry) => {
    const result = await build({
        entryPoints: [entry], bundle: true, minify: true, write: false, format: 'iife', target: ['es2022'], charset: 'ascii',
        legalComments: 'none', logLevel: 'warning', metafile: true,
    });
    const packages = [...new Set(Object.keys(result.metafile.inputs).map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]))].filter(Boolean).sort();
    return notices(packages) + result.outputFiles[0].text.trim();
};
/** The licences of the bundled packages, which every page contains. */
const notices = (packages) => packages.length === 0 ? '' : `/*!\n${packages.map((name) => {
    const licence = ['LICENSE', 'LICENSE.md', 'LICENSE.txt'].map((file) => `node_modules/${name}/${file}`).find(existsSync);
    if (!licence) throw new Error(`${name} has no licence file`);
    return `${name} ${JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version}\n\n${readFileSync(licence, 'utf8').trim()}`;
}).join('\n\n----\n\n').replaceAll('*/', '* /').replace(/[^\n\x20-\x7e]/g, '?')}\n*/\n`;
const [script, style] = [await bundle('src/main.ts'), await bundle('src/page.css')];
// An inline script or style ends at the first end tag, even inside a string.
if (/<\/(script|style)|<!--/i.test(script) || /<\//.test(style)) throw new Error('the bundle contains a tag that would end it early');
const hash = (text) => `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;
const policy = [
    "default-src 'none'", `script-src ${hash(script)}`, `style-src ${hash(style)}`, "base-uri 'none'", "form-action 'none'",
    "require-trusted-types-for 'script'", "trusted-types 'none'",
].join('; ');
const fill = { policy, style, script };
const page = readFileSync('src/page.html', 'utf8').replace(/\{\{(policy|style|script)\}\}/g, (_, name) => fill[name]);
for (const open of ['{{title}}', '{{theme}}', '{{data}}']) {
    if (page.split(open).length !== 2) throw new Error(`${open} must be in the page exactly once`);
}
writeFileSync(out, page);
console.log(`${out}: ${Math.round(page.length / 1024)} KB`);
