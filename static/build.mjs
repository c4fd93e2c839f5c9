// Builds what the browser gets into build/static (or the folder named as the first argument):
// scripts and styles bundled and minified by esbuild, one SVG sprite, the favicon, all with the hash of their content in the name,
// each with a .gz beside it for the web server's gzip_static, and manifest.txt with lines "name file" for the view.
// Same sources, same bytes: nothing here depends on the clock, the folder or the order of a directory listing.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, '..', 'build', 'static')); // esbuild works in HERE, we in the caller's folder
const manifest = new Map();

function hashOf(bytes) {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 10);
}

function put(name, stem, ext, bytes) {
  const file = `${stem}-${hashOf(bytes)}.${ext}`;
  writeFileSync(join(out, file), bytes);
  manifest.set(name, file);
}

// <svg><symbol id="name">...: the pages say <use href="...#name">.
function sprite() {
  const names = readFileSync(join(here, 'src', 'icons.txt'), 'utf8')
    .split('\n').map(l => l.trim()).filter(l => l && !l.startsWith('#')).sort();
  const symbols = names.map(n => {
    const svg = readFileSync(join(here, 'node_modules', 'bootstrap-icons', 'icons', `${n}.svg`), 'utf8');
    const inner = svg.replace(/^[\s\S]*?<svg[^>]*>/, '').replace(/<\/svg>\s*$/, '').replace(/\s*\n\s*/g, '');
    return `<symbol id="${n}" viewBox="0 0 16 16" fill="currentColor">${inner}</symbol>`;
  });
  const own = readFileSync(join(here, 'src', 'own.svg'), 'utf8').replace(/<!--[\s\S]*?-->/g, '')
    .replace(/^[\s\S]*?<svg[^>]*>/, '').replace(/<\/svg>\s*$/, '').replace(/\s*\n\s*/g, '');
  return `<svg xmlns="http://www.w3.org/2000/svg">${own}${symbols.join('')}</svg>`;
}

// The licences of the packages whose code is in the bundles: their authors ask that the text travels with the code.
function licences(inputs) {
  const names = new Set(['bootstrap-icons']);
  for (const path of inputs) {
    const m = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path);
    if (m) names.add(m[1]);
  }
  return [...names].sort().map(n => {
    const dir = join(here, 'node_modules', n);
    const pkg = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'));
    const file = readdirSync(dir).sort().find(f => /^licen[cs]e/i.test(f));
    const text = file ? readFileSync(join(dir, file), 'utf8').trim() : `${pkg.license} (the package has no licence file)`;
    return `${n} ${pkg.version}\n\n${text}\n`;
  }).join(`\n${'-'.repeat(80)}\n\n`);
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const result = await build({
  absWorkingDir: here,
  entryPoints: { app: 'src/app.js', viewer: 'src/viewer.js' },
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['es2022'],
  outdir: out,
  entryNames: '[name]-[hash]',
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': '"production"' },
  metafile: true,
  logLevel: 'warning',
});
for (const [path, o] of Object.entries(result.metafile.outputs)) {
  if (!o.entryPoint) continue;
  const name = o.entryPoint.replace(/^src\/(.*)\.js$/, '$1');
  manifest.set(`${name}_js`, path.split('/').pop());
  if (o.cssBundle) manifest.set(`${name}_css`, o.cssBundle.split('/').pop());
}
put('licences', 'licences', 'txt', Buffer.from(licences(Object.keys(result.metafile.inputs))));
put('icons', 'icons', 'svg', Buffer.from(sprite()));
put('favicon', 'favicon', 'svg', readFileSync(join(here, 'src', 'favicon.svg')));

for (const f of readdirSync(out).sort()) {
  if (/\.(js|css|svg|txt)$/.test(f)) writeFileSync(join(out, `${f}.gz`), gzipSync(readFileSync(join(out, f)), { level: 9 }));
}
writeFileSync(join(out, 'manifest.txt'), [...manifest].sort().map(([n, f]) => `${n} ${f}\n`).join(''));
