/**
 * Layers against torch.nn 2.13: `layers-by-torch.json` holds what PyTorch computes in float64 with parameter number
 * k filled by 0.5 sin(1 + i + 10 k) and input number j by cos((j + 1) i).
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isExpr, nn, tensor } from 'adjoint';
import type { Expr, Shape } from 'adjoint';
import { Streams, resolveModes } from '../../src/resolve.ts';
import { slotName } from '../../src/slot.ts';
import { postorder } from '../../src/walk.ts';
import type { Float, Point } from './check.ts';
import { evaluate, given } from './check.ts';

interface Expected {
  readonly state: Readonly<Record<string, readonly number[]>>;
  readonly inputs: readonly (readonly number[])[];
  readonly outputs: readonly { readonly shape: readonly number[]; readonly data: readonly number[] }[];
}
const expected = JSON.parse(
  readFileSync(new URL('layers-by-torch.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, Expected>>;

interface Row {
  readonly layer: nn.Module;
  /** How the layer is applied, where it is not to all inputs in order. */
  readonly run?: (...inputs: Float[]) => object;
  readonly training?: boolean;
}

const bools = (shape: readonly number[], data: readonly number[]): Expr<Shape, 'bool'> =>
  tensor(data, shape, 'bool');
const blocked = bools([3, 3], [0, 1, 1, 0, 0, 1, 1, 0, 0]);
const behind = bools([3, 3], [0, 1, 1, 0, 0, 1, 0, 0, 0]);
const padding = bools([2, 3], [0, 0, 1, 0, 0, 0]);

function rowOf<L extends nn.Module>(layer: L, run: (layer: L, ...inputs: Float[]) => object): Row {
  return { layer, run: (...inputs) => run(layer, ...inputs) };
}
/** Three inputs, all of which are there. */
type Three = [Float, Float, Float];

const rows: Readonly<Record<string, Row>> = {
  conv1d: { layer: nn.conv1d(2, 4, 3, { stride: 2, padding: 1, groups: 2 }) },
  'conv2d same reflect': {
    layer: nn.conv2d(2, 1, [3, 2], { padding: 'same', paddingMode: 'reflect', bias: false }),
  },
  'conv2d circular': { layer: nn.conv2d(1, 2, 3, { padding: 1, paddingMode: 'circular' }) },
  conv3d: { layer: nn.conv3d(1, 2, 2) },
  convTranspose1d: {
    layer: nn.convTranspose1d(4, 2, 3, { stride: 2, padding: 1, outputPadding: 1, groups: 2 }),
  },
  convTranspose2d: { layer: nn.convTranspose2d(2, 1, [2, 3], { stride: [1, 2] }) },
  maxPool1d: { layer: nn.maxPool1d(2, { padding: 1, ceilMode: true }) },
  maxPool2d: { layer: nn.maxPool2d([2, 3], { stride: 2, padding: 1 }) },
  avgPool2d: { layer: nn.avgPool2d(3, { stride: 2, padding: 1, ceilMode: true, countIncludePad: false }) },
  avgPool1d: { layer: nn.avgPool1d(3, { stride: 2, padding: 1, ceilMode: true }) },
  adaptiveAvgPool2d: { layer: nn.adaptiveAvgPool2d([2, null]) },
  adaptiveMaxPool1d: { layer: nn.adaptiveMaxPool1d(3) },
  localResponseNorm: { layer: nn.localResponseNorm(3, { alpha: 0.5 }) },
  unfold: { layer: nn.unfold([2, 3], { stride: 2, padding: 1, dilation: [1, 2] }) },
  fold: { layer: nn.fold([3, 4], 2, { padding: 1, stride: 2 }) },
  'batchNorm1d evaluating': { layer: nn.batchNorm1d(3) },
  batchNorm2d: { layer: nn.batchNorm2d(2, { momentum: 0.3 }), training: true },
  'batchNorm1d twice': {
    ...rowOf(nn.batchNorm1d(2), (layer, x) => layer(layer(x as Expr<[3, 2, 4], 'float64'>))),
    training: true,
  },
  'batchNorm1d cumulative': { layer: nn.batchNorm1d(2, { momentum: null }), training: true },
  'batchNorm1d without memory': {
    layer: nn.batchNorm1d(2, { trackRunningStats: false, affine: false }),
    training: true,
  },
  instanceNorm1d: { layer: nn.instanceNorm1d(3, { affine: true }) },
  groupNorm: { layer: nn.groupNorm(2, 4) },
  layerNorm: { layer: nn.layerNorm([2, 3]) },
  rmsNorm: { layer: nn.rmsNorm(3) },
  lstm: { layer: nn.lstm(3, 2, { numLayers: 2, bidirectional: true, batchFirst: true }) },
  'lstm with a state': rowOf(nn.lstm(3, 2), (layer, ...inputs) => {
    const [x, hidden, cell] = inputs as Three;
    return layer(x, { hidden, cell });
  }),
  gru: rowOf(nn.gru(3, 2, { numLayers: 2, bias: false }), (layer, ...inputs) => {
    const [x, hidden] = inputs as Three;
    return layer(x, { hidden });
  }),
  rnn: { layer: nn.rnn(3, 2, { nonlinearity: 'relu', bidirectional: true }) },
  rnnCell: { layer: nn.rnnCell(3, 2) },
  gruCell: { layer: nn.gruCell(3, 2) },
  lstmCell: rowOf(nn.lstmCell(3, 2), (layer, ...inputs) => {
    const [x, hidden, cell] = inputs as Three;
    return layer(x, { hidden, cell });
  }),
  multiheadAttention: { layer: nn.multiheadAttention(4, 2) },
  'multiheadAttention of other features': rowOf(
    nn.multiheadAttention(4, 2, { kdim: 3, vdim: 5, bias: false, batchFirst: true }),
    (layer, ...inputs) => layer(...(inputs as Three), { averageAttnWeights: false }),
  ),
  'multiheadAttention masked': rowOf(
    nn.multiheadAttention(4, 2, { batchFirst: true }),
    (layer, ...inputs) => {
      const [x] = inputs as Three;
      return layer(x, x, x, { attnMask: blocked, keyPaddingMask: padding });
    },
  ),
  transformerEncoderLayer: rowOf(
    nn.transformerEncoderLayer(4, 2, { dimFeedforward: 5, activation: 'gelu', normFirst: true }),
    (layer, x) => layer(x as Float, { keyPaddingMask: padding }),
  ),
  transformerEncoder: {
    layer: nn.transformerEncoder(
      [1, 2].map(() => nn.transformerEncoderLayer(4, 2, { dimFeedforward: 5, batchFirst: true })),
      { norm: nn.layerNorm(4) },
    ),
  },
  transformerDecoderLayer: rowOf(
    nn.transformerDecoderLayer(4, 2, { dimFeedforward: 5, batchFirst: true, bias: false }),
    (layer, ...inputs) => {
      const [target, memory] = inputs as Three;
      return layer(target, memory, { target: { attnMask: behind } });
    },
  ),
};

