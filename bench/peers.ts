/** Other libraries that train, where they are installed in bench/node_modules: `npm install --prefix bench`. */
import type { Contender } from './contenders.ts';
import { reason } from './measure.ts';
import type { PeerModel, Start } from './workload.ts';

/** A library: how it trains a model, or null where it is not installed. */
export interface Peer {
  readonly label: string;
  readonly contender: (model: PeerModel, start: Start) => Contender;
}

type Load = () => Promise<Peer>;

const loaders: Readonly<Record<string, Load>> = {
  'tfjs-wasm': async () => (await import('./peers/tfjs.ts')).loadTfjs(),
  'jax-js': async () => (await import('./peers/jax.ts')).loadJax(),
};

export interface Peers {
  readonly found: readonly Peer[];
  /** Why the others are left out. */
  readonly notes: readonly string[];
}

/** The peers that are installed. */
export async function loadPeers(): Promise<Peers> {
  const found: Peer[] = [];
  const notes: string[] = [];
  for (const [label, load] of Object.entries(loaders)) {
    try {
      found.push(await load());
    } catch (error) {
      notes.push(`${label} is left out: ${reason(error)}`);
    }
  }
  return { found, notes };
}
