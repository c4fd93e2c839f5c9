// The one script of every page. All pages work without it; it only saves steps:
//   htmx for partial updates, menus that close, single-key shortcuts with a sheet (?), a guard against sending a form twice,
//   a word about a file's size before it travels.
// No inline handlers: pages carry data-* attributes, one delegated listener each reads them.
import htmx from 'htmx.org';
import './app.css';

// Its settings stand in the page (meta htmx-config), since it reads them while it is imported. hx-on, "js:" values and trigger
// filters would need evaluation of strings, which the content security policy forbids: no page uses them.
htmx.config.includeIndicatorCSS = false;

const $ = (sel, root = document) => root.querySelector(sel);
const $$ = (sel, root = document) => [...root.querySelectorAll(sel)];

// ---- menus: <details> opens by itself; outside click and Escape close ----

document.addEventListener('click', e => {
  for (const m of $$('details.menu[open]')) {
    if (!m.contains(e.target)) m.open = false;
  }
});

// ---- forms: the second submit of the same form is dropped (the server refuses it as well) ----

document.addEventListener('submit', e => {
  const form = e.target;
  if (form.method !== 'post' || 'download' in form.dataset) return; // a file leaves the page as it is: the next one may be asked for
  if (form.getAttribute('aria-busy') === 'true') {
    e.preventDefault();
    return;
  }
  form.setAttribute('aria-busy', 'true');
});
// coming back by the history button shows the page as it was left: let go of the guard
window.addEventListener('pageshow', () => $$('form[aria-busy]').forEach(f => f.removeAttribute('aria-busy')));

// ---- files: say it before the upload, not after it ----

function sizeInWords(bytes) {
  const lang = document.documentElement.lang || 'en';
  const mib = bytes / 1048576;
  return mib >= 1 ? `${mib.toLocaleString(lang, { maximumFractionDigits: 1 })} MiB`
                  : `${Math.ceil(bytes / 1024).toLocaleString(lang)} KiB`;
}

document.addEventListener('change', e => {
  const input = e.target;
  if (!input.matches('input[type=file][data-most]')) return;
  const hint = document.getElementById(input.dataset.hint);
  const total = [...input.files].reduce((n, f) => n + f.size, 0);
  const big = total > Number(input.dataset.most);
  input.setCustomValidity(big ? input.dataset.toobig : '');
  if (!hint) return;
  hint.textContent = input.files.length
    ? `${[...input.files].map(f => f.name).join(', ')} (${sizeInWords(total)})${big ? ` - ${input.dataset.toobig}` : ''}` : '';
  hint.classList.toggle('late', big);
});

// ---- keyboard: single keys, never inside fields, never with modifiers; off by a switch in the sheet (WCAG 2.1.4) ----

const store = {
  get: k => { try { return localStorage.getItem(k); } catch { return null; } },
  set: (k, v) => { try { localStorage.setItem(k, v); } catch { /* private window: the switch lasts as long as the page */ } },
};
let keysOn = store.get('gradus.keys') !== 'off';
let chord = 0; // when "g" was pressed

const inField = t => t.closest('input:not([type=checkbox],[type=radio]), textarea, select, [contenteditable]');

function moveRow(step) {
  const rows = $$('[data-rows] [data-row]');
  if (!rows.length) return false;
  const at = rows.findIndex(r => r.contains(document.activeElement));
  const next = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
  $('a', next).focus();
  next.scrollIntoView({ block: 'nearest' });
  return true;
}

function press(key) {
  const el = $(`[data-key="${CSS.escape(key)}"]`);
  if (!el) return false;
  const fold = el.closest('details:not([open])');
  if (fold && el.tagName !== 'SUMMARY') fold.open = true;
  if (el.matches('input:not([type=submit]), textarea, select')) {
    el.focus();
  } else if (el.tagName === 'SUMMARY') {
    el.parentElement.open = true;
    el.scrollIntoView({ block: 'nearest' });
    ($('textarea, input:not([type=hidden]), select', el.parentElement) ?? el).focus();
  } else {
    el.click();
  }
  return true;
}

// The sheet lists only what this page offers: the words stand in the page (data-key-label), so they are translated.
function openSheet() {
  const sheet = $('dialog.keys');
  if (!sheet) return false;
  const list = $('.keys-list', sheet);
  $$('[data-made]', list).forEach(n => n.remove());
  for (const el of $$('[data-key]')) {
    const words = el.dataset.keyLabel || el.getAttribute('aria-label') || el.textContent.trim();
    const dt = document.createElement('dt');
    const dd = document.createElement('dd');
    for (const k of el.dataset.key.split(' ')) {
      const kbd = document.createElement('kbd');
      kbd.textContent = k;
      dt.append(kbd, ' ');
    }
    dd.textContent = words;
    dt.dataset.made = dd.dataset.made = '';
    list.append(dt, dd);
  }
  $('[data-keys-switch]', sheet).checked = keysOn;
  sheet.showModal();
  return true;
}

document.addEventListener('keydown', e => {
  if (e.key === 'Escape') {
    const open = $('details.menu[open]');
    if (open) {
      open.open = false;
      $('summary', open).focus();
    }
    return;
  }
  if (e.key === 'Enter' && (e.ctrlKey || e.metaKey) && e.target.matches('textarea')) {
    e.preventDefault();
    e.target.form?.requestSubmit();
    return;
  }
  if (!keysOn || e.ctrlKey || e.metaKey || e.altKey || e.isComposing || inField(e.target) || $('dialog[open]')) return;
  if (e.key === 'g') {
    chord = Date.now();
    return;
  }
  const key = Date.now() - chord < 1200 ? `g ${e.key}` : e.key;
  chord = 0;
  let used = false;
  if (key === '?') used = openSheet();
  else if (key === 'j') used = moveRow(1);
  else if (key === 'k') used = moveRow(-1);
  else used = press(key);
  if (used) e.preventDefault();
});

document.addEventListener('click', e => {
  if (e.target.closest('[data-keys-open]')) {
    e.preventDefault();
    openSheet();
  }
});
document.addEventListener('change', e => {
  if (!e.target.matches('[data-keys-switch]')) return;
  keysOn = e.target.checked;
  store.set('gradus.keys', keysOn ? 'on' : 'off');
});

// ---- a list that was filtered or turned over in place: the keyboard and the screen reader go on at its beginning ----

document.addEventListener('htmx:after:swap', e => {
  const main = $('#main');
  if (e.detail?.ctx?.target !== main) return;
  main.focus({ preventScroll: true });
  main.scrollIntoView({ block: 'nearest' });
  showScripted();
});

// things that only make sense with this script are hidden until it runs
function showScripted() {
  $$('[data-script]').forEach(el => { el.hidden = false; });
}
showScripted();

// after a refused form the summary gets the focus, so that it is read first
$('[data-focus]')?.focus();
