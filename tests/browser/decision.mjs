// tests/browser/decision.mjs - a DMN file goes in, is tried with values, released by a second person, and tried again: with a mouse, by
// keyboard, on a telephone and without a script.
import { readFileSync } from 'node:fs';
import { fill, fixture, holds, is, person, send, shot, sizes, test, words } from './lib.mjs';

const RULES = readFileSync(fixture('tests/fixtures/dmn/request.dmn'), 'utf8');
const as_file = (name, text) => ({ name, mimeType: 'application/xml', buffer: Buffer.from(text) });

// The same model under other ids: decisions of two models in force may not share theirs.
let models = 0;
const model = () => RULES.replace('id="request_rules"', `id="rules_${++models}"`).replaceAll('request_', `m${models}_`);

async function upload(page, text) {
  await page.goto('/designer/upload');
  await page.locator('#f-file').setInputFiles(as_file('rules.dmn', text));
  return send(page, page.locator('form[action$="/upload"] button[type=submit]'));
}

const type = async (page, label, value) => {
  const field = page.getByLabel(label, { exact: true });
  if (await field.evaluate(e => e.tagName) === 'SELECT') await field.selectOption(value); else await field.fill(value);
};
const decide = page => send(page, page.locator('main form .acts button[type=submit]'));

async function choose(page, decision) {
  await page.locator('#f-element').selectOption({ label: decision });
  is(await send(page, page.locator('button[name=again]')), 200, `the inputs of ${decision}`);
}

// Opens the try-out of the version on the page.
async function try_out(page) {
  await page.locator('main a[href*="/tryout/"]').first().click();
  await page.locator('#f-element').waitFor();
}

const marked = async page => (await page.locator('tr.rule-hit > th').allInnerTexts()).map(t => t.replace(/\s+/g, ' ').trim());

export async function decision() {
  await test('decision: a model is read as text and tables', async () => {
    const peter = await person('peter');
    is(await upload(peter, model()), 200, 'the upload');
    holds(/\/designer\/decision\/rules_1\?version=\d+$/.test(peter.url()), `the draft's page, not ${peter.url()}`);
    const table = peter.locator('section', { has: peter.getByRole('heading', { name: 'Priority Decision' }) }).getByRole('table');
    is(await table.locator('tbody tr').count(), 5, 'rules');
    is((await table.locator('tbody tr').nth(2).locator('th, td').allInnerTexts()).join('|'), '3|"a team"|"high", "medium"|-|"P2"|', 'the third rule');
    holds((await table.locator('caption').textContent()).includes('First'), 'the hit policy in the caption');
    holds((await words(peter)).includes('function(orders: tOrders) if count(orders) = 0'), 'the knowledge model as text');
    await peter.getByRole('link', { name: 'total price' }).first().click();
    holds(await peter.locator('section:target').count() === 1, 'a link leads to what is needed');
    await shot(peter, 'decision-model');
  });

  await test('decision: a draft is tried, corrected, tried again', async () => {
    const peter = await person('peter');
    is(await upload(peter, model()), 200, 'the upload');
    await try_out(peter);
    await choose(peter, 'Answer');
    for (const [label, value] of [['impact', 'a team'], ['urgency', 'high'], ['board member', 'false'], ['cost centre', 'research'],
      ['orders', '[{article: "Screen", price: 250'], ['reported on', '2026-11-21']]) await type(peter, label, value);
    is(await decide(peter), 422, 'an input that is no FEEL');
    const orders = peter.getByLabel('orders', { exact: true });
    is(await orders.getAttribute('aria-invalid'), 'true', 'the field is marked');
    const told = (await orders.getAttribute('aria-describedby')).split(' ').map(id => `#${id}`).join(', ');
    holds((await peter.locator(told).allInnerTexts()).join(' ').includes('no value in FEEL'), 'and described by what is wrong');
    is(await orders.inputValue(), '[{article: "Screen", price: 250', 'what was typed');
    is(await peter.getByLabel('urgency', { exact: true }).inputValue(), 'high', 'the rest of it');
    await shot(peter, 'tryout-wrong');
    await orders.fill('[{article: "Screen", price: 250}]');
    is(await decide(peter), 200, 'the corrected form');
    holds((await words(peter)).includes('2026-11-26'), 'the date that was decided');
    is((await marked(peter)).join('|'), '3 matches|1 matches|3 matches', 'rules that matched, by a word');
    await shot(peter, 'tryout-answer');
    await peter.emulateMedia({ colorScheme: 'dark' });
    await shot(peter, 'tryout-answer-dark');
    await peter.setViewportSize(sizes.phone);
    is(await peter.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, 'pixels too wide on a telephone');
    await shot(peter, 'tryout-answer-phone');
  });

  await test('decision: Enter in a field decides, and does not change the decision', async () => {
    const peter = await person('peter');
    is(await upload(peter, model()), 200, 'the upload');
    await try_out(peter);
    const field = peter.getByLabel('cost centre', { exact: true });
    await field.fill('research');
    const [answer] = await Promise.all([
      peter.waitForResponse(r => r.request().isNavigationRequest() && r.request().method() === 'POST'), field.press('Enter')]);
    is(answer.status(), 200, 'the answer');
    await peter.locator('#h-answer').waitFor();
  });

  await test('decision: a second designer releases it; without a script all goes the same way', async () => {
    const peter = await person('peter');
    is(await upload(peter, model()), 200, 'the upload');
    const draft = peter.url();
    const sofia = await person('sofia', { script: false });
    await sofia.goto(draft);
    is(await fill(sofia, '/release', { comment: 'Tried.' }), 200, 'the release');
    holds((await words(sofia)).includes('Processes get their answers from this version now'), 'what that means');
    await try_out(sofia);
    await choose(sofia, 'Priority');
    await type(sofia, 'impact', 'the whole house');
    is(await decide(sofia), 200, 'the try-out');
    is(await sofia.locator('.answer').innerText(), '"P1"', 'the answer');
    is((await marked(sofia)).join('|'), '1 matches', 'the rule');
  });
}
