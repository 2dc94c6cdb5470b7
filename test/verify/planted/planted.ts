/** All planted bugs, and what became of them. */
import { derivativeBugs } from './derivatives.ts';
import type { Finding, Part, PlantedBug } from './bug.ts';
import { nameOf } from './bug.ts';
import { loweringBugs } from './lowerings.ts';
import { optimizerBugs } from './optimizers.ts';
import { planBugs } from './plans.ts';
import { rewriteBugs } from './rewrites.ts';

export const parts: Readonly<Record<Part, () => PlantedBug[]>> = {
  'derivative rule': derivativeBugs,
  lowering: loweringBugs,
  'rewrite rule': rewriteBugs,
  'memory plan': planBugs,
  optimizer: optimizerBugs,
};

/** The middle of sorted numbers; null where there are none. */
export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

const share = (part: number, whole: number): string => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;

/** The table of findings by part, and the names of what was missed or is equivalent. */
export function tableOf(findings: readonly Finding[]): string {
  const row = (name: string, of: readonly Finding[]): string => {
    const [caught, missed, equivalent] = (['caught', 'missed', 'equivalent'] as const).map(
      (outcome) => of.filter((finding) => finding.outcome === outcome).length,
    );
    const nodes = of.flatMap((finding) => finding.nodes ?? []);
    const cells = [
      caught,
      missed,
      equivalent,
      share(caught ?? 0, (caught ?? 0) + (missed ?? 0)),
      median(nodes) ?? '-',
    ];
    return `${name.padEnd(18)}${cells.map((cell) => String(cell).padStart(12)).join('')}`;
  };
  const names = [...new Set(findings.map(({ bug }) => bug.part))];
  const listed = (outcome: Finding['outcome']): string[] =>
    findings
      .filter((finding) => finding.outcome === outcome)
      .map(({ bug }) => `  ${outcome}: ${nameOf(bug)}`);
  return [
    `${''.padEnd(18)}${['caught', 'missed', 'equivalent', 'share', 'nodes'].map((cell) => cell.padStart(12)).join('')}`,
    ...names.map((name) =>
      row(
        name,
        findings.filter(({ bug }) => bug.part === name),
      ),
    ),
    row('all', findings),
    ...listed('missed'),
    ...listed('equivalent'),
  ].join('\n');
}
