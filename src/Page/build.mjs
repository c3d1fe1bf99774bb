// Bundles the page: node build.mjs OUT. What is left open in it is the data, its title and its theme, which the exporter fills in.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const out = process.argv[2] ?? 'page.html';
const bundle = async (entry) => {
    const result = await build({
        entryPoints: [entry], bundle: true, minify: true, write: false, format: 'iife', target: ['es2022'], charset: 'ascii',
        legalComments: 'inline', logLevel: 'warning',
    });
    return result.outputFiles[0].text.trim();
};
const [script, style] = [await bundle('src/main.ts'), await bundle('src/page.css')];
// Inline texts end at their end tags, wherever these stand.
if (/<\/(script|style)|<!--/i.test(script) || /<\//.test(style)) throw new Error('the bundle holds a tag that would end it early');
const hash = (text) => `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;
const policy = [
    "default-src 'none'", `script-src ${hash(script)}`, `style-src ${hash(style)}`, "base-uri 'none'", "form-action 'none'",
    "require-trusted-types-for 'script'", "trusted-types 'none'",
].join('; ');
const fill = { policy, style, script };
const page = readFileSync('src/page.html', 'utf8').replace(/\{\{(policy|style|script)\}\}/g, (_, name) => fill[name]);
for (const open of ['{{title}}', '{{theme}}', '{{data}}']) {
    if (page.split(open).length !== 2) throw new Error(`${open} must stand in the page once`);
}
writeFileSync(out, page);
console.log(`${out}: ${Math.round(page.length / 1024)} KB`);
