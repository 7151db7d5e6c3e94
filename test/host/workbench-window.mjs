// @ts-check
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A busy two-core machine takes this long at worst to draw what a click asks for. */
const patienceMs = 60_000;

/** A window that has started for so long has all its menu entries. */
const menuLimitMs = 30_000;

/** The window of a running VS Code, driven by what a person sees: names in the file explorer, menu entries, tabs. */
export class WorkbenchWindow {
  /** @param {import('playwright-core').Page} page */
  constructor(page) {
    this.page = page;
  }

  /**
   * @param {import('playwright-core').Browser} browser
   * @param {string} url
   */
  static async open(browser, url) {
    const page = await browser.newPage({ viewport: { width: 1360, height: 860 } });
    page.setDefaultTimeout(patienceMs);
    await page.goto(url);
    await page.locator('.monaco-workbench .part.activitybar').waitFor();
    return new WorkbenchWindow(page);
  }

  /**
   * Shows a container of the activity bar; one that is shown already stays.
   * @param {string | RegExp} name
   */
  async showView(name) {
    const tab = this.viewTab(name);
    await tab.waitFor();
    if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
  }

  /**
   * The icon of a container in the activity bar.
   * @param {string | RegExp} name
   */
  viewTab(name) {
    return this.page.locator('.part.activitybar').getByRole('tab', { name });
  }

  /** @param {string} name */
  inFileExplorer(name) {
    return this.page.locator('.explorer-folders-view').getByRole('treeitem', { name, exact: true });
  }

  /**
   * A row of the extension's tree, by the start of its label.
   * @param {string} name
   */
  inTree(name) {
    return this.page.locator('.part.sidebar').getByRole('treeitem', { name: new RegExp(`^${name}\\b`) });
  }

  /**
   * Right-clicks and chooses.
   * @param {import('playwright-core').Locator} target
   * @param {string | RegExp} entry
   */
  async chooseFromContextMenu(target, entry) {
    const choice = await this.openContextMenu(target, entry);
    await choice.hover();
    await choice.click();
    await choice.waitFor({ state: 'hidden' });
  }

  /**
   * @param {import('playwright-core').Locator} target
   * @param {string | RegExp} entry
   */
  async openContextMenu(target, entry) {
    const menu = this.page.locator('.monaco-menu');
    const choice = menu.getByRole('menuitem', { name: entry, exact: true });
    const endsAt = Date.now() + menuLimitMs;
    for (;;) {
      await target.click({ button: 'right' });
      // A window that is still coming up may take a menu away again.
      const isOpen = await menu
        .first()
        .waitFor({ timeout: 3000 })
        .then(
          () => true,
          () => false,
        );
      if ((isOpen && (await choice.isVisible())) || Date.now() > endsAt) break;
      if (!isOpen) continue;
      // An open menu does not change: what an extension adds once its window is ready is in the next one.
      await this.page.keyboard.press('Escape');
      await menu.first().waitFor({ state: 'hidden' });
    }
    await choice.waitFor({ timeout: 1000 });
    return choice;
  }

  /**
   * The first entry of the open list, or what is written in the open input box, as Enter takes it.
   * @param {string | RegExp} titled Text of the open quick pick or input box.
   */
  async acceptQuickInput(titled) {
    await this.quickInput(titled).waitFor();
    await this.page.keyboard.press('Enter');
  }

  /** @param {string | RegExp} titled */
  quickInput(titled) {
    return this.page.locator('.quick-input-widget:visible').filter({ hasText: titled });
  }

  /** @param {string | RegExp} text */
  notification(text) {
    return this.page.locator('.notifications-toasts').getByText(text);
  }

  /**
   * Chooses a button of the notification with this text.
   * @param {string | RegExp} text
   * @param {string} button
   */
  async answerNotification(text, button) {
    const toast = this.page.locator('.notification-toast').filter({ hasText: text });
    await toast.getByRole('button', { name: button, exact: true }).click();
  }

  /**
   * A button of the modal dialog that is open.
   * @param {string} name
   */
  dialogButton(name) {
    return this.page.locator('.monaco-dialog-box').getByRole('button', { name, exact: true });
  }

  /** @param {string} title */
  editorTab(title) {
    return this.page.locator('.part.editor').getByRole('tab', { name: new RegExp(`^${title}`) });
  }

  /** The document inside a webview, the one that was opened first or last: VS Code puts it into a frame of a frame. */
  webview(which = /** @type {'first' | 'last'} */ ('first')) {
    const frame = this.page.locator('iframe.webview.ready')[which]();
    return frame.contentFrame().locator('iframe#active-frame').contentFrame();
  }

  /**
   * Runs a command of the palette by its full name, such as `Lambda: Invoke Function`.
   * @param {string} command
   */
  async runCommand(command) {
    await this.page.keyboard.press('F1');
    const input = this.page.locator('.quick-input-widget:visible input');
    await input.fill(`>${command}`);
    await this.page.locator('.quick-input-list').getByRole('option', { name: command }).first().waitFor();
    await this.page.keyboard.press('Enter');
  }

  /**
   * Clicks a link in the first row of the active terminal, once VS Code says over it where it leads.
   * @param {string} says
   * @param {import('playwright-core').Locator} leadsTo What is there then.
   */
  async clickTerminalLink(says, leadsTo) {
    const hint = this.page.locator('.monaco-hover').getByText(says).first();
    const screen = this.page.locator('.terminal-wrapper.active .xterm-screen');
    const endsAt = Date.now() + menuLimitMs;
    for (;;) {
      const box = await screen.boundingBox();
      // From another row, as links are looked for when the pointer comes to one; to the middle of its height, some thirty letters along.
      if (box) await this.page.mouse.move(box.x + 200, box.y + 100);
      if (box) await this.page.mouse.move(box.x + 200, box.y + 9, { steps: 5 });
      if (await isThere(hint, 3000)) {
        await this.page.keyboard.down('Control');
        // Only a pointer that moves with the key held underlines the link, and not at once.
        if (box) await this.page.mouse.move(box.x + 220, box.y + 9, { steps: 5 });
        await this.page.mouse.down();
        await this.page.mouse.up();
        await this.page.keyboard.up('Control');
        if (await isThere(leadsTo, 10_000)) return;
      }
      if (Date.now() > endsAt) throw new Error(`The terminal's link "${says}" leads nowhere`);
    }
  }

  /** As a person reloads it: VS Code writes down what is open before it goes. */
  async reload() {
    await Promise.all([this.page.waitForEvent('load'), this.runCommand('Developer: Reload Window')]);
    await this.page.locator('.monaco-workbench .part.activitybar').waitFor();
  }

  /** @param {string} file */
  async screenshot(file) {
    await mkdir(dirname(file), { recursive: true });
    // Animations off: what is half faded in would look different in each run.
    await this.page.screenshot({ path: file, animations: 'disabled' });
  }
}

/**
 * @param {import('playwright-core').Locator} locator
 * @param {number} timeout ms
 */
async function isThere(locator, timeout) {
  return locator.waitFor({ timeout }).then(
    () => true,
    () => false,
  );
}
