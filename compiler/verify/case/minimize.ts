/** Makes a failing case as small as it gets: takes the first smaller one that fails alike, until none does. */
import type { Case } from './case.ts';
import { smallerCases } from './smaller.ts';
import type { Way } from './smaller.ts';

/** The smallest case found for which `fails` still holds. It is asked at most `budget` times. */
export function minimize(
  of: Case,
  fails: (candidate: Case) => boolean,
  budget: number = 600,
  ways?: readonly Way[],
): Case {
  let smallest = of;
  let asked = 0;
  for (let found = true; found && asked < budget;) {
    found = false;
    for (const candidate of smallerCases(smallest, ways)) {
      if (++asked > budget) break;
      if (!fails(candidate)) continue;
      smallest = candidate;
      found = true;
      break;
    }
  }
  return smallest;
}
