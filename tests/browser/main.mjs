// tests/browser/main.mjs [PART...] - runs the parts against the instance at $URL in the folder $D.
import { browser_end, browser_start, tally } from './lib.mjs';

const parts = ['journey', 'designer', 'decision', 'auditor', 'pages', 'keyboard', 'timers'];
const wanted = process.argv.slice(2);

await browser_start();
for (const part of parts.filter(p => wanted.length === 0 || wanted.includes(p))) {
  const { [part]: run } = await import(part === 'timers' ? './journey.mjs' : `./${part}.mjs`);
  await run();
}
await browser_end();
process.exitCode = tally() ? 0 : 1;
