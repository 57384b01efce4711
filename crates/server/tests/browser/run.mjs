// One journey through the pages of a running demo, in the system's Chromium, at one width, with scripts or without:
//   node run.mjs JOURNEY DEMO_JSON MODULES GALLERY CHROMIUM WIDTH on|off
// Says what is wrong, a line each, and ends with 1 when anything is.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { index } from './gallery.mjs';
import { Walk } from './walk.mjs';

const [journey, demoFile, modules, gallery, chromium, width, scripts] = process.argv.slice(2);
const require = createRequire(join(modules, 'package.json'));
const pages = JSON.parse(readFileSync(new URL('pages.json', import.meta.url)));

const walk = await Walk.start({
  journey,
  playwright: require('playwright-core'),
  axe: readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'),
  demo: JSON.parse(readFileSync(demoFile)),
  data: dirname(demoFile),
  gallery,
  chromium,
  width: Number(width),
  scripts: scripts === 'on',
});
try {
  const { default: go } = await import(`./${journey}.mjs`);
  await go(walk);
  for (const [page, of] of Object.entries(pages)) {
    if (of === journey && !walk.pages.has(page)) walk.fault(`the page ${page} was never seen`);
  }
} catch (error) {
  await walk.stopped(error);
} finally {
  await walk.end();
}
if (walk.scripts) index(gallery);
for (const fault of walk.faults) console.log(fault);
console.log(`${walk.where}: ${walk.states} states, ${walk.faults.length} faults`);
process.exitCode = walk.faults.length || !walk.states ? 1 : 0;
