// npm run example NAME: runs a built example.
import { readdir } from 'node:fs/promises';

const folder = new URL('../dist/examples/', import.meta.url);
const files = await readdir(folder);
const name = process.argv[2] ?? '';
if (files.includes(`${name}.js`)) {
  process.argv[1] = new URL(`${name}.js`, folder).pathname;
  await import(process.argv[1]);
} else {
  const shared = new Set(['support', 'least-squares', 'digits']);
  const names = files.flatMap((file) => (file.endsWith('.js') ? [file.slice(0, -3)] : []));
  console.error(
    `npm run example NAME, where NAME is one of: ${names.filter((of) => !shared.has(of)).join(', ')}`,
  );
  process.exitCode = 2;
}
