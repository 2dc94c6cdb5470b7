/** Random training programs: layers one after the other, a loss, an optimizer. Plain data that builds and prints. */
import { input } from '../../../src/declare.ts';
import type { DType, FloatDType } from '../../../src/dtype.ts';
import type { Expr } from '../../../src/expr.ts';
import * as nn from '../../../src/nn/index.ts';
import type { Module } from '../../../src/nn/module.ts';
import type { Optimizer } from '../../../src/optim/index.ts';
import type { Loss, Program } from '../../../src/program.ts';
import type { Shape } from '../../../src/shape-types.ts';
import { training } from '../../../src/training.ts';
import { toStringMethod } from '../case/printed.ts';
import type { Draw } from '../draw.ts';
import { chance, pick } from '../draw.ts';
import type { BuilderCall } from './call.ts';
import { call } from './call.ts';
import { layers, losses, optimizers, sizedLayers } from './model-parts.ts';
import type { Target } from './model-parts.ts';

export interface ModelOptions {
  /** Layers at most, default 5. */
  readonly layers?: number;
  /** The widest layer, default 6. */
  readonly width?: number;
}

/** A layer and the width that it makes. */
export interface Stage {
  readonly call: BuilderCall;
  readonly width: number;
}

export interface ModelFields {
  /** Features of the input. */
  readonly features: number;
  readonly stages: readonly Stage[];
  readonly loss: BuilderCall;
  readonly target: Target;
  readonly optimizer: BuilderCall;
}

const targetDType: Readonly<Record<Target, DType>> = {
  numbers: 'float32',
  labels: 'int32',
  probabilities: 'float32',
};

export class Model implements ModelFields {
  readonly features: number;
  readonly stages: readonly Stage[];
  readonly loss: BuilderCall;
  readonly target: Target;
  readonly optimizer: BuilderCall;

  constructor(fields: ModelFields) {
    this.features = fields.features;
    this.stages = fields.stages;
    this.loss = fields.loss;
    this.target = fields.target;
    this.optimizer = fields.optimizer;
  }

  /** The width of what the last layer makes. */
  get width(): number {
    return this.stages.at(-1)?.width ?? this.features;
  }

  get #targetShape(): readonly ('N' | number)[] {
    return this.target === 'labels' ? ['N'] : ['N', this.width];
  }

  /** Prediction and loss as they are declared: the program has them resolved for training and for evaluation. */
  declare(): { readonly roots: readonly Expr[]; readonly prediction: Expr; readonly loss: Loss } {
    const x = input('x', ['N', this.features]);
    const y = input('y', this.#targetShape, targetDType[this.target]);
    const stages = this.stages.map(({ call: layer }) => layer.build() as Module);
    const model = (nn.sequential as unknown as (...of: readonly Module[]) => (of: Expr) => Expr)(...stages);
    const prediction = model(x);
    const loss = this.loss.build(prediction, y) as Loss;
    return { roots: [loss as Expr, prediction], prediction, loss };
  }

  /** The program. */
  build(): Program {
    const { prediction, loss } = this.declare();
    return training({
      name: 'model',
      loss,
      optimizer: this.optimizer.build() as Optimizer,
      outputs: { prediction: prediction as Expr<Shape, FloatDType> },
    });
  }

  /** A TypeScript program that rebuilds and verifies it. */
  toString(): string {
    const stages = this.stages.map(({ call: layer }) => `  ${layer.text()},`);
    const scheduled = this.optimizer.text().includes('schedule.');
    const shape = this.#targetShape.map((size) => (size === 'N' ? `'N'` : size)).join(', ');
    return [
      `import { input, loss, nn, optim${scheduled ? ', schedule' : ''}, training } from 'adjoint';`,
      `import { verify } from 'adjoint/verify';`,
      '',
      `const x = input('x', ['N', ${this.features}]);`,
      `const y = input('y', [${shape}], '${targetDType[this.target]}');`,
      `const model = nn.sequential(`,
      ...stages,
      ');',
      'const prediction = model(x);',
      'const program = training({',
      `  name: 'model',`,
      `  loss: ${this.loss.text('prediction', 'y')},`,
      `  optimizer: ${this.optimizer.text()},`,
      '  outputs: { prediction },',
      '});',
      'verify.program(program);',
      '',
    ].join('\n');
  }

  [toStringMethod](): string {
    return `\n${this.toString()}`;
  }
}

function drawStages(draw: Draw, features: number, most: number, widest: number): Stage[] {
  const stages: Stage[] = [];
  let width = features;
  const wanted = draw.int(1, most);
  while (stages.length < wanted) {
    if (chance(draw, 45)) {
      const next = draw.int(1, widest);
      stages.push({ call: call('nn.linear', width, next), width: next });
      width = next;
    } else if (chance(draw, 25)) stages.push({ call: call(pick(draw, sizedLayers), width), width });
    else stages.push({ call: pick(draw, layers), width });
  }
  if (stages.some(({ call: layer }) => layer.path === 'nn.linear')) return stages;
  return [...stages, { call: call('nn.linear', width, widest), width: widest }];
}

/** One random model. */
export function drawModel(draw: Draw, { layers: most = 5, width: widest = 6 }: ModelOptions = {}): Model {
  const features = draw.int(1, widest);
  const stages = drawStages(draw, features, most, widest);
  const { call: loss, target } = pick(draw, losses);
  return new Model({ features, stages, loss, target, optimizer: pick(draw, optimizers) });
}
