// Screens of the page for docs/gallery.md: node gallery.mjs PAGE DIRECTORY
import { chromium } from 'playwright-core';

const [, , file, out] = process.argv;
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-sync'] });
const open = async (colorScheme) => {
    const page = await browser.newPage({ viewport: { width: 1240, height: 760 }, colorScheme });
    await page.goto(`file://${file}`);
    await page.waitForSelector('html[data-ready]');
    return page;
};
const shoot = async (page, name) => {
    await page.waitForTimeout(300);
    await page.screenshot({ path: `${out}/${name}.png` });
};
const dark = await open('dark');
await shoot(dark, 'page-map');
const light = await open('light');
await light.selectOption('#directory', 'net');
await light.selectOption('#colour', 'directory');
await light.fill('#search', 'tcp_ack');
await light.press('#search', 'Enter');
await shoot(light, 'page-function');
await light.click('#clear');
await light.selectOption('#colour', 'calls');
await light.click('#details button.primary');
await shoot(light, 'page-around');
await browser.close();
