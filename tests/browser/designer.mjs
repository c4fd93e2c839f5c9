// tests/browser/designer.mjs - a BPMN file goes in: findings, draft, release by a second person, the next version.
import { readFileSync } from 'node:fs';
import { report, take } from './journey.mjs';
import { button, fill, fixture, holds, is, person, send, shot, test, unfold, words } from './lib.mjs';

const SOURCE = readFileSync(fixture('workflows/incident/incident.bpmn'), 'utf8');
const as_file = (name, text) => ({ name, mimeType: 'application/xml', buffer: Buffer.from(text) });

// The incident process with one step named otherwise: another file, the same process.
const renamed = name => SOURCE.replace('name="Diagnose"', `name="${name}"`);

async function upload(page, file, comment) {
  await page.goto('/designer/upload');
  await page.locator('#f-file').setInputFiles(file);
  if (comment) await page.locator('#f-comment').fill(comment);
  return send(page, button(page, '/upload'));
}

const versions = async page => {
  await page.goto('/designer/model/incident');
  return page.locator('table').first().locator('tbody tr').count();
};

// PETER uploads, SOFIA releases: the number of the version that is in force then.
async function release(name) {
  const peter = await person('peter');
  is(await upload(peter, as_file('incident.bpmn', renamed(name)), `Step named ${name}`), 200, 'the upload of a good file');
  const draft = peter.url();
  holds(/\/designer\/model\/incident\?version=\d+$/.test(draft), `the draft's page, not ${draft}`);
  const sofia = await person('sofia');
  await sofia.goto(draft);
  is(await fill(sofia, '/release', { comment: 'Read and tried.' }), 200, 'the release by a second designer');
  const row = await sofia.locator('tr', { has: sofia.locator('.state-released, .state-in_force, .state-current') }).first().innerText();
  return { peter, sofia, draft, version: Number(row.match(/version (\d+)/)?.[1]) };
}

export async function designer() {
  await test('designer: a faulty file is refused with every finding, and nothing is stored', async () => {
    const peter = await person('peter');
    const before = await versions(peter);
    const bad = SOURCE.replace('targetRef="triage"', 'targetRef="nowhere"').replace('default="triage_handover"', 'default="no_such_flow"')
      .replace('PT30M', 'half an hour');
    is(await upload(peter, as_file('broken.bpmn', bad), 'My comment'), 422, 'the answer to a faulty file');
    const rows = peter.locator('section[aria-labelledby="h-findings"] tbody tr');
    const errors = rows.filter({ has: peter.locator('.state-error') });
    holds(await errors.count() >= 3, `three faults, ${await errors.count()} errors`);
    for (const row of await errors.all()) {
      const cells = await row.locator('td, th').allInnerTexts();
      holds(/^\d+$/.test(cells[1].trim()), `a line in the file: ${cells}`);
      holds(cells[2].trim() !== '', `an element: ${cells}`);
      holds(cells[3].trim().length > 20, `what is wrong and what to do: ${cells}`);
      holds(/^[a-z-]+$/.test(cells[4].trim()), `a rule: ${cells}`);
    }
    is(await peter.locator('#f-comment').inputValue(), 'My comment', 'the comment is kept');
    await shot(peter, 'upload-findings');
    is(await versions(peter), before, 'versions after a refused file');
  });

  await test('designer: text that is no BPMN, and an entity bomb, are refused', async () => {
    const peter = await person('peter');
    const bomb = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><definitions>&b;</definitions>';
    for (const text of ['this is not XML', '<html/>', bomb, '']) {
      const status = await upload(peter, as_file('x.bpmn', text));
      holds(status === 422 || status === 400, `${text.slice(0, 20)}: ${status}`);
      is(await peter.locator('h1').count(), 1, 'headings');
    }
  });

  await test('designer: a draft is not released by its author, and by a second designer it is', async () => {
    const peter = await person('peter');
    is(await upload(peter, as_file('incident.bpmn', renamed('Diagnosis one')), 'First'), 200, 'the upload');
    is(await peter.locator('form[action$="/release"]').count(), 0, 'a button to release the own draft');
    await shot(peter, 'model-own-draft');
    const draft = peter.url();
    const sofia = await person('sofia');
    await sofia.goto(draft);
    const path = await sofia.locator('form[action$="/release"]').getAttribute('action');
    const fields = await peter.locator('details.menu form[action$="/login/out"]').evaluate(f => Object.fromEntries(new FormData(f)));
    const answer = await peter.request.post(path, { form: { ...fields, comment: 'me' }, headers: { Origin: new URL(draft).origin }, maxRedirects: 0 });
    is(answer.status(), 403, 'the own release by a request of one\'s own');
    is(await fill(sofia, '/release', { comment: 'Good.' }), 200, 'the release by sofia');
    await shot(sofia, 'model-released');
    await sofia.goto('/designer/model');
    await shot(sofia, 'model-list');
  });

  await test('designer: running tickets stay on their version', async () => {
    const first = await release('Diagnosis two');
    const old = await report('ben', {}, 'Begun on the older version');
    const next = await release('Diagnosis three');
    is(next.version, first.version + 1, 'the next version');
    const young = await report('ben', {}, 'Begun on the newer version');
    for (const [ref, version, step] of [[old.ref, first.version, 'Diagnosis two'], [young.ref, next.version, 'Diagnosis three']]) {
      const luca = await take('luca', ref);
      holds((await words(luca)).includes(`version ${version}`), `${ref} runs on version ${version}`);
      is(await fill(luca, '/handover', { findings: 'Nothing found.' }), 200, 'the handover');
      await luca.goto(`/agent/ticket/${ref}/process`);
      is(await luca.locator('#marks [data-node="diagnose"]').getAttribute('data-state'), 'active', `${ref} stands at the diagnosis`);
      holds((await words(luca)).includes(step), `${ref} goes by "${step}"`);
    }
  });

  for (const dialect of ['camunda', 'zeebe', 'plain']) {
    await test(`designer: the same process as ${dialect === 'plain' ? 'bpmn.io' : dialect} writes it becomes a draft`, async () => {
      const peter = await person('peter');
      const path = fixture(`tests/fixtures/model/incident-${dialect}.bpmn`);
      is(await upload(peter, path), 200, 'the upload');
      holds(/\?version=\d+$/.test(peter.url()), `a draft, not ${peter.url()}`);
      is(await peter.locator('.state-error').count(), 0, 'errors');
      await peter.locator('.diagram[data-ready]').waitFor();
      await unfold(peter, '/discard');
      is(await send(peter, button(peter, '/discard')), 200, 'the draft is discarded');
    });
  }
}
