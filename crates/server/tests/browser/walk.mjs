// A walk: visitors with a browser each, and what is looked at in every page and state they come to.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { keyboard, measure } from './checks.mjs';
import { Visitor } from './visitor.mjs';

// As root, on a machine without a screen, and asking nobody anything.
const ARGUMENTS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--lang=fr-FR',
];
// Beside the rules on by default: the size of targets, and 7:1 for text.
const RULES = { 'target-size': { enabled: true }, 'color-contrast-enhanced': { enabled: true } };
const CONTRAST = { runOnly: ['color-contrast', 'color-contrast-enhanced'] };

export class Walk {
  static async start(options) {
    const walk = new Walk();
    Object.assign(walk, options);
    walk.where = `${walk.journey}, ${walk.width} px, scripts ${walk.scripts ? 'on' : 'off'}`;
    walk.faults = [];
    walk.pages = new Set();
    walk.states = 0;
    walk.visitors = [];
    walk.browser = await walk.playwright.chromium.launch({
      executablePath: walk.chromium, headless: true, args: ARGUMENTS, timeout: 90_000,
      // its own words (a file's button, a date's parts) come in this language, where Debian's chromium-l10n is there
      env: { ...process.env, LANGUAGE: 'fr' },
    });
    walk.api = await walk.playwright.request.newContext({ ignoreHTTPSErrors: true, timeout: 90_000 });
    walk.forget();
    return walk;
  }

  // What an earlier run left of this walk.
  forget() {
    mkdirSync(this.gallery, { recursive: true });
    if (!this.scripts) return;
    for (const file of readdirSync(this.gallery)) {
      if (file.startsWith(`${this.journey}-`) && file.includes(`-${this.width}`)) rmSync(join(this.gallery, file));
    }
  }

  fault(what) {
    this.faults.push(`[${this.where}] ${what}`);
  }

  async visitor(actor) {
    const visitor = await Visitor.open(this, actor);
    this.visitors.push(visitor);
    return visitor;
  }

  actor(fits) {
    const found = this.demo.actors.find(fits);
    if (!found) throw new Error(`no such actor in demo.json: ${fits}`);
    return found;
  }

  patient(login) {
    const found = this.demo.patients.find((it) => it.login === login);
    if (!found) throw new Error(`no ${login} in demo.json`);
    return found;
  }

  certificate(actor, origin) {
    return { origin, certPath: join(this.data, actor.cert), keyPath: join(this.data, actor.key) };
  }

  // A request of somebody's software at the care door: what the pages show was done by others.
  care(actor, path, body) {
    return this.send(this.demo.care, 'application/fhir+json', actor, path, body);
  }

  // The same at the steering door.
  steer(actor, path, body) {
    return this.send(this.demo.steer, 'application/json', actor, path, body);
  }

  async send(door, type, actor, path, body) {
    const options = { ignoreHTTPSErrors: true, timeout: 90_000 };
    options.clientCertificates = [this.certificate(actor, door)];
    const software = await this.playwright.request.newContext(options);
    const headers = { 'content-type': type };
    const answer = await software.post(door + path, { headers, data: JSON.stringify(body) });
    if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
    await software.dispose();
  }

  async outbox() {
    const answer = await this.api.get(this.demo.outbox, { headers: { accept: 'application/json' } });
    return (await answer.json()).messages;
  }

  async lastMessage() {
    return (await this.outbox())[0]?.id ?? 0;
  }

  // The word after this lead, in a message younger than that one.
  async wordAfter(before, lead) {
    for (let turn = 0; turn < 300; turn += 1) {
      for (const it of await this.outbox()) {
        if (it.id > before && it.text.includes(lead)) {
          return it.text.split(lead)[1].trim().split(/\s/)[0].replace(/\.$/, '');
        }
      }
      await new Promise((done) => setTimeout(done, 200));
    }
    throw new Error(`no message with "${lead}" within a minute`);
  }

  // The demo's clock, moved for everybody.
  async later(advance) {
    const answer = await this.api.post(`${this.demo.portal}/demo/clock`, { data: { advance } });
    if (!answer.ok()) throw new Error(`the clock: ${answer.status()}`);
  }

