// tests/browser/pages.mjs - every page in light and dark, on a desk and on a phone, in English and German: accessible (axe-core),
// no scrolling sideways, no error on the console, no text key that nobody translated. The other languages: some pages each.
import { report, take } from './journey.mjs';
import { axe_source, fill, fixture, holds, is, person, send, shot, sizes, speak, test, window_of } from './lib.mjs';

const AXE = axe_source();
const LOOKS = [['light', 'desk'], ['dark', 'desk'], ['light', 'phone'], ['dark', 'phone']];

// Texts that look like a key of the catalogues ("request.new.title"): none may be seen. Addresses, file names, topics of
// services and names of fields are data.
function raw_keys() {
  const seen = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n = walk.nextNode(); n; n = walk.nextNode()) {
    const text = n.data.trim();
    if (!/^[a-z]+(\.[a-z_0-9]+)+$/.test(text) || n.parentElement.closest('.diagram, script, style, .mono, code, .change, textarea, pre')) continue;
    if (/\.(bpmn|dmn|json|csv|txt|xml)$/.test(text)) continue;
    seen.push(text);
  }
  for (const e of document.querySelectorAll('[aria-label], [title], [placeholder]')) {
    for (const a of ['aria-label', 'title', 'placeholder']) {
      if (/^[a-z]+(\.[a-z_0-9]+)+$/.test(e.getAttribute(a) ?? '')) seen.push(e.getAttribute(a));
    }
  }
  return seen;
}

// A dark page differs from the light one in its colours only. The drawing is left out: bpmn.io sets its
// colours inside the SVG, and axe guesses what lies behind a label; the table beside it says the same in text.
async function axe(page, theme) {
  return page.evaluate(async dark => {
    const rules = dark ? { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }
      : { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
    const found = await window.axe.run({ exclude: [['.djs-container']] }, { resultTypes: ['violations'], runOnly: rules });
    return found.violations.map(v => `${v.impact} ${v.id}: ${v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(' | ')}`);
  }, theme === 'dark');
}

// What holds for the page as it stands, in each look.
async function check(page, name, lang, looks = LOOKS) {
  const wrong = [];
  is(await page.locator('html').getAttribute('lang'), lang, `${name}: the language of the page`);
  is(await page.locator('h1').count(), 1, `${name}: headings of the first rank`);
  holds(!/^ · |undefined/.test(await page.title()), `${name}: a title, not "${await page.title()}"`);
  for (const key of await page.evaluate(raw_keys)) wrong.push(`not translated: ${key}`);
  if (await page.locator('.diagram').count()) await page.locator('.diagram[data-ready]').waitFor();
  await page.evaluate(AXE);
  for (const [theme, size] of looks) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await page.setViewportSize(sizes[size]);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 0) wrong.push(`${size}: ${wide} px too wide`);
    for (const v of await axe(page, theme)) wrong.push(`${theme} ${size}: ${v}`);
    if (lang === 'de' || theme === 'light') await shot(page, `page-${name}-${lang}-${theme}-${size}`);
  }
  holds(wrong.length === 0, `${name} (${lang}): ${[...new Set(wrong)].join('\n#     ')}`);
}

async function open(page, path, status = 200) {
  const answer = await page.goto(path);
  is(answer.status(), status, path);
}

const hrefs = (page, selector) => page.locator(selector).evaluateAll(all => all.map(a => a.getAttribute('href')));

// name, who, how to get there; a path is opened, a function is called with the page.
function list(of) {
  return [
    ['portal-home', 'anna', '/portal/'],
    ['portal-catalog', 'anna', '/portal/catalog'],
    ['portal-new', 'anna', '/portal/request/new'],
    ['portal-requests', 'anna', '/portal/request?which=all'],
    ['portal-request', 'anna', `/portal/request/${of.open}`],
    ['portal-confirm', 'anna', `/portal/request/${of.solved}`],
    ['portal-profile', 'anna', '/portal/profile'],
    ['error-403', 'anna', p => open(p, '/agent/', 403)],
    ['error-404', 'anna', p => open(p, '/portal/request/INC-999999', 404)],
    ['agent-queue', 'luca', '/agent/queue'],
    ['agent-mine', 'luca', '/agent/queue/mine'],
    ['agent-ticket', 'luca', `/agent/ticket/${of.open}`],
    ['agent-ticket-refused', 'luca', async p => {
      await open(p, `/agent/ticket/${of.open}`);
      await p.locator('details.doing:has(form[action$="/handover"]) > summary').click();
      await p.locator('#f-findings').fill(' ');
      is(await send(p, p.locator('form[action$="/handover"] button[type=submit]')), 422, 'a handover without findings');
    }],
    ['agent-process', 'luca', `/agent/ticket/${of.open}/process`],
    ['agent-task', 'luca', async p => {
      await open(p, `/agent/ticket/${of.open}`);
      await open(p, (await hrefs(p, 'aside a[href*="/agent/task/"]'))[0]);
    }],
    ['agent-search', 'luca', '/agent/search?q=wi-fi'],
    ['agent-search-none', 'luca', '/agent/search?q=xyzzyx'],
    ['agent-assets', 'luca', '/agent/ci'],
    ['agent-asset', 'luca', '/agent/ci/CI-0001'],
    ['designer-list', 'peter', '/designer/model'],
    ['designer-model', 'peter', '/designer/model/incident'],
    ['designer-upload', 'peter', '/designer/upload'],
    ['designer-findings', 'peter', async p => {
      await open(p, '/designer/upload');
      await p.locator('#f-file').setInputFiles({ name: 'bad.bpmn', mimeType: 'application/xml', buffer: Buffer.from(of.bad) });
      is(await send(p, p.locator('form[action$="/upload"] button[type=submit]')), 422, 'a faulty file');
    }],
    ['designer-decision', 'peter', of.rules],
    ['designer-tryout', 'peter', p => try_out(p, of.rules, 'research', 200)],
    ['designer-tryout-wrong', 'peter', p => try_out(p, of.rules, '', 422)],
    ['auditor-list', 'eva', '/auditor/trail'],
    ['auditor-trail', 'eva', `/auditor/trail/${of.open}`],
    ['auditor-definitions', 'eva', '/auditor/definition'],
    ['admin-health', 'ada', '/admin/'],
    ['admin-jobs', 'ada', '/admin/job'],
    ['admin-instances', 'ada', '/admin/instance'],
    ['admin-instance', 'ada', async p => {
      await open(p, `/admin/instance?q=${of.open}`);
      await open(p, (await hrefs(p, 'a[href*="/admin/instance/"]'))[0]);
    }],
    ['admin-roles', 'ada', '/admin/role'],
    ['admin-person', 'ada', async p => {
      await open(p, '/admin/role?q=anna');
      await open(p, (await hrefs(p, 'a[href*="/admin/person/"]'))[0]);
    }],
  ];
}

