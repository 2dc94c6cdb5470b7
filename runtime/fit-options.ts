/** The options of `fit`, and their checks. */
import type { CheckpointOptions } from './checkpoint.ts';
import type { Step, StepModule } from './contract.ts';
import { runtimeError } from './errors.ts';
import type { EpochRecord } from './history.ts';
import type { Requirement } from './options.ts';
import {
  aFunction,
  anInteger,
  anObject,
  aSwitch,
  checkOption,
  checkOptions,
  either,
  integerFrom,
  oneOf,
} from './options.ts';
import { elementsOf, sizeIn } from './sizes.ts';
import type { Data } from './tensors.ts';
import { described, printable, shapeText, suggestion } from './text.ts';

/** Hyper-parameters by name. */
export type HyperValues = Readonly<Record<string, number>>;

/** The order of an epoch's rows: as many row numbers as there are rows; they may repeat. */
export type RowOrder = (epoch: number, rows: number) => ArrayLike<number>;

export interface FitOptions {
  /** Values by input name. They are checked once, before training. */
  readonly data: Data;
  readonly epochs: number;
  /** Rows per update; default all rows. The last batch of an epoch may be smaller. */
  readonly batchSize?: number;
  /** A new order each epoch, decided by `seed` and the epoch alone; or an order of your own. Default false. */
  readonly shuffle?: boolean | RowOrder;
  /** Seed of initial parameters, of randomness inside the step, and of shuffling; default 0. */
  readonly seed?: number;
  /** Leave out a last batch that is smaller; default false. */
  readonly dropLast?: boolean;
  /** Print a line every so many epochs, 0 for none; default about ten lines in all. */
  readonly logEvery?: number;
  /** Where lines go; default `console.log`. */
  readonly log?: (line: string) => void;
  /** Called after each epoch; training waits for it. */
  readonly onEpoch?: (record: EpochRecord, step: Step) => void | Promise<void>;
  /** Initial parameters by name. */
  readonly parameters?: Readonly<Record<string, ArrayLike<number>>>;
  /** Hyper-parameters: fixed ones, or those of each epoch given the epochs before it. */
  readonly hyper?: HyperValues | ((epoch: number, past: readonly EpochRecord[]) => HyperValues);
  /** Data to evaluate after every so many epochs; default every one. */
  readonly validation?: { readonly data: Data; readonly every?: number };
  /** What a loss that is not finite does: throw E-DIVERGED (the default), or stop with a history that says so. */
  readonly onDivergence?: 'throw' | 'stop';
  /** Aborting it ends training after the present batch, with a history that says so. */
  readonly signal?: AbortSignal;
  /** Where to save the run, and to resume it from: an interrupted run ends as one that was not interrupted. */
  readonly checkpoint?: CheckpointOptions;
}

const aSignal: Requirement = {
  expected: 'an AbortSignal',
  holds: (value) => typeof value === 'object' && value !== null && 'aborted' in value,
};

const requirements: Readonly<Record<keyof FitOptions, Requirement>> = {
  data: anObject,
  epochs: integerFrom(1),
  batchSize: integerFrom(1),
  shuffle: either(aSwitch, aFunction),
  seed: anInteger,
  dropLast: aSwitch,
  logEvery: integerFrom(0),
  log: aFunction,
  onEpoch: aFunction,
  parameters: anObject,
  hyper: either(anObject, aFunction),
  validation: anObject,
  onDivergence: oneOf('throw', 'stop'),
  signal: aSignal,
  checkpoint: anObject,
};

/** Throws where `fit` cannot be called so. */
export function checkFit(module: StepModule, options: FitOptions): void {
  checkModule(module);
  checkOption('fit', 'options', options, anObject);
  checkOptions('fit', options, requirements, ['data', 'epochs']);
  const { validation, checkpoint } = options;
  if (validation) checkOptions('validation', validation, { data: anObject, every: integerFrom(1) }, ['data']);
  if (checkpoint)
    checkOptions('checkpoint', checkpoint, { store: anObject, every: integerFrom(1), resume: aSwitch }, [
      'store',
    ]);
  checkParameters(module, options.parameters ?? {});
}

function checkModule(module: unknown): void {
  const manifest: unknown =
    typeof module === 'object' && module !== null && 'create' in module && 'manifest' in module
      ? module.manifest
      : undefined;
  const format: unknown =
    typeof manifest === 'object' && manifest !== null && 'format' in manifest ? manifest.format : undefined;
  if (format !== 1) throw runtimeError('E-MODULE', { found: described(format) });
}

function checkParameters(module: StepModule, given: Readonly<Record<string, ArrayLike<number>>>): void {
  const { parameters } = module.manifest;
  const names = parameters.map(({ name }) => name);
  for (const [name, values] of Object.entries(given)) {
    const info = parameters.find((parameter) => parameter.name === name);
    if (!info) {
      throw runtimeError('E-PARAMETER-UNKNOWN', {
        name: printable(name),
        suggestion: suggestion(name, names),
      });
    }
    const expected = elementsOf(info.shape.map((size) => sizeIn(size, new Map())));
    if (values.length === expected) continue;
    throw runtimeError('E-PARAMETER-LENGTH', {
      name: printable(name),
      found: values.length,
      shape: shapeText(info.shape),
      expected,
    });
  }
}

/** Throws unless `values` are numbers for hyper-parameters of `module`. */
export function checkHyper(module: StepModule, values: HyperValues): void {
  const names = module.manifest.hyper.map(({ name }) => name);
  for (const [name, value] of Object.entries(values)) {
    if (!names.includes(name)) {
      throw runtimeError('E-HYPER-UNKNOWN', { name: printable(name), suggestion: suggestion(name, names) });
    }
    if (typeof value === 'number' && !Number.isNaN(value)) continue;
    throw runtimeError('E-HYPER-VALUE', { name: printable(name), found: described(value) });
  }
}
