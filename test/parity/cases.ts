/** The cases of a parity suite, as `fixtures/README.md` specifies them. Fields that no replay reads are left out. */

export type SuiteDType = 'float64' | 'float32' | 'int64' | 'bool';

export interface TensorData {
  readonly shape: readonly number[];
  readonly dtype: SuiteDType;
  readonly data: readonly number[];
}

export interface NamedData extends TensorData {
  readonly name: string;
}

export type Attributes = Readonly<Record<string, unknown>>;

export interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
}

interface CaseBase {
  readonly id: string;
  readonly kind: string;
  readonly tags?: readonly string[];
}

export interface CaseInput extends NamedData {
  readonly requires_grad?: boolean;
}

/** One list of numbers, flat and row-major, for each tensor; null where there is none. */
type Flat = readonly (readonly number[] | null)[];

interface ExpressionFields extends CaseBase {
  readonly inputs: readonly CaseInput[];
  readonly cotangents: Flat;
  readonly tol?: Tolerance;
}

interface ValueFields extends ExpressionFields {
  readonly outputs: readonly NamedData[];
  readonly grads: Flat;
}

export interface OpCase extends ValueFields {
  readonly op: string;
  readonly attrs: Attributes;
}

export interface LossCase extends ValueFields {
  readonly loss: string;
  readonly attrs: Attributes;
}

export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly attrs: Attributes;
}

interface GraphFields {
  readonly nodes: readonly GraphNode[];
  readonly output_names: readonly string[];
}

export interface GraphCase extends ValueFields, GraphFields {}

export interface HvpCase extends ExpressionFields, GraphFields {
  readonly value: number;
  readonly vectors: Flat;
  readonly hvps: Flat;
}

/** The rows of a gradient that has no others. */
export interface SparseGradient {
  readonly rows: readonly number[];
  readonly values: readonly number[];
}

export type Gradient = readonly number[] | SparseGradient | null;

export interface OptimizerCase extends CaseBase {
  readonly optimizer: string;
  readonly groups: readonly { readonly params: readonly number[]; readonly attrs: Attributes }[];
  readonly params: readonly TensorData[];
  /** Absent where there is an objective. */
  readonly grads?: readonly (readonly Gradient[])[];
  readonly objective?: Attributes & { readonly name?: string };
  readonly steps?: number;
  readonly loss_before?: readonly number[];
  readonly lr_per_step?: readonly number[];
  readonly params_after: readonly (readonly (readonly number[])[])[];
  readonly tol?: Tolerance;
}

export interface SchedulerSpec {
  readonly scheduler: string;
  readonly attrs: Attributes;
}

export interface SchedulerCase extends CaseBase, SchedulerSpec {
  readonly base_lrs: readonly number[];
  readonly optimizer: { readonly name: string; readonly attrs: Attributes };
  readonly steps: number;
  readonly metrics?: readonly number[];
  readonly lrs: readonly (readonly number[])[];
  readonly momentums?: readonly (readonly number[])[];
  readonly tol?: Tolerance;
}

export interface ClipCase extends CaseBase {
  readonly clip: string;
  readonly attrs: Attributes;
  readonly grads: readonly TensorData[];
  readonly total_norm?: number;
  readonly grads_after: readonly (readonly number[])[];
  readonly tol?: Tolerance;
}

/** What an initializer draws: a distribution and its facts. */
export interface Drawn {
  readonly name: string;
  readonly shape: readonly number[];
  readonly distribution: string;
  readonly low?: number;
  readonly high?: number;
  readonly mean?: number;
  readonly std?: number;
  readonly value?: number;
  readonly gain?: number;
  readonly data?: readonly number[];
}

export interface InitCase extends CaseBase {
  readonly init: string;
  readonly attrs: Attributes;
  readonly params: readonly Drawn[];
}

/** A layer of a model: its name, its attributes beside it, and nested layers. */
export interface LayerSpec extends Attributes {
  readonly layer: string;
  readonly layers?: readonly LayerSpec[];
}

interface Reference {
  readonly ref: string;
}

export interface RunTolerance {
  readonly losses: number;
  readonly grad_norms: number;
  readonly state: number;
}

/** What a training run must show. */
export interface RunExpectation {
  readonly losses: readonly number[];
  readonly grad_norms: readonly number[];
  readonly lrs: readonly (readonly number[])[];
  readonly eval_output: TensorData;
  readonly final: Readonly<Record<string, TensorData>>;
  readonly printed?: readonly string[];
}

export interface TrainCase extends CaseBase {
  readonly model: readonly LayerSpec[];
  readonly init: Readonly<Record<string, TensorData>>;
  readonly data: { readonly x: Reference; readonly y: Reference };
  readonly loss: {
    readonly name: string;
    readonly attrs: Attributes;
    readonly weight?: Reference;
    readonly pos_weight?: Reference;
  };
  readonly optimizer: {
    readonly name: string;
    readonly groups: readonly { readonly params: readonly string[]; readonly attrs: Attributes }[];
  };
  readonly scheduler?: {
    readonly name: string;
    readonly attrs: Attributes;
    readonly step: 'epoch' | 'batch';
  };
  readonly clip?: { readonly name: string; readonly attrs: Attributes };
  readonly batches: { readonly size: number } | { readonly per_epoch: readonly (readonly number[][])[] };
  readonly epochs: number;
  readonly eval_rows: number;
  readonly log?: { readonly every: number };
  readonly tol: Readonly<Record<RunDType, RunTolerance>>;
  readonly state_exempt?: readonly string[];
  readonly expect: Readonly<Record<RunDType, RunExpectation>>;
}

export type RunDType = 'float64' | 'float32';

export type ParityCase = CaseBase;
