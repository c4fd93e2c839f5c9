// tests/browser/journey.mjs - a ticket climbs the tiers: with a script and without.
import {
  await_page, button, fill, gradus, holds, is, person, send, shot, test, unfold, window_of, words,
} from './lib.mjs';

const MARK = 'INTERNAL-4711'; // of internal notes: no page of a requester may hold it
const FILE = { name: 'cable "1" <b>.txt', mimeType: 'text/plain', buffer: Buffer.from('it hangs by a thread\n') };

// A request by UID: portal, service, form; its number.
export async function report(uid, look, title, choices = {}) {
  const page = await person(uid, look);
  await page.goto('/portal/');
  await page.locator('.acts a.btn-main').first().click();
  await page.locator('ul.tiles a.tile').first().click();
  holds(await page.locator('#f-service').inputValue() !== '', 'the service of the tile is chosen in the form');
  await page.locator('#f-title').fill(title);
  await page.locator('#f-description').fill('It flickers since Monday.\nSecond line, with ümlauts and <b>marks</b>.');
  await page.locator(`label[for="impact-${choices.impact ?? 'person'}"]`).click();
  await page.locator(`label[for="urgency-${choices.urgency ?? 'high'}"]`).click();
  let asset = null;
  if (choices.asset) {
    const own = page.locator('#f-asset .choice').nth(1);
    asset = (await own.locator('label').innerText()).split('\n')[0];
    await own.locator('input').check();
  }
  if (choices.file) await page.locator('#f-file').setInputFiles(FILE);
  is(await send(page, button(page, '/request/new')), 200, 'the answer to a new request');
  const ref = page.url().match(/\/portal\/request\/([A-Z]+-\d+)$/)?.[1];
  holds(ref, `a number at once, not ${page.url()}`);
  holds((await words(page)).includes(ref), 'the number stands on the page');
  return { ref, page, asset };
}

export async function take(uid, ref, look) {
  const page = await person(uid, look);
  await page.goto(`/agent/ticket/${ref}`);
  is(await send(page, button(page, '/take')), 200, `${uid} takes ${ref}`);
  return page;
}

// The requester's pages and what hangs on them, in search of MARK.
async function no_leak(page, ref) {
  for (const path of [`/portal/request/${ref}`, '/portal/', '/portal/request?which=all', '/portal/profile']) {
    await page.goto(path);
    holds(!(await page.content()).includes(MARK), `${path} does not show the internal note`);
  }
}

async function climb(look) {
  const title = `Screen flickers ${look.script === false ? 'without script' : 'with script'}`;
  const { ref, page: anna, asset } = await report('anna', look, title, { asset: true, file: true });
  let text = await words(anna);
  holds(text.includes(asset), `the page of ${ref} names ${asset}`);
  holds(/cable .*\.txt/.test(text), 'the attachment is listed by its name, without what no file system takes');
  holds(text.includes('<b>marks</b>'), 'what was typed is shown as typed');
  const file = await anna.request.get(await anna.locator('a.file').first().getAttribute('href'));
  is(await file.text(), FILE.buffer.toString(), 'the attachment comes back as it was sent');
  holds(/^attachment/.test(file.headers()['content-disposition']), 'an attachment is never shown in place');
  await shot(anna, `request-${look.script === false ? 'plain' : 'script'}`);

  // L1: the queue, the ticket, an answer, a note, a handover that lacks its findings, one that has them
  const luca = await person('luca', look);
  await luca.goto('/agent/');
  await luca.getByRole('link', { name: title }).first().click();
  holds(luca.url().endsWith(`/agent/ticket/${ref}`), `the queue leads to ${ref}`);
  is(await send(luca, button(luca, '/take')), 200, 'luca takes it');
  is(await fill(luca, '/answer', { answer: 'We look at it today.' }), 200, 'a visible answer');
  is(await fill(luca, '/note', { note: `${MARK}: the dock is known` }), 200, 'an internal note');
  holds((await words(luca)).includes(MARK), 'the note stands on the page of the agent');
  await shot(luca, 'ticket-l1');
  await unfold(luca, '/handover');
  await luca.locator('#f-findings').fill('   ');
  is(await send(luca, button(luca, '/handover')), 422, 'a handover without findings');
  holds(await luca.locator('#f-findings').getAttribute('aria-invalid') === 'true', 'the field says that it is missing');
  await shot(luca, 'handover-refused');
  is(await fill(luca, '/handover', { findings: 'Cable and screen swapped, the same.' }), 200, 'a handover with findings');

  const marta = await take('marta', ref, look);
  holds((await words(marta)).includes('Cable and screen swapped'), 'L2 reads what L1 found');
  is(await fill(marta, '/handover', { findings: 'It is the firmware of the dock.' }), 200, 'L2 hands over');
  const jan = await take('jan', ref, look);
  is(await fill(jan, '/resolve', { solution: 'New firmware 1.2 on the dock.' }), 200, 'L3 resolves');

  await anna.reload();
  text = await words(anna);
  holds(text.includes('We look at it today.'), 'the requester reads the answer');
  holds(text.includes('New firmware 1.2 on the dock.'), 'the requester reads the solution');
  holds(!text.includes('Cable and screen swapped'), 'findings stay inside');
  await no_leak(anna, ref);
  await anna.goto(`/portal/request/${ref}`);
  await shot(anna, 'confirm');
  is(await fill(anna, '/reject', { reason: 'Still flickers at noon.' }), 200, 'the requester rejects');

  await take('paul', ref, look).then(paul => paul.context().close());
  await marta.goto(`/agent/ticket/${ref}`);
  holds((await words(marta)).includes('Still flickers at noon.'), 'L2 reads why it came back');
  const paul = await person('paul', look);
  await paul.goto(`/agent/ticket/${ref}`);
  is(await fill(paul, '/resolve', { solution: 'Another dock.' }), 200, 'L2 resolves');
  await anna.reload();
  is(await send(anna, button(anna, '/confirm')), 200, 'the requester confirms');
  holds(await anna.locator('.head .state-closed').count() === 1, `${ref} is closed`);
  is(await anna.locator('form[action$="/confirm"], form[action$="/answer"]').count(), 0, 'forms on a closed request');
  await no_leak(anna, ref);
  await anna.goto(`/portal/request/${ref}`);
  await shot(anna, 'request-closed');
  return { ref, asset };
}

