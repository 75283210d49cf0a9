// Debian's Chromium as one browser with one cookie jar: pages to open and to ask.

import { launch } from './browser.mjs';

export class Chromium {
  static async launch() {
    const chromium = new Chromium();
    chromium.browser = await launch();
    chromium.context = await chromium.browser.newContext();
    return chromium;
  }

  /** A page there: {evaluate(expression), close()}. */
  async open(url) {
    const page = await this.context.newPage();
    await page.goto(url);
    return page;
  }

  close() {
    return this.browser.close();
  }
}
