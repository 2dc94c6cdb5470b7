/** A damped oscillation found in noisy measurements: four parameters of a formula, fitted by L-BFGS. */
import { cos, exp, formula, input, loss, nn, optim, parameter, training } from 'adjoint';
import { compile } from 'adjoint/compiler';
import { lbfgs, random } from 'adjoint/runtime';
import { isMain } from './support.ts';

const guess = { amplitude: 1, decay: 0.1, frequency: 1.8, phase: 0 };
const truth = { amplitude: 2, decay: 0.3, frequency: 2, phase: 0.5 };

const unknown = (name: keyof typeof guess) =>
  parameter(name, [], { dtype: 'float64', init: nn.init.constant(guess[name]) });
const time = input('time', ['N'], 'float64');
const measured = input('measured', ['N'], 'float64');
const swing = cos(time.mul(unknown('frequency')).add(unknown('phase')));
const curve = exp(time.mul(unknown('decay')).neg())
  .mul(unknown('amplitude'))
  .mul(swing);
const program = training({
  name: 'curve-fit',
  loss: loss.mse(curve, measured),
  optimizer: optim.keepGradients(),
});
export default program;

/** `count` measurements over ten seconds, with an error of at most `noise`. */
function measure(count: number, noise: number): { time: Float64Array; measured: Float64Array } {
  const generator = random(1);
  const { amplitude, decay, frequency, phase } = truth;
  const at = Float64Array.from({ length: count }, (_, i) => (10 * i) / count);
  const values = at.map((t) => {
    const error = noise * (generator.below(2001) / 1000 - 1);
    return amplitude * Math.exp(-decay * t) * Math.cos(frequency * t + phase) + error;
  });
  return { time: at, measured: values };
}

export interface CurveFitOptions {
  readonly log?: (line: string) => void;
}

/** Fits, and returns the parameters by name. */
export function main({ log = console.log }: CurveFitOptions = {}): Readonly<Record<string, number>> {
  const data = measure(200, 0.05);
  const step = compile(program).create({ capacity: { N: data.time.length } });
  const driver = lbfgs(step, { lineSearchFn: 'strong_wolfe', maxIter: 5 });
  log(`The curve is ${formula(curve)}`);
  for (let round = 1; round <= 5; round++) {
    driver.step(data);
    log(
      `after ${round * 5} iterations the mean square error is ${step.evaluate(data).loss.toExponential(4)}`,
    );
  }
  const found = Object.fromEntries(step.parameters.map(({ name, data: [value = NaN] }) => [name, value]));
  for (const [name, value] of Object.entries(truth))
    log(`${name.padEnd(9)} ${(found[name] ?? NaN).toFixed(3)}, in truth ${value}`);
  return found;
}

if (isMain(import.meta.url)) main();
