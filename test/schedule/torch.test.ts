/** Replays the scheduler cases of the parity suite: PyTorch's rates, epoch by epoch. */
import { schedule } from 'adjoint';
import { expect, test } from 'vitest';
import { casesOf } from '../optim/fixtures.ts';
import type { SchedulerCase } from '../parity/cases.ts';
import { checkNumbers } from '../parity/tolerance.ts';
import { isDriver, scheduleOf } from './torch.ts';

const tolerance = { rtol: 1e-9, atol: 1e-12 };
const cases = casesOf<SchedulerCase>('schedulers.json').filter((one) => !isDriver(one));

test('there are scheduler cases', () => {
  expect(cases.length).toBeGreaterThan(30);
});

test.each(cases)('$id has the rates of PyTorch', (spec) => {
  spec.base_lrs.forEach((base, group) => {
    const own = scheduleOf(spec, { base }, group);
    const rates = spec.lrs.map((_, epoch) => schedule.valueAt(own, epoch));
    const expected = spec.lrs.map((row) => row[group] ?? NaN);
    checkNumbers(`${spec.id} group ${group}`, rates, expected, spec.tol ?? tolerance);
    if (!spec.momentums || !('momentum' in own)) return;
    const cycle = own as schedule.Cycle;
    const momentums = spec.momentums.map((_, epoch) => schedule.valueAt(cycle.momentum, epoch));
    checkNumbers(
      'momentum',
      momentums,
      spec.momentums.map((row) => row[group] ?? NaN),
      tolerance,
    );
  });
});
