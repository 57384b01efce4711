// The gallery's one page, from the captions the walks left: phone beside desktop, light, dark, paper.
import { readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const JOURNEYS = [
  ['holder', 'The holder', 'Somebody reads their own record and decides who else may.'],
  ['rights', 'The holder settles', 'Emergencies contested, the record through another’s eyes, what is said for later, closing.'],
  ['professional', 'The professional', 'A doctor without software of their own, in a browser.'],
  ['counter', 'The counter', 'An agent opens records and prints letters.'],
];
const WIDTHS = [[390, 'phone'], [1280, 'desktop']];

const text = (it) => String(it).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

export function index(folder) {
  const files = readdirSync(folder).filter((it) => it.endsWith('.json')).sort();
  const seen = files.flatMap((file) => {
    try {
      return [{ ...JSON.parse(readFileSync(join(folder, file))), base: file.replace(/\.json$/, '') }];
    } catch {
      // another walk is writing it
      return [];
    }
  });
  const journeys = JOURNEYS.map(([key, title, about]) => {
    const states = new Map();
    for (const it of seen.filter((one) => one.journey === key)) {
      const id = `${key}-${it.order}-${it.name}`;
      states.set(id, [...(states.get(id) ?? []), it]);
    }
    return { key, title, about, states: [...states] };
  }).filter((it) => it.states.length);
  const half = join(folder, `.index-${process.pid}`);
  writeFileSync(half, page(journeys));
  renameSync(half, join(folder, 'index.html'));
}

function state([id, shots]) {
  const { caption, name, page: template } = shots[0];
  const scheme = (which) => WIDTHS.flatMap(([width, word]) => {
    const shot = shots.find((it) => it.width === width && it.kept.includes(which));
    if (!shot) return [];
    const source = `${encodeURIComponent(shot.base)}-${which}.png`;
    return [`<a class="${word}" href="${source}"><img loading="lazy" src="${source}" alt="${text(`${caption}: ${word}, ${which}`)}"></a>`];
  }).join('');
  const row = (which) => {
    const pictures = scheme(which);
    return pictures && `<div class="row ${which}">${pictures}</div>`;
  };
  return `<section class="state" id="${text(id)}"><h3><a href="#${text(id)}">${text(caption)}</a></h3>
<p class="about"><code>${text(name)}</code> · template <code>${text(template)}</code></p>
${['light', 'dark', 'print'].map(row).join('\n')}</section>`;
}

function page(journeys) {
  const contents = journeys.map(({ title, states }) => `<h2>${title}</h2><ol>${states.map(([id, [first]]) => `<li><a href="#${text(id)}">${text(first.name)}</a></li>`).join('')}</ol>`);
  const parts = journeys.map(({ key, title, about, states }) => `<section id="${key}"><header><h2>${title}</h2><p>${about} ${states.length} states.</p></header>${states.map(state).join('\n')}</section>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>carnet: every page and state</title>
<style>${STYLE}</style>
</head>
<body>
<nav aria-label="Contents"><h1>carnet</h1><p>Every page and state, as Chromium shows them at 390 and 1280 pixels. Nobody in them exists.</p>
<fieldset><legend>Scheme</legend><label><input type="radio" name="scheme" id="light" checked> light</label><label><input type="radio" name="scheme" id="dark"> dark</label><label><input type="radio" name="scheme" id="both"> both</label></fieldset>
${contents.join('\n')}</nav>
<main>${parts.join('\n')}</main>
</body>
</html>
`;
}

const STYLE = `
:root { color-scheme: light dark; --paper: light-dark(#f4f2ec, #101416); --ink: light-dark(#1c2326, #eceae4); --quiet: light-dark(#535d61, #aeb6b8); --hair: light-dark(#d9d6cf, #333c41); --accent: light-dark(#0a5659, #7fd0cb); }
* { box-sizing: border-box; }
body { margin: 0; display: grid; grid-template-columns: 260px minmax(0, 1fr); background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 24px; border-right: 1px solid var(--hair); font-size: 14px; }
nav h1 { margin: 0; font-size: 22px; color: var(--accent); }
nav h2 { margin: 24px 0 4px; font-size: 14px; }
nav ol { margin: 0; padding: 0 0 0 24px; color: var(--quiet); }
nav a { color: var(--ink); text-decoration: none; display: block; padding: 2px 0; }
nav a:hover { color: var(--accent); text-decoration: underline; }
fieldset { border: 1px solid var(--hair); border-radius: 6px; display: flex; gap: 16px; padding: 4px 12px 8px; }
main { padding: 24px 40px 80px; min-width: 0; }
main > section > header { margin: 32px 0 8px; border-bottom: 2px solid var(--ink); }
header h2 { margin: 0; font-size: 36px; letter-spacing: -0.01em; }
header p { margin: 0 0 8px; color: var(--quiet); }
.state { padding: 32px 0; border-bottom: 1px solid var(--hair); scroll-margin-top: 8px; }
.state h3 { margin: 0; font-size: 22px; font-weight: 600; max-width: 60ch; text-wrap: balance; }
.state h3 a { color: inherit; text-decoration: none; }
.about { margin: 0 0 16px; color: var(--quiet); font-size: 14px; }
.row { display: flex; gap: 32px; align-items: flex-start; margin-bottom: 24px; }
.row a { display: block; overflow: auto; max-height: 820px; border: 1px solid var(--hair); border-radius: 6px; }
.row .phone { flex: 0 0 300px; border-width: 6px; border-color: #2a3033; border-radius: 24px; }
.row .desktop { flex: 0 1 1000px; border-top: 14px solid #2a3033; }
.row img { display: block; width: 100%; }
body:has(#light:checked) .dark, body:has(#dark:checked) .light { display: none; }
@media (max-width: 900px) { body { display: block; } nav { position: static; height: auto; border: 0; } main { padding: 16px; } .row { flex-wrap: wrap; } }
`;
