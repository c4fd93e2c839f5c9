// tests/browser/auditor.mjs - who did what, when and why; the check of the chain; the trail taken away and proven elsewhere.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { report, take } from './journey.mjs';
import { button, fill, holds, is, person, send, shot, test, verify, words } from './lib.mjs';

async function download(page, format, path) {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.locator(`form[action$="/export"] button[value="${format}"]`).click(),
  ]);
  await file.saveAs(path);
  return file.suggestedFilename();
}

export async function auditor() {
  const dir = mkdtempSync(join(tmpdir(), 'gradus-trail-'));
  let ref;
  await test('auditor: the trail tells who, when, why, old and new', async () => {
    ({ ref } = await report('helga', {}, 'Proven by its trail', { asset: true }));
    const luca = await take('luca', ref);
    is(await fill(luca, '/handover', { findings: 'Nothing found.' }), 200, 'the handover');
    const eva = await person('eva');
    await eva.goto('/auditor/trail');
    await eva.locator('#f-q').fill(ref);
    await eva.locator('form.filters button[type=submit]').click();
    await eva.waitForURL(`**/auditor/trail/${ref}`); // a number leads to its one ticket
    await eva.locator('table.trail').waitFor();
    const times = await eva.locator('table.trail time').evaluateAll(all => all.map(t => t.textContent));
    holds(times.length >= 5, `${times.length} events`);
    for (const t of times) holds(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(t), `UTC with microseconds: ${t}`);
    const text = await words(eva);
    for (const part of ['Helga', 'Luca', 'version ']) holds(text.includes(part), `the trail says "${part}"`);
    const change = eva.locator('.change', { has: eva.locator('del', { hasText: /^L1$/ }) });
    is(await change.locator('ins').innerText(), 'L2', 'the tier after L1');
    await shot(eva, 'trail');
  });

  await test('auditor: the chain is checked on the page', async () => {
    const eva = await person('eva');
    await eva.goto(`/auditor/trail/${ref}`);
    is(await send(eva, button(eva, '/check')), 200, 'the check');
    is(await eva.locator('.say-good .i').count() > 0, true, 'the chain is intact');
    await shot(eva, 'trail-checked');
  });

  await test('auditor: the export is proven offline, and one flipped byte is found', async () => {
    const eva = await person('eva');
    await eva.goto(`/auditor/trail/${ref}`);
    const json = join(dir, 'trail.json');
    const csv = join(dir, 'trail.csv');
    is(await download(eva, 'json', json), `${ref}.json`, 'the name of the file');
    is(await download(eva, 'csv', csv), `${ref}.csv`, 'the name of the file');
    const rows = readFileSync(csv, 'utf8').split('\r\n').filter(Boolean);
    holds(rows.length > 5 && rows[0].includes(','), `the table: ${rows[0]}`);
    const good = verify(json);
    is(good.code, 0, `gradus-verify on the export: ${good.said}`);
    const bytes = readFileSync(json);
    let found = 0;
    // every place where a digit or a letter of a fact stands; twenty of them, spread over the file
    const places = [...bytes.toString('latin1').matchAll(/[0-9a-z](?=[^":]*"[,}\]])/g)].map(m => m.index);
    const step = Math.max(1, Math.floor(places.length / 20));
    const tried = places.filter((_, i) => i % step === 0);
    for (const at of tried) {
      const other = Buffer.from(bytes);
      other[at] = other[at] === 0x61 ? 0x62 : 0x61;
      if (other[at] === bytes[at]) continue;
      writeFileSync(join(dir, 'flipped.json'), other);
      const bad = verify(join(dir, 'flipped.json'));
      holds(bad.code === 1 || bad.code === 2, `byte ${at} (${bytes.subarray(Math.max(0, at - 30), at + 30)}): ${bad.code} ${bad.said}`);
      if (bad.code === 1) found++;
    }
    holds(found > 0, `${found} of ${tried.length} changed bytes were named as altered`);
    writeFileSync(join(dir, 'cut.json'), bytes.subarray(0, bytes.length / 2));
    is(verify(join(dir, 'cut.json')).code, 1, 'half a file');
    writeFileSync(join(dir, 'other.json'), '{"some":"thing"}\n');
    is(verify(join(dir, 'other.json')).code, 2, 'a file that is no export');
    const event = bytes.toString('utf8').replace('Luca Rossi', 'Luca Rosso');
    writeFileSync(join(dir, 'word.json'), event);
    const word = verify(join(dir, 'word.json'));
    is(word.code, 1, `one letter of a name: ${word.said}`);
    holds(/\d/.test(word.said), `the place is named: ${word.said}`);
  });

  await test('auditor: others do not get there', async () => {
    for (const uid of ['anna', 'luca', 'peter']) {
      const page = await person(uid);
      is((await page.goto(`/auditor/trail/${ref}`)).status(), 403, `${uid} at the trail`);
    }
  });
  rmSync(dir, { recursive: true });
}
