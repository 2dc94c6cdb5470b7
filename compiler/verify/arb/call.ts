/** Calls of public builders as data: what is built, and how it is written, come from one description. */
import * as loss from '../../../src/loss/index.ts';
import * as nn from '../../../src/nn/index.ts';
import * as optim from '../../../src/optim/index.ts';
import * as schedule from '../../../src/schedule/index.ts';
import { InternalError } from '../../../src/errors.ts';
import { numberText, stringText } from '../case/spell.ts';

type Argument = number | string | boolean | BuilderCall | { readonly [key: string]: Argument };

const namespaces: Readonly<Record<string, Readonly<Record<string, unknown>>>> = { loss, nn, optim, schedule };

export class BuilderCall {
  /** `nn.linear`. */
  readonly path: string;
  readonly args: readonly Argument[];

  constructor(path: string, args: readonly Argument[]) {
    this.path = path;
    this.args = args;
  }

  /** Calls the builder, with `first` before the arguments. */
  build(...first: readonly unknown[]): unknown {
    const [space = '', name = ''] = this.path.split('.');
    const builder = namespaces[space]?.[name];
    if (typeof builder !== 'function') throw new InternalError(`there is no builder ${this.path}`);
    return (builder as (...args: readonly unknown[]) => unknown)(...first, ...this.args.map(valueOf));
  }

  /** The call as source text, with `first` before the arguments. */
  text(...first: readonly string[]): string {
    return `${this.path}(${[...first, ...this.args.map(textOf)].join(', ')})`;
  }
}

function valueOf(argument: Argument): unknown {
  if (argument instanceof BuilderCall) return argument.build();
  if (typeof argument !== 'object') return argument;
  return Object.fromEntries(Object.entries(argument).map(([key, value]) => [key, valueOf(value)]));
}

function textOf(argument: Argument): string {
  if (argument instanceof BuilderCall) return argument.text();
  if (typeof argument === 'number') return numberText(argument);
  if (typeof argument === 'string') return stringText(argument);
  if (typeof argument === 'boolean') return String(argument);
  return `{ ${Object.entries(argument)
    .map(([key, value]) => `${key}: ${textOf(value)}`)
    .join(', ')} }`;
}

export const call = (path: string, ...args: readonly Argument[]): BuilderCall => new BuilderCall(path, args);