// What is refused, and that nothing typed is lost with it.
async function refused_page(page, status, seen, typed, what) {
  is(seen, status, what);
  holds(await page.locator('h1').count() === 1, `${what}: a page with a heading`);
  if (typed) holds((await page.content()).includes(typed), `${what}: what was typed is still there`);
}

export async function journey() {
  let done;
  await test('journey: a request climbs L1, L2, L3, is rejected, solved and closed', async () => { done = await climb({}); });
  await test('journey: the same without JavaScript', () => climb({ script: false }));

  await test('journey: an asset shows its tickets, a ticket its assets', async () => {
    holds(done, 'the journey before');
    const page = await person('luca');
    await page.goto(`/agent/ticket/${done.ref}`);
    await page.locator('aside').getByRole('link', { name: done.asset }).click();
    await page.waitForURL(/\/agent\/ci\/CI-/);
    await page.locator('main').getByRole('link', { name: 'Screen flickers with script' }).first().click();
    await page.waitForURL(`**/agent/ticket/${done.ref}`);
  });

  await test('journey: a form that is not complete keeps what was typed', async () => {
    const page = await person('anna', { script: false });
    await page.goto('/portal/request/new');
    await page.locator('form[action$="/request/new"]').evaluate(f => { f.noValidate = true; });
    await page.locator('#f-title').fill('Half a report');
    await page.locator('#f-description').fill('Typed with care.');
    is(await send(page, button(page, '/request/new')), 422, 'a request without a service');
    is(await page.locator('#f-title').inputValue(), 'Half a report', 'the title');
    is(await page.locator('#f-description').inputValue(), 'Typed with care.', 'the description');
    is(await page.locator('#f-service').getAttribute('aria-invalid'), 'true', 'the field in error says so');
    holds(await page.locator('.say-bad a[href="#f-service"]').count() === 1, 'the summary leads to the field');
    await shot(page, 'new-refused');
  });

  await test('journey: the wrong tier and the wrong person are refused', async () => {
    const { ref } = await report('clara', {}, 'Refused to the wrong people');
    const marta = await person('marta');
    await marta.goto(`/agent/ticket/${ref}`);
    is(await marta.locator('form[action$="/take"]').count(), 0, 'L2 sees no button to take a ticket of L1');
    const luca = await take('luca', ref);
    const nina = await person('nina');
    await nina.goto(`/agent/ticket/${ref}`);
    is(await nina.locator('form[action$="/handover"]').count(), 0, 'a colleague sees no forms of a task that is taken');
    // the same request as from a page that they do not have: luca's form, sent by nina and by marta
    for (const [who, uid] of [[nina, 'nina'], [marta, 'marta']]) {
      const fields = await luca.locator('form[action$="/handover"]').evaluate(f => Object.fromEntries(new FormData(f)));
      const own = await who.locator('details.menu form[action$="/login/out"]').evaluate(f => Object.fromEntries(new FormData(f)));
      await who.evaluate(([path, all]) => {
        const f = document.createElement('form');
        f.method = 'post';
        f.action = path;
        for (const [name, value] of Object.entries(all)) {
          const i = document.createElement('input');
          i.name = name;
          i.value = value;
          f.append(i);
        }
        const b = document.createElement('button');
        b.type = 'submit';
        b.id = 'forged';
        f.append(b, 'forged');
        document.body.append(f);
      }, [`/agent/ticket/${ref}/handover`, { ...fields, ...own, findings: 'typed by somebody else' }]);
      const status = await send(who, who.locator('#forged'));
      holds(status === 403 || status === 409, `${uid}: ${status}`);
      await refused_page(who, status, status, 'typed by somebody else', `${uid}'s handover`);
      is(await who.locator('main [name="task"]:visible').count(), 0, 'what nobody typed is not shown');
      await shot(who, `refused-${uid}`);
    }
    const anna = await person('anna');
    is((await anna.goto(`/portal/request/${ref}`)).status(), 404, "another one's request does not exist");
    is((await anna.goto(`/agent/ticket/${ref}`)).status(), 403, 'the support pages are not for requesters');
    await anna.locator('main a.btn').last().click();
    holds(await anna.locator('.head').count() === 1 && anna.url().includes('/portal/'), 'the way home leads to a page of their own');
  });

  await test('journey: a stale form is refused and keeps its text', async () => {
    const { ref } = await report('ben', {}, 'Two tabs');
    const first = await take('luca', ref);
    const second = await first.context().newPage();
    await second.goto(`/agent/ticket/${ref}`);
    is(await fill(first, '/handover', { findings: 'First tab.' }), 200, 'the first tab');
    const status = await fill(second, '/handover', { findings: 'Second tab, long text.' });
    await refused_page(second, 409, status, 'Second tab, long text.', 'the second tab');
    await shot(second, 'stale');
    const marta = await person('marta');
    await marta.goto(`/agent/ticket/${ref}`);
    holds(!(await words(marta)).includes('Second tab'), 'nothing of the second tab is stored');
  });

  await test('journey: a double click counts once', async () => {
    for (const script of [true, false]) {
      const { ref } = await report('dorota', {}, `Clicked twice ${script}`);
      const page = await take('nina', ref, { script });
      await unfold(page, '/answer');
      await page.locator('#f-answer').fill('Only once, please.');
      await button(page, '/answer').dblclick();
      await page.waitForLoadState('networkidle');
      await page.goto(`/agent/ticket/${ref}`);
      is(await page.locator('.msg-body', { hasText: 'Only once, please.' }).count(), 1, 'answers on the ticket');
    }
  });

  await test('journey: the same form sent again is done once', async () => {
    const { ref } = await report('dorota', {}, 'Sent again');
    const page = await take('nina', ref);
    await unfold(page, '/answer');
    const form = await page.locator('form[action$="/answer"]').evaluate(f => Object.fromEntries([...new FormData(f)].filter(([k]) => k !== 'file')));
    form.answer = 'Sent twice by a bad line.';
    for (let i = 0; i < 2; i++) {
      const answer = await page.request.post(`/agent/ticket/${ref}/answer`, { multipart: form, maxRedirects: 0, headers: { Origin: new URL(page.url()).origin } });
      is(answer.status(), 303, `the answer, time ${i + 1}`);
    }
    await page.goto(`/agent/ticket/${ref}`);
    is(await page.locator('.msg-body', { hasText: 'Sent twice by a bad line.' }).count(), 1, 'answers on the ticket');
  });

  await test('journey: signed out in another tab, the text is kept', async () => {
    const { ref } = await report('helga', {}, 'Signed out meanwhile');
    const page = await window_of();
    await page.context().addCookies((await (await person('helga')).context().cookies()));
    await page.goto(`/portal/request/${ref}`);
    await page.locator('#f-answer').fill('Typed before the session ended.');
    await page.context().clearCookies({ name: /gradus$/ });
    const status = await send(page, button(page, '/answer'));
    await refused_page(page, 401, status, 'Typed before the session ended.', 'an answer after signing out');
    await shot(page, 'signed-out');
  });
}

