// Somebody with a browser of their own: cookies, perhaps a certificate, and a list of what their browser complained of.

// Of a page, not of a frame in it. In a tab just opened there is no frame to ask yet.
function isPage(response) {
  if (!response.request().isNavigationRequest()) return false;
  try {
    return !response.frame().parentFrame();
  } catch {
    return true;
  }
}

export class Visitor {
  static async open(walk, actor) {
    const { width, scripts, demo } = walk;
    const phone = width < 600;
    const context = await walk.browser.newContext({
      ignoreHTTPSErrors: true,
      javaScriptEnabled: scripts,
      viewport: { width, height: phone ? 844 : 900 },
      deviceScaleFactor: phone ? 2 : 1,
      isMobile: phone,
      hasTouch: phone,
      locale: 'fr-FR',
      timezoneId: 'Europe/Paris',
      colorScheme: 'light',
      reducedMotion: 'reduce',
      clientCertificates: actor ? [demo.portal, demo.steer].map((origin) => walk.certificate(actor, origin)) : [],
    });
    context.setDefaultTimeout(30_000);
    const visitor = new Visitor();
    Object.assign(visitor, { walk, context, heard: [], walkedByKeyboard: walk.walkedByKeyboard ??= new Set() });
    context.on('request', (request) => visitor.requested(request));
    context.on('page', (page) => visitor.listen(page));
    context.on('response', (response) => {
      if (isPage(response)) {
        visitor.status = response.status();
        visitor.answered = response.url();
      }
    });
    visitor.page = await context.newPage();
    return visitor;
  }

  // Anything but the demo's own doors for browsers is a fault. The browser's PDF reader asks itself for its own parts.
  requested(request) {
    const url = new URL(request.url());
    const own = [this.walk.demo.portal, this.walk.demo.steer].includes(url.origin) || ['chrome:', 'chrome-extension:', 'about:', 'data:'].includes(url.protocol);
    if (!own) this.heard.push({ what: `a request to ${url.origin}` });
  }

  listen(page) {
    page.on('console', (message) => {
      const at = message.location().url;
      // the browser looks for an icon of its own accord where what it shows is not a page
      const ours = !at.startsWith('chrome') && !at.endsWith('/favicon.ico');
      if (['error', 'warning'].includes(message.type()) && ours) {
        this.heard.push({ what: `the console says: ${message.text()}`, at });
      }
    });
    page.on('pageerror', (error) => this.heard.push({ what: `an error of a script: ${error.message}` }));
  }

  // What was complained of since the last time. A page that answers with an error is told of by the browser too.
  noises(status) {
    const told = (it) => status >= 400 && it.at === this.answered && it.what.includes(`status of ${status}`);
    const heard = this.heard.filter((it) => !told(it)).map((it) => it.what);
    this.heard = [];
    return heard;
  }

  seen(name, caption, options) {
    return this.walk.seen(this, name, caption, options);
  }

  async go(path) {
    const to = path.startsWith('/') ? this.walk.demo.portal + path : path;
    await this.page.goto(to, { waitUntil: 'load' });
  }

  async follow(selector) {
    await this.leads(() => this.page.locator(selector).first().click());
  }

  async submit(action) {
    const form = this.page.locator(`form[action="${action}"], form[action$="${action}"]`).first();
    await this.leads(() => form.locator('button').first().click());
  }

  // Past the browser's own checks of a form, to see what the server says.
  async submitAnyway(action) {
    await this.page.$eval(`form[action$="${action}"]`, (form) => { form.noValidate = true; });
    await this.submit(action);
  }

  async leads(act) {
    const answered = this.page.waitForResponse((it) => it.request().isNavigationRequest() && it.frame() === this.page.mainFrame()
      && !(it.status() >= 300 && it.status() < 400));
    await Promise.all([answered, act()]);
    await this.page.waitForLoadState('load');
  }

  fill(fields) {
    return Object.entries(fields).reduce((before, [id, value]) => before.then(() => this.page.fill(`#${id}`, value)), Promise.resolve());
  }

  // What a link or button opens in a tab of its own.
  async inPopup(selector, look) {
    const { page } = this;
    const opened = this.context.waitForEvent('page');
    await page.locator(selector).first().click();
    this.page = await opened;
    await this.page.waitForLoadState('load');
    await look();
    await this.page.close();
    this.page = page;
  }

  // Frames show what they hold a moment after the page has loaded.
  async settled() {
    if (this.walk.scripts) await this.page.waitForTimeout(1500);
  }

  // As a page of another site would send it.
  withoutToken(action) {
    return this.page.$eval(`form[action="${action}"] input[name="anti_forgery"]`, (it) => it.remove());
  }

  close() {
    return this.context.close();
  }
}
