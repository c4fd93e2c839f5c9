// tests/browser/lib.mjs - one Chromium, people who are signed in, tests that are counted.
//
// Every page that a test opens is watched: an error on the console (a violation of the content security policy is one), an
// exception, an answer of 5xx or a request that failed makes the test fail at its end, whatever else it found.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

export const TOP = new URL('../..', import.meta.url).pathname;
export const BASE = process.env.URL;
export const DIR = process.env.D;
const BIN = process.env.BIN || `${TOP}build/bin`;
const SHOTS = process.env.SHOTS; // a folder: what the tests saw is saved there

// Long enough for a machine that runs other suites as well; what is awaited comes within milliseconds.
const PATIENCE = 30000;

const PHONE = { width: 390, height: 844 };
const DESK = { width: 1280, height: 900 };
export const sizes = { desk: DESK, phone: PHONE };

let browser;
const troubles = [];
const cookies = new Map(); // one sign-in for each person: "anna" -> the state of a context

export async function browser_start() {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    headless: true,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
}

export const browser_end = () => browser?.close();

// ---- tests ----

let passed = 0;
let failed = 0;

export class Failure extends Error {}

export function is(seen, wanted, what) {
  if (seen !== wanted) throw new Failure(`${what}: ${JSON.stringify(seen)}, not ${JSON.stringify(wanted)}`);
}

export function holds(condition, what) {
  if (!condition) throw new Failure(what);
}

// The contexts that a test opened are closed at its end, also when it fails.
const opened = new Set();

export async function test(name, run) {
  const from = Date.now();
  troubles.length = 0;
  let wrong = null;
  try {
    await run();
  } catch (e) {
    wrong = e instanceof Failure ? e.message : String(e.stack ?? e).split('\n').slice(0, 12).join('\n#   ');
    if (SHOTS) await shoot_all(name);
  }
  for (const c of opened) await c.close().catch(() => {});
  opened.clear();
  if (troubles.length) wrong = [wrong, ...new Set(troubles)].filter(Boolean).join('\n#   ');
  if (wrong) failed++; else passed++;
  console.log(`${wrong ? 'not ok' : 'ok'} ${name} (${((Date.now() - from) / 1000).toFixed(1)} s)`);
  if (wrong) console.log(`#   ${wrong}`);
}

async function shoot_all(name) {
  let n = 0;
  for (const c of opened) {
    for (const p of c.pages()) {
      await p.screenshot({ path: `${SHOTS}/failed-${name.replace(/[^a-z0-9]+/gi, '-')}-${n++}.png`, fullPage: true }).catch(() => {});
    }
  }
}

export function tally() {
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0;
}

// ---- pages ----

// Chromium reports each answer of 4xx on its console. A page that refuses answers so on purpose; a file of ours never does.
function is_refusal(message, page) {
  return /^Failed to load resource: the server responded with a status of 4\d\d/.test(message.text())
    && message.location().url.split('#')[0] === page.url().split('#')[0];
}

function watch(page) {
  page.setDefaultTimeout(PATIENCE);
  page.on('console', m => {
    if ((m.type() === 'error' || m.type() === 'warning') && !is_refusal(m, page)) troubles.push(`console of ${page.url()}: ${m.text()}`);
  });
  page.on('pageerror', e => troubles.push(`exception at ${page.url()}: ${e.message}`));
  page.on('response', r => {
    if (r.status() >= 500) troubles.push(`${r.request().method()} ${r.url()}: ${r.status()}`);
  });
  page.on('requestfailed', r => {
    if (r.failure()?.errorText !== 'net::ERR_ABORTED') troubles.push(`${r.url()}: ${r.failure()?.errorText}`);
  });
}

// A window of nobody. look: lang, theme ("light", "dark"), size, script (false: without JavaScript).
export async function window_of(look = {}, state = undefined) {
  const context = await browser.newContext({
    baseURL: BASE,
    locale: look.lang ?? 'en',
    colorScheme: look.theme ?? 'light',
    viewport: sizes[look.size ?? 'desk'],
    javaScriptEnabled: look.script ?? true,
    storageState: state,
    reducedMotion: 'reduce',
  });
  opened.add(context);
  context.on('page', watch);
  const page = await context.newPage();
  return page;
}

// A window of somebody who is signed in, in the language wanted. Two windows of one person share nothing but the session.
export async function person(uid, look = {}) {
  const lang = look.lang ?? 'en';
  if (cookies.get(uid)?.lang !== lang) {
    const page = await window_of({}, cookies.get(uid)?.state);
    if (cookies.has(uid)) await page.goto('/portal/profile'); else await sign_in(page, uid);
    await speak(page, lang);
    cookies.set(uid, { lang, state: await page.context().storageState() });
    await page.context().close();
  }
  return window_of(look, cookies.get(uid).state);
}

export async function sign_in(page, uid, password = uid) {
  await page.goto('/login/');
  await page.locator('#f-user').fill(uid);
  await page.locator('#f-password').fill(password);
  return send(page, page.locator('main form button[type=submit]'));
}

// Language and theme are settings of the person: chosen in the menu, for all windows.
export async function speak(page, lang) {
  await choose(page, 'lang', lang);
  is(await page.locator('html').getAttribute('lang'), lang, 'the language of the page after the choice');
}

export async function choose(page, name, value) {
  await page.locator('details.menu summary').first().click();
  await send(page, page.locator(`form[action$="/login/look"] button[name="${name}"][value="${value}"]`));
}

// Clicks what sends a form and waits for the page that answers: its status.
export async function send(page, button) {
  const [answer] = await Promise.all([
    page.waitForResponse(r => r.request().isNavigationRequest() && r.frame() === page.mainFrame() && r.status() !== 303),
    button.click(),
  ]);
  await page.waitForLoadState();
  return answer.status();
}

export const button = (page, path) => page.locator(`form[action$="${path}"] button[type=submit]`).last();

// Opens the fold that a form is in (a <details> works without JavaScript as well).
export async function unfold(page, path) {
  const fold = page.locator(`details:has(form[action$="${path}"])`);
  if (!await fold.first().evaluate(d => d.open)) await fold.locator('summary').first().click();
}

// Fills a form on the page and sends it: the status of the answer.
export async function fill(page, path, fields) {
  const form = page.locator(`form[action$="${path}"]`);
  if (!await form.first().isVisible()) await unfold(page, path);
  for (const [name, value] of Object.entries(fields)) await form.locator(`[name="${name}"]`).fill(value);
  return send(page, button(page, path));
}

export async function shot(page, name) {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
}

export const words = page => page.locator('main').innerText();

// Reloads until the page is so: for what the worker does in its own time.
export async function await_page(page, so, what) {
  const until = Date.now() + PATIENCE;
  while (!await so()) {
    holds(Date.now() < until, `${page.url()}: ${what} did not come`);
    await page.reload();
  }
}

// ---- the command line ----

export function gradus(...args) {
  const done = spawnSync(`${BIN}/gradus`, args, { env: { ...process.env, GRADUS_CONF: `${DIR}/gradus.conf` }, encoding: 'utf8' });
  holds(done.status === 0, `gradus ${args.join(' ')}: ${done.error ?? done.signal ?? done.status}: ${done.stdout}${done.stderr}`);
  return done.stdout;
}

// The exit code of gradus-verify on a file, and what it said.
export function verify(path) {
  const done = spawnSync(`${BIN}/gradus-verify`, [path], { encoding: 'utf8' });
  return { code: done.status, said: `${done.stdout}${done.stderr}` };
}

export const fixture = path => `${TOP}${path}`;
export const axe_source = () => readFileSync(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
