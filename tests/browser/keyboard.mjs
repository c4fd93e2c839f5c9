// tests/browser/keyboard.mjs - the pages without a mouse, and the diagram with its table beside it.
import { report } from './journey.mjs';
import { button, holds, is, person, shot, test, words } from './lib.mjs';

// Is the focus to be seen? An outline or a ring around what has it.
const ring = page => page.evaluate(() => {
  const s = getComputedStyle(document.activeElement);
  return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 1) || s.boxShadow !== 'none';
});

const focused = (page, selector) => page.evaluate(s => document.activeElement.matches(s), selector);

export async function keyboard() {
  await test('keyboard: the first Tab leads past the head of the page', async () => {
    const page = await person('luca');
    await page.goto('/agent/');
    await page.keyboard.press('Tab');
    holds(await focused(page, 'a.skip'), 'the skip link comes first');
    const box = await page.locator('a.skip').boundingBox();
    holds(box.y >= 0, 'it is seen while it has the focus');
    await page.keyboard.press('Enter');
    is(new URL(page.url()).hash, '#main', 'it leads to the content');
    await page.keyboard.press('Tab');
    holds(await page.evaluate(() => document.querySelector('main').contains(document.activeElement)), 'the next Tab is in the content');
  });

  await test('keyboard: the focus is always seen', async () => {
    for (const theme of ['light', 'dark']) {
      const page = await person('anna', { theme });
      await page.goto('/portal/request/new');
      for (let i = 0; i < 40; i++) {
        await page.keyboard.press('Tab');
        if (await focused(page, 'body')) break; // round once
        holds(await ring(page), `${theme}: no ring around ${await page.evaluate(() => document.activeElement.outerHTML.slice(0, 120))}`);
      }
    }
  });

  await test('keyboard: / ? j k', async () => {
    const page = await person('luca');
    await page.goto('/agent/');
    await page.keyboard.press('/');
    holds(await focused(page, 'input[type=search]'), '/ goes to the search');
    await page.keyboard.type('jk?');
    is(await page.locator(':focus').inputValue(), 'jk?', 'keys in a field are text');
    await page.locator('main').focus();
    await page.keyboard.press('?');
    await page.locator('dialog.keys[open]').waitFor();
    holds((await page.locator('dialog.keys').innerText()).includes('j'), 'the sheet lists the keys');
    await shot(page, 'keys');
    await page.keyboard.press('Escape');
    is(await page.locator('dialog.keys[open]').count(), 0, 'Escape closes it');
    await page.locator('main').focus();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    const second = await page.locator('[data-row] a.title').nth(1).getAttribute('href');
    is(await page.evaluate(() => document.activeElement.getAttribute('href')), second, 'j twice: the second row');
    await page.keyboard.press('k');
    const first = await page.locator('[data-row] a.title').nth(0).getAttribute('href');
    is(await page.evaluate(() => document.activeElement.getAttribute('href')), first, 'k: back to the first');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**${first}`);
  });

  await test('keyboard: i takes a ticket, n writes a note, Ctrl+Enter sends it', async () => {
    const { ref } = await report('helga', {}, 'Taken by key');
    const page = await person('luca');
    await page.goto(`/agent/ticket/${ref}`);
    const taken = page.waitForResponse(r => r.request().method() === 'POST');
    await page.keyboard.press('i');
    await taken;
    await page.locator('form[action$="/release"]').waitFor();
    await page.keyboard.press('n');
    holds(await focused(page, '#f-note'), 'n opens the note');
    await page.keyboard.type('written without a mouse');
    await page.keyboard.press('Control+Enter');
    await page.locator('.msg-note', { hasText: 'written without a mouse' }).waitFor();
  });

  await test('keyboard: single keys can be switched off', async () => {
    const page = await person('luca');
    await page.goto('/agent/');
    await page.keyboard.press('?');
    await page.locator('[data-keys-switch]').click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    holds(!await focused(page, 'input[type=search]'), 'a switched-off key does nothing');
    await page.reload();
    await page.keyboard.press('/');
    holds(!await focused(page, 'input[type=search]'), 'nor on the next page');
  });

  await test('keyboard: the menu opens and closes with keys', async () => {
    const page = await person('anna');
    await page.goto('/portal/');
    await page.locator('details.menu summary').focus();
    await page.keyboard.press('Enter');
    is(await page.locator('details.menu[open]').count(), 1, 'Enter opens it');
    await page.keyboard.press('Escape');
    is(await page.locator('details.menu[open]').count(), 0, 'Escape closes it');
    holds(await focused(page, 'details.menu summary'), 'the focus is where it was');
  });

  await test('process: diagram with token, watermark, and the same as a table', async () => {
    const { ref } = await report('clara', {}, 'Seen as a diagram');
    const page = await person('luca');
    await page.goto(`/agent/ticket/${ref}/process`);
    await page.locator('.diagram[data-ready]').waitFor();
    is(await page.locator('.diagram .djs-element.mark-active[data-element-id="triage"]').count(), 1, 'the token at the triage');
    is(await page.locator('.diagram .djs-element.mark-done[data-element-id="classify"]').count(), 1, 'what is done is marked');
    const logo = page.locator('.diagram a[href*="bpmn.io"]');
    holds(await logo.isVisible(), 'the watermark is seen');
    const box = await logo.boundingBox();
    const over = await page.evaluate(([x, y]) => document.elementFromPoint(x, y)?.closest('a')?.href ?? '', [box.x + box.width / 2, box.y + box.height / 2]);
    holds(over.includes('bpmn.io'), 'nothing lies over the watermark');
    const row = page.locator('tbody tr', { hasText: 'triage' }).first();
    holds(await row.locator('.state-active').count() === 1, 'the table says the same');
    await page.goto(`/agent/ticket/${ref}`);
    holds(await page.locator('ol.steps [aria-current="step"]').count() === 1, 'the way in words');
    holds((await words(page)).length > 0 && await button(page, '/take').isVisible(), 'the ticket');
  });

  await test('process: without JavaScript the table is there and the page says so', async () => {
    const { ref } = await report('clara', {}, 'Seen without script');
    const page = await person('luca', { script: false });
    await page.goto(`/agent/ticket/${ref}/process`);
    holds(await page.locator('tbody tr .state-active').count() >= 1, 'the table shows where it stands');
  });
}
