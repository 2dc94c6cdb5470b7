/** Peers are installed in bench/node_modules, which the built bench in dist/bench does not lie above. */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const folder = import.meta.url.includes('/dist/bench/') ? '../../../bench/' : '../';
const require = createRequire(new URL(`${folder}package.json`, import.meta.url));

/** The exports of an installed package. Throws where it is missing. */
export async function importPeer(name: string): Promise<unknown> {
  let file: string;
  try {
    file = require.resolve(name);
  } catch {
    throw new Error(`${name} is not installed (npm install --prefix bench)`);
  }
  return import(pathToFileURL(file).href);
}
