// What every page must hold to, measured in the page itself.

// Runs in the page. Faults, and what the page says of itself.
export function measure(width) {
  const faults = [];
  const root = document.documentElement;
  const main = document.querySelector('main');
  const wide = Math.max(root.scrollWidth, window.innerWidth);
  if (wide > width) {
    const out = [...document.body.querySelectorAll('*')].filter((it) => it.getBoundingClientRect().right > width + 1).slice(0, 3);
    faults.push(`scrolls sideways: ${wide} px in ${width}; ${out.map((it) => `${it.tagName.toLowerCase()}.${it.className}`).join(', ')}`);
  }
  const box = (element) => {
    const boxes = [element, ...(['radio', 'checkbox'].includes(element.type) ? element.labels : [])].map((it) => it.getBoundingClientRect());
    const left = Math.min(...boxes.map((it) => it.left));
    const top = Math.min(...boxes.map((it) => it.top));
    return { width: Math.max(...boxes.map((it) => it.right)) - left, height: Math.max(...boxes.map((it) => it.bottom)) - top };
  };
  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest('.skip, .hear');
  for (const element of document.querySelectorAll('a[href], button, input:not([type="hidden"]), select, textarea, summary')) {
    if (!shown(element)) continue;
    const inText = element.tagName === 'A' && getComputedStyle(element).display === 'inline';
    const { width: wide, height } = box(element);
    const least = ['A', 'SUMMARY'].includes(element.tagName) && !element.classList.contains('button') ? 24 : 44;
    if (!inText && (wide < 24 || height < least - 0.5)) {
      const named = `${element.tagName.toLowerCase()} "${(element.innerText || element.name || '').trim().slice(0, 30)}"`;
      faults.push(`too small to touch: ${named}, ${Math.round(wide)} × ${Math.round(height)} px, at least ${least} high`);
    }
  }
  if (!main) faults.push('has no main');
  return { faults, page: main?.dataset.page ?? '', title: document.title, text: document.body.innerText.replace(/[\u00a0\u202f]/g, ' ') };
}

// Runs in the page: what Tab must come to, in the order of reading; of a group of radio buttons, one.
function prepare() {
  const groups = new Set();
  const stops = [...document.querySelectorAll('a[href], button, input:not([type="hidden"]), select, textarea, summary, iframe, [tabindex="0"]')];
  window.__stops = stops.filter((it) => {
    if (it.disabled || it.tabIndex < 0 || !it.checkVisibility({ visibilityProperty: true })) return false;
    if (it.type !== 'radio') return true;
    const key = `${it.form?.action} ${it.name}`;
    return !groups.has(key) && groups.add(key);
  });
  const root = document.documentElement;
  root.tabIndex = -1;
  root.focus();
  root.removeAttribute('tabindex');
  window.scrollTo(0, 0);
  return window.__stops.length;
}

// Runs in the page: where the focus is now.
function here() {
  const at = document.activeElement;
  if (!at || at === document.body || at === document.documentElement) return { stop: -1 };
  const same = (it) => it === at || (it.type === 'radio' && at.type === 'radio' && it.name === at.name && it.form === at.form);
  const style = getComputedStyle(at);
  const box = at.getBoundingClientRect();
  const name = `${at.tagName.toLowerCase()} "${(at.innerText || at.name || at.title || '').trim().slice(0, 30)}"`;
  return {
    stop: window.__stops.findIndex(same), name, frame: at.tagName === 'IFRAME', skip: at.classList.contains('skip'),
    ring: at.tagName === 'IFRAME' || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 3),
    inView: box.bottom > 0 && box.right > 0 && box.top < window.innerHeight && box.left < window.innerWidth,
  };
}

// Runs in the page: as it was before anybody touched it.
function calm() {
  document.activeElement?.blur();
  window.scrollTo(0, 0);
  for (const it of document.querySelectorAll('body *')) it.scrollTo(0, 0);
}

// Tab through a page: everything is reached, in order, with a ring to see; the way past the head comes first.
export async function keyboard(page) {
  // a file's reader that comes up while the keyboard enters its frame drops the focus: a person presses again
  let faults = await tabbed(page);
  for (let again = 0; faults.lost && again < 5; again += 1) {
    await page.waitForTimeout(1000);
    faults = await tabbed(page);
  }
  return faults;
}

async function tabbed(page) {
  const faults = [];
  const count = await page.evaluate(prepare);
  const reached = new Set();
  let last = -1;
  for (let press = 0; press < count * 4 + 10; press += 1) {
    await page.keyboard.press('Tab');
    let at = await page.evaluate(here);
    // a file's frame takes the focus, and is brought into sight, in the next frames
    for (let again = 0; !at.inView && (at.stop >= 0 || reached.size) && again < 10; again += 1) {
      await page.waitForTimeout(50);
      at = await page.evaluate(here);
    }
    if (at.stop === 0 && reached.size > 1) break;
    if (at.stop < 0) {
      if (reached.size) break;
      continue;
    }
    if (!reached.size && !at.skip) faults.push(`the keyboard comes first to ${at.name}, not to the way past the head`);
    if (reached.has(at.stop) && at.stop !== last) break;
    if (at.stop < last) faults.push(`the keyboard jumps back to ${at.name}`);
    // the parts of a date have rings of their own
    if (!at.ring && at.stop !== last) faults.push(`no ring of 3 px shows the focus on ${at.name}`);
    if (!at.inView) faults.push(`the focus on ${at.name} is out of sight`);
    reached.add(at.stop);
    last = at.stop;
    // what is inside a frame has keys of its own
    if (at.frame) {
      await page.evaluate(calm);
      return faults;
    }
  }
  if (reached.size < count) {
    const missed = await page.evaluate((reached) => window.__stops.filter((_, index) => !reached.includes(index)).map((it) => it.outerHTML.slice(0, 80)), [...reached]);
    faults.push(`the keyboard does not reach: ${missed.slice(0, 3).join(' ')}`);
    faults.lost = missed[0].startsWith('<iframe');
  }
  await page.evaluate(calm);
  return faults;
}
