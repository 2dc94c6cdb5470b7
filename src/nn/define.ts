/** A user's own modules: named members, and a function of them and of the inputs. */
import type { FloatDType } from '../dtype.ts';
import { AdjointError } from '../errors.ts';
import type { Expr } from '../expr.ts';
import type { Shape } from '../shape-types.ts';
import type { LayerOptions, LazyParameter, Module, ModuleParts } from './module.ts';
import { ModuleScope, asModule } from './module.ts';
import type { OwnParameter } from './parameter.ts';
import { adoptParameter } from './parameter.ts';
import type { ArrowRule } from './rules.ts';

/** A layer, a list of layers, or a parameter of the module's own. */
export type Member = Module | readonly Module[] | OwnParameter<Shape, FloatDType>;
export type Members = Readonly<Record<string, Member>>;

/** Members as the function sees them: parameters are expressions. */
export type Opened<M extends Members> = {
  readonly [K in keyof M]: M[K] extends OwnParameter<infer S, infer D> ? Expr<S, D> : M[K];
};

/** Tensors as they are, also those whose shape is a readonly tuple. */
type Taken<A extends readonly unknown[]> = {
  readonly [I in keyof A]: A[I] extends Expr<infer S, infer D> ? Expr<Readonly<S>, D> : A[I];
};

/** A module that is applied as its function is, without the members. */
export type Defined<A extends readonly unknown[], R> = Module &
  ((...inputs: Taken<A>) => R) &
  (A extends readonly [Expr<infer S>]
    ? R extends Expr<infer T>
      ? { readonly rule?: ArrowRule<S, T> }
      : unknown
    : unknown);

/**
 * A module of named members, which name its parameters: `fc1.weight`, `blocks.0.bias`, `scale`. `forward` is called
 * with the members and the inputs. Without a type its input is any float tensor; with one, shapes are checked:
 * `nn.module({ fc: nn.linear(10, 1) }, (m, x: Expr<['N', 10]>) => m.fc(x))`.
 */
export function module<const M extends Members, R>(
  members: M,
  forward: (members: Opened<M>, ...inputs: readonly Expr<Shape, FloatDType>[]) => R,
  options?: LayerOptions,
): Defined<readonly Expr<Shape, FloatDType>[], R>;
export function module<const M extends Members, A extends readonly unknown[], R>(
  members: M,
  forward: (members: Opened<M>, ...inputs: A) => R,
  options?: LayerOptions,
): Defined<A, R>;
export function module(
  members: Members,
  forward: (members: never, ...inputs: never) => unknown,
  { name = '' }: LayerOptions = {},
): Module {
  const scope = new ModuleScope(name);
  const entries = Object.entries(members).map(([key, member]) => takeIn(scope, key, member));
  const opened: unknown = Object.defineProperties(
    {},
    Object.fromEntries(entries.map(({ key, open }) => [key, { get: open, enumerable: true }])),
  );
  return asModule((...inputs: readonly unknown[]) => (forward as Forward)(opened, ...inputs), {
    kind: 'module',
    scope,
    parameters: entries.flatMap(({ parameter }) => (parameter ? [parameter] : [])),
    children: entries.flatMap(({ children }) => children),
  });
}

type Forward = (members: unknown, ...inputs: readonly unknown[]) => unknown;

interface Entry {
  readonly key: string;
  readonly open: () => unknown;
  readonly parameter: LazyParameter | null;
  readonly children: readonly (readonly [string, ModuleParts])[];
}

function takeIn(scope: ModuleScope, key: string, member: Member): Entry {
  if (key === '' || key.includes('.')) {
    throw new AdjointError(
      'E-NAME-UNKNOWN',
      `nn.module: '${key}' is no name of a member`,
      [],
      'Use letters and digits.',
    );
  }
  const parameter = adoptParameter(member, scope, key);
  if (parameter)
    return { key, open: () => (member as OwnParameter<Shape, FloatDType>).value, parameter, children: [] };
  if (isModule(member)) return { key, open: () => member, parameter, children: [[key, member.module]] };
  if (Array.isArray(member) && member.every(isModule))
    return { ...takeInList(scope, key, member), key, parameter };
  throw new AdjointError(
    'E-PROGRAM',
    `nn.module: member ${key} is no layer`,
    [],
    'Members are layers, lists of layers, or nn.parameter(shape).',
  );
}

const isModule = (member: unknown): member is Module => typeof member === 'function' && 'module' in member;

/** A list is a place of its own, so that its layers are called `blocks.0`, `blocks.1`. */
function takeInList(
  scope: ModuleScope,
  key: string,
  layers: readonly Module[],
): Pick<Entry, 'open' | 'children'> {
  const list = new ModuleScope(key);
  const children = layers.map((layer, i) => [String(i), layer.module] as const);
  for (const [name, child] of children) list.adopt(child.scope, name);
  const parts = { kind: 'list', scope: list, parameters: [], children };
  scope.adopt(list, key);
  return { open: () => layers, children: [[key, parts]] };
}
