// bench/feel/peer.mjs EXPRESSIONS TABLE - feelin on the same expressions and the same table, by its public functions; one JSON object.
//
// evaluate() and unaryTest() parse at each call; feelin has no public way to compile once. Rates are per second of processor time
// (threads of V8 included): a warm-up, then the median of three batches.
import { readFileSync } from 'node:fs';
import { evaluate, unaryTest } from 'feelin';

const BATCH_MS = 50, BATCHES = 3, WARM_UP = 300;
const { world, expressions } = JSON.parse(readFileSync(process.argv[2]));
const table = JSON.parse(readFileSync(process.argv[3]));

const plain = (x) => (x && typeof x === 'object' && 'warnings' in x ? x.value : x);
const words = { date: 'date', time: 'time', dateTime: 'date and time', dtDuration: 'duration', ymDuration: 'duration' };

function value(typed) {
  if (typed === null || typeof typed !== 'object') return typed;
  if (Array.isArray(typed)) return typed.map(value);
  if ('@' in typed) return plain(evaluate(`${words[typed['@']]}(${JSON.stringify(typed.v)})`));
  return Object.fromEntries(Object.entries(typed).map(([k, v]) => [k, value(v)]));
}

function same(a, b) {
  if (a === null || b === null || typeof a !== 'object') return typeof a === 'number' ? Math.abs(a - b) < 1e-8 : a === b;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((x, i) => same(x, b[i]));
  return typeof b === 'object' && Object.keys(a).length === Object.keys(b).length && Object.keys(a).every((k) => same(a[k], b[k]));
}

let sink = 0; // so that nothing is optimised away

function rate(run) {
  const batch = (n) => {
    const from = process.cpuUsage();
    for (let i = 0; i < n; i++) sink ^= run() === null ? 1 : 0;
    const used = process.cpuUsage(from);
    return (used.user + used.system) / 1000;
  };
  let n = 1;
  for (let ms = batch(n); ms < BATCH_MS; ms = batch(n)) n = Math.ceil(ms < 1 ? n * 10 : (n * BATCH_MS * 1.1) / ms);
  batch(n);
  const rates = Array.from({ length: BATCHES }, () => (n * 1000) / batch(n)).sort((a, b) => a - b);
  return rates[BATCHES >> 1];
}

const out = { expressions: {}, table: {} };
const todo = expressions.map((e) => {
  const context = Object.fromEntries(e.inputs.map((k) => [k, value(world[k])]));
  if ('tested' in e) context['?'] = value(e.tested);
  const run = () => plain('tested' in e ? unaryTest(e.expr, context) : evaluate(e.expr, context));
  let right = false;
  try { right = same(e.value, run()); } catch { /* it cannot read the text: no rate */ }
  return { name: e.name, run, right };
});
for (let i = 0; i < WARM_UP; i++) for (const t of todo) if (t.right) t.run(); // V8 is cold: else the first ones would pay for all
for (const { name, run, right } of todo) out.expressions[name] = { right, rate: right ? rate(run) : null };

// A table is what a program makes of it with feelin: the cells of a rule in turn until one says no.
const matches = (rule, row) => rule[0].every((cell, i) => cell === '-' || plain(unaryTest(cell, { '?': row[table.inputs[i]] })) === true);
const first = (row) => table.rules.find((rule) => matches(rule, row))[1];
const hits = (row) => table.rules.filter((rule) => matches(rule, row)).length;
const right = table.rows.every((row, i) => same(Object.values(table.first[i]), first(row)) && table.hits[i] === hits(row));
let at = 0;
const next = () => table.rows[at++ % table.rows.length];
out.table = { right, first: right ? rate(() => first(next())) : null, collect: right ? rate(() => hits(next())) : null };
console.log(JSON.stringify(out));
process.exitCode = sink < 0 ? 1 : 0;