// The decision "Answer" of the rules for requests with all its inputs; STATUS 422: with one that is no FEEL.
async function try_out(page, rules, centre, status) {
  await open(page, rules);
  await page.locator('main a[href*="/tryout/"]').first().click();
  await page.locator('textarea[name^="v."]').fill('[{article: "Screen", price: 250}]');
  await page.locator('input[type=text][name^="v."]').fill(centre);
  if (status !== 200) await page.locator('textarea[name^="v."]').fill('[{');
  is(await send(page, page.locator('main form .acts button[type=submit]')), status, 'a try-out');
}

const reach = (page, how) => (typeof how === 'string' ? open(page, how) : how(page));

async function prepare() {
  const { ref } = await report('anna', {}, 'Pages: an open ticket', { asset: true, file: true });
  const luca = await take('luca', ref);
  is(await fill(luca, '/answer', { answer: 'A line that is long enough to wrap on a telephone, with a_word_that_does_not_wrap_at_all_because_it_is_a_path/of/a/file.' }), 200, 'an answer');
  is(await fill(luca, '/note', { note: 'A note.' }), 200, 'a note');
  const solved = await report('anna', {}, 'Pages: a solved ticket');
  const other = await take('luca', solved.ref);
  is(await fill(other, '/resolve', { solution: 'Done.' }), 200, 'a solution');
  const peter = await person('peter');
  await peter.goto('/designer/upload');
  await peter.locator('#f-file').setInputFiles(fixture('tests/fixtures/dmn/request.dmn'));
  is(await send(peter, peter.locator('form[action$="/upload"] button[type=submit]')), 200, 'a decision model');
  const rules = new URL(peter.url()).pathname;
  const bad = '<?xml version="1.0"?>\n<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x">\n<process id="p" isExecutable="true">\n<startEvent id="s"/><task id="t"/><sequenceFlow id="f" sourceRef="s" targetRef="u"/>\n</process></definitions>\n';
  return { open: ref, solved: solved.ref, bad, rules };
}

export async function pages() {
  let of;
  await test('pages: tickets to show', async () => { of = await prepare(); });
  for (const lang of ['en', 'de']) {
    for (const [name, uid, how] of of ? list(of) : []) {
      await test(`pages: ${name} (${lang})`, async () => {
        const page = await person(uid, { lang });
        await reach(page, how);
        await check(page, name, lang);
      });
    }
    await test(`pages: sign-in, refused and signed out (${lang})`, async () => {
      const page = await window_of({ lang });
      await open(page, '/login/');
      await check(page, 'login', lang);
      await page.locator('#f-user').fill('nobody');
      await page.locator('#f-password').fill('wrong');
      is(await send(page, page.locator('main form button[type=submit]')), 422, 'a wrong password');
      is(await page.locator('#f-user').inputValue(), 'nobody', 'the name is kept');
      is(await page.locator('#f-password').inputValue(), '', 'the password is not');
      await check(page, 'login-refused', lang);
      await open(page, '/login/out');
      await check(page, 'signed-out', lang);
    });
  }
  for (const lang of ['it', 'pl', 'hu']) {
    await test(`pages: home, request, ticket and process (${lang})`, async () => {
      for (const [name, uid, how] of list(of).filter(([n]) => ['portal-home', 'portal-request', 'agent-ticket', 'agent-process'].includes(n))) {
        const page = await person(uid, { lang });
        await reach(page, how);
        await check(page, name, lang, [['light', 'phone']]);
      }
    });
  }
  await test('pages: the chosen theme and language stay with the person', async () => {
    const page = await person('clara');
    await page.goto('/portal/');
    await page.locator('details.menu summary').first().click();
    await send(page, page.locator('form[action$="/login/look"] button[name="theme"][value="dark"]'));
    is(await page.locator('html').getAttribute('data-bs-theme'), 'dark', 'the theme');
    is(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(18, 23, 26)', 'the paper');
    await speak(page, 'hu');
    const again = await window_of({ lang: 'en' }, await page.context().storageState());
    await again.goto('/portal/request');
    is(await again.locator('html').getAttribute('lang'), 'hu', 'the language in another window');
    await speak(again, 'en');
  });
}