export async function timers() {
  await test('timers: after 30 minutes a warning, after an hour the ticket goes to L2', async () => {
    const { ref } = await report('gabor', {}, 'Nobody takes it');
    const luca = await person('luca');
    await luca.goto(`/agent/ticket/${ref}/process`);
    is(await luca.locator('#marks [data-node="triage"]').getAttribute('data-state'), 'active', 'the triage');
    gradus('demo', 'advance', 'PT31M');
    await luca.goto(`/agent/ticket/${ref}/process`);
    const state = (page, node) => page.locator(`#marks [data-node="${node}"]`).getAttribute('data-state');
    await await_page(luca, async () => await state(luca, 'warn') === 'done', 'the warning');
    is(await state(luca, 'triage'), 'active', 'the triage after the warning');
    gradus('demo', 'advance', 'PT31M');
    await await_page(luca, async () => await state(luca, 'escalate') === 'done', 'the escalation');
    is(await state(luca, 'triage'), 'done', 'the triage after the escalation');
    is(await state(luca, 'diagnose'), 'active', 'the diagnosis');
    const marta = await person('marta');
    await marta.goto(`/agent/ticket/${ref}`);
    is(await marta.locator('form[action$="/take"]').count(), 1, 'L2 may take it now');
    await shot(marta, 'escalated');
  });
}
