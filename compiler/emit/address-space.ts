/** Refuses programs whose tensors do not fit into the memory of any step. */
import { bytesPerElement } from '../../src/dtype.ts';
import { showShape } from '../../src/describe.ts';
import { AdjointError } from '../../src/errors.ts';
import type { Slot } from '../../src/slot.ts';
import { slotName } from '../../src/slot.ts';
import type { Lowered } from '../lowered.ts';

/** What a 32-bit memory can hold. */
const mostBytes = 2 ** 32;
const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(2)} GiB`;

const bytesOf = ({ shape, dtype }: Slot): number =>
  shape.reduce<number>(
    (bytes, size) => bytes * (typeof size === 'number' ? size : 1),
    bytesPerElement[dtype],
  );

/** Throws E-COMPILE-MEMORY where even the smallest capacity needs more than there is. */
export function checkAddressSpace({ memory, program }: Lowered): void {
  const bytes = memory.regions.reduce((sum, region) => sum + region.bytes, 0);
  if (bytes <= mostBytes) return;
  const largest = [...program.parameters, ...program.state, ...program.inputs]
    .sort((a, b) => bytesOf(b) - bytesOf(a))
    .slice(0, 3)
    .map(
      (slot) =>
        `${slot.kind} ${JSON.stringify(slotName(slot))} ${showShape(slot.shape)}: ${gibibytes(bytesOf(slot))}`,
    );
  throw new AdjointError(
    'E-COMPILE-MEMORY',
    `the step of ${JSON.stringify(program.name)} needs ${gibibytes(bytes)} of memory; there are at most 4 GiB`,
    ['its largest tensors are', ...largest.map((line) => `  ${line}`)],
  );
}