const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** What a layer made, as a list: an expression, or the members of a result. */
const listed = (made: object): Expr[] => (isExpr(made) ? [made] : (Object.values(made) as Expr[]));

/** The values of a layer's outputs, and of its state after a training step; and the names and shapes of its tensors. */
function runLayer({ layer, run, training = false }: Row, shapes: readonly (readonly number[])[]) {
  const inputs = shapes.map((shape, j): Point => {
    const data = Array.from({ length: count(shape) }, (_, i) => Math.cos((j + 1) * i));
    return given(`x${j}`, shape, data, 'float64');
  });
  const apply = run ?? (layer as unknown as (...x: Float[]) => object);
  const outputs = listed(apply(...inputs.map(({ expr }) => expr)));
  const named = outputs.map((expr, i) => ({ name: `y${i}`, expr }));
  const { exprs, updates } = resolveModes(training ? 'train' : 'evaluate', named, new Streams());
  const roots = [...exprs, ...updates.map(({ next }) => next)];
  const parameters = nn.moduleParameters(layer);
  const leaves = postorder([...outputs, ...roots]).filter(({ args }) => args.length === 0);
  const state: Record<string, readonly unknown[]> = {};
  for (const { name, shape } of parameters) state[name] = shape;
  const points = leaves.flatMap((leaf): Point[] => {
    const { slot } = leaf;
    if (slot?.kind === 'state') {
      state[slotName(slot)] = leaf.shape;
      const start = evaluate([slot.init.value(slot.shape, slot.dtype)], [])[0]?.data ?? [];
      return [{ expr: leaf as Float, data: start }];
    }
    const k = parameters.findIndex((own) => own.slot === slot);
    if (slot?.kind !== 'parameter' || k < 0) return [];
    const data = Array.from(
      { length: count(leaf.shape as number[]) },
      (_, i) => 0.5 * Math.sin(1 + i + 10 * k),
    );
    return [{ expr: leaf as Float, data }];
  });
  return { values: evaluate(roots, [...inputs, ...points]), state };
}

describe('layers', () => {
  test('every case has a row, and every row a case', () => {
    expect(Object.keys(rows)).toEqual(Object.keys(expected));
  });

  test.each(Object.entries(rows))('%s computes what torch.nn computes, with its names', (name, row) => {
    const { inputs, outputs, state: tensors } = expected[name] as Expected;
    const { values, state } = runLayer(row, inputs);
    expect(state).toEqual(tensors);
    expect(values.map(({ shape }) => shape)).toEqual(outputs.map(({ shape }) => shape));
    outputs.forEach(({ data }, i) =>
      data.forEach((value, j) =>
        expect(values[i]?.data[j], `output ${i}, element ${j}`).toBeCloseTo(value, 11),
      ),
    );
  });
});