  // A page or state, looked at in every way and kept for the gallery.
  async seen(visitor, name, caption, { status = 200, says, print = false } = {}) {
    const { page } = visitor;
    this.states += 1;
    const fault = (what) => this.fault(`${name} (${new URL(page.url()).pathname.replace(/[0-9a-z]{26}/g, '…')}): ${what}`);
    visitor.noises(status).forEach(fault);
    if (visitor.status !== status) fault(`answered ${visitor.status}, not ${status}`);
    const found = await page.evaluate(measure, this.width);
    found.faults.forEach(fault);
    if (!found.page) fault('says not which page it is');
    this.pages.add(found.page);
    if (says && !found.text.includes(says)) fault(`does not say "${says}"`);
    if (!this.scripts) return;
    await this.rules(page, 'light', { rules: RULES }, fault);
    if (!visitor.walkedByKeyboard.has(found.page)) {
      visitor.walkedByKeyboard.add(found.page);
      (await keyboard(page)).forEach(fault);
    }
    await this.keep(page, name, caption, found, print, fault);
  }

  async rules(page, scheme, options, fault) {
    // evaluated, not loaded as a script: the page's own policy stays as it is
    if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(`${this.axe};0`);
    const seen = await page.evaluate(async (options) => {
      const { violations } = await globalThis.axe.run(document, { resultTypes: ['violations'], iframes: false, ...options });
      return violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.target.join(' ')).join(', ')}`);
    }, options);
    seen.forEach((it) => fault(`axe, ${scheme}: ${it}`));
  }

  async keep(page, name, caption, found, print, fault) {
    const order = String(this.states).padStart(2, '0');
    const base = `${this.journey}-${order}-${name}-${this.width}`;
    const shot = (suffix) => page.screenshot({ path: join(this.gallery, `${base}-${suffix}.png`), fullPage: true, animations: 'disabled' });
    const kept = ['light', 'dark'];
    // as tall as the page, so that what sticks to an edge of the screen covers nothing; frames and pictures stay as they were
    const tall = await page.evaluate(() => {
      for (const it of document.querySelectorAll('iframe, img')) it.style.height = `${it.getBoundingClientRect().height}px`;
      return document.documentElement.scrollHeight;
    });
    const screen = page.viewportSize();
    const stretch = tall > screen.height && tall < 8000;
    if (stretch) await page.setViewportSize({ width: screen.width, height: tall });
    await shot('light');
    await page.emulateMedia({ colorScheme: 'dark' });
    await this.rules(page, 'dark', CONTRAST, fault);
    await shot('dark');
    await page.emulateMedia({ colorScheme: 'light' });
    if (print) {
      await page.emulateMedia({ media: 'print' });
      await shot('print');
      await page.emulateMedia({ media: 'screen' });
      kept.push('print');
    }
    if (stretch) await page.setViewportSize(screen);
    const about = { journey: this.journey, order, name, caption, page: found.page, title: found.title, width: this.width, kept };
    writeFileSync(join(this.gallery, `${base}.json`), JSON.stringify(about));
  }

  // Paper that a browser shows by itself: kept, and nothing else to look at.
  async paper(visitor, name, caption) {
    this.states += 1;
    if (!this.scripts) return;
    const order = String(this.states).padStart(2, '0');
    const base = `${this.journey}-${order}-${name}-${this.width}`;
    await visitor.page.screenshot({ path: join(this.gallery, `${base}-light.png`) });
    const about = { journey: this.journey, order, name, caption, page: 'paper', title: name, width: this.width, kept: ['light'] };
    writeFileSync(join(this.gallery, `${base}.json`), JSON.stringify(about));
  }

  // A step that could not be taken: where, and what was there.
  async stopped(error) {
    const last = this.visitors.at(-1)?.page;
    const at = last && !last.isClosed() ? new URL(last.url(), this.demo.portal).pathname : 'nowhere';
    this.fault(`stopped at ${at}: ${error.stack ?? error}`);
    const text = last && !last.isClosed() ? await last.evaluate(() => document.body?.innerText).catch(() => '') : '';
    if (text) this.fault(`where it stopped, the page says: ${text.slice(0, 600)}`);
  }

  async end() {
    for (const visitor of this.visitors) visitor.noises(0).forEach((it) => this.fault(it));
    await this.api.dispose();
    await this.browser.close();
  }
}
