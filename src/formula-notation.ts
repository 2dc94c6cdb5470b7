/** How operators are written in formulas, as text and in LaTeX. */
import { must } from './errors.ts';
import type { Expr } from './expr.ts';

/** A piece of a formula. Operands of a tighter operator are put in parentheses where their level is lower. */
export interface Piece {
  readonly text: string;
  readonly level: number;
}

const level = { choice: 0, relation: 1, sum: 2, product: 3, sign: 4, power: 5, atom: 6 } as const;

export type Style = 'text' | 'latex';

/** Writes an operator from its operands, which are given as pieces and as nodes. */
type Rule = (pieces: readonly Piece[], node: Expr, operands: readonly Expr[]) => Piece;

export interface Notation {
  readonly rules: Readonly<Record<string, Rule>>;
  /** An operator without a rule: a function of its operands. */
  readonly call: (name: string, pieces: readonly Piece[], details: readonly string[]) => Piece;
  readonly name: (text: string) => Piece;
  readonly number: (value: number) => Piece;
  /** A named size: a product such as `2*N`. */
  readonly size: (text: string) => Piece;
}

export const atom = (text: string): Piece => ({ text, level: level.atom });

const at = (pieces: readonly Piece[], i: number): Piece => must(pieces[i], 'operand of a formula');

/** Parentheses around a piece whose level is below `least`. */
type Wrap = (piece: Piece, least: number) => string;
const inText: Wrap = ({ text, level: own }, least) => (own < least ? `(${text})` : text);
const inLatex: Wrap = ({ text, level: own }, least) => (own < least ? `\\left(${text}\\right)` : text);

/** A left-associative operator between two operands: what stands right and binds no tighter has parentheses. */
const infix =
  (wrap: Wrap, symbol: string, own: number): Rule =>
  (pieces) => ({
    text: `${wrap(at(pieces, 0), own)}${symbol}${wrap(at(pieces, 1), own + 1)}`,
    level: own,
  });

const around =
  (before: string, after: string): Rule =>
  (pieces) =>
    atom(`${before}${at(pieces, 0).text}${after}`);

/** A square where both operands are one node, else `otherwise`. */
const squareOr =
  (wrap: Wrap, otherwise: Rule): Rule =>
  (pieces, node, operands) =>
    operands[0] === operands[1]
      ? { text: `${wrap(at(pieces, 0), level.atom)}^2`, level: level.power }
      : otherwise(pieces, node, operands);

const sizeLevel = (text: string): number => (text.includes('*') ? level.product : level.atom);

const axesOf = (node: Expr): string => {
  const axes = node.attrs['axes'] as readonly number[];
  return axes.length === node.args[0]?.shape.length ? '' : axes.join(', ');
};

/** Whether a permutation exchanges the last two axes alone. */
function isTranspose({ attrs }: Expr): boolean {
  const axes = (attrs['axes'] as readonly number[] | undefined) ?? [];
  const rank = axes.length;
  return rank >= 2 && axes.every((axis, i) => axis === (i === rank - 1 ? i - 1 : i === rank - 2 ? i + 1 : i));
}

const relations = { eq: '=', ne: '!=', lt: '<', le: '<=' } as const;
const latexRelations = { eq: '=', ne: '\\ne', lt: '<', le: '\\le' } as const;

function relationRules(wrap: Wrap, symbols: Readonly<Record<string, string>>): Record<string, Rule> {
  const entries = Object.entries(symbols).map(
    ([name, symbol]) => [name, infix(wrap, ` ${symbol} `, level.relation)] as const,
  );
  return Object.fromEntries(entries);
}

const negation =
  (wrap: Wrap): Rule =>
  (pieces) => ({ text: `-${wrap(at(pieces, 0), level.sign)}`, level: level.sign });

const textCall: Notation['call'] = (name, pieces, details) =>
  atom(`${name}(${[...pieces.map(({ text }) => text), ...details].join(', ')})`);

const reduction =
  (name: string): Rule =>
  (pieces, node) => {
    const axes = axesOf(node);
    return textCall(name, pieces, axes ? [`axes ${axes}`] : []);
  };

export const textNotation: Notation = {
  rules: {
    ...relationRules(inText, relations),
    add: infix(inText, ' + ', level.sum),
    sub: infix(inText, ' - ', level.sum),
    mul: squareOr(inText, infix(inText, ' * ', level.product)),
    div: infix(inText, ' / ', level.product),
    matmul: infix(inText, ' @ ', level.product),
    neg: negation(inText),
    pow: (pieces) => ({
      text: `${inText(at(pieces, 0), level.atom)}^${inText(at(pieces, 1), level.atom)}`,
      level: level.power,
    }),
    abs: around('|', '|'),
    maximum: (pieces) => textCall('max', pieces, []),
    minimum: (pieces) => textCall('min', pieces, []),
    sum: reduction('sum'),
    max: reduction('max'),
    min: reduction('min'),
    prod: reduction('prod'),
    permute: (pieces, node) =>
      isTranspose(node)
        ? { text: `${inText(at(pieces, 0), level.atom)}^T`, level: level.power }
        : textCall('permute', pieces, [String(node.attrs['axes'])]),
    gradient: (pieces) => atom(`d(${at(pieces, 0).text})/d(${at(pieces, 1).text})`),
  },
  call: textCall,
  name: (text) => atom(text),
  size: (text) => ({ text: text.replaceAll('*', ' * '), level: sizeLevel(text) }),
  number: (value) => ({ text: decimal(value), level: value < 0 ? level.sign : level.atom }),
};

/** The shortest decimal, with a power of ten for small numbers; `pi` for the number nearest to it. */
function decimal(value: number): string {
  if (value === Math.PI) return 'pi';
  return value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential() : String(value);
}

const greek = /^(alpha|beta|gamma|delta|epsilon|eta|theta|lambda|mu|nu|rho|sigma|tau|phi|omega)(\d*)$/;
const symbols: Readonly<Record<string, string>> = {
  lr: '\\eta',
  eps: '\\epsilon',
  weightDecay: '\\lambda',
  momentum: '\\mu',
};

/** One letter, a Greek letter with an index, or upright text; a prime stays behind it. */
function latexName(text: string): Piece {
  const prime = text.endsWith("'") ? "'" : '';
  const plain = prime ? text.slice(0, -1) : text;
  const known = symbols[plain];
  const letter = greek.exec(plain);
  if (known !== undefined) return atom(`${known}${prime}`);
  if (letter) return atom(`\\${letter[1]}${letter[2] ? `_{${letter[2]}}` : ''}${prime}`);
  const indexed = /^([A-Za-z])(\d*)$/.exec(plain);
  if (indexed) return atom(`${indexed[1]}${indexed[2] ? `_{${indexed[2]}}` : ''}${prime}`);
  return atom(`\\mathrm{${plain.replace(/[\\{}$&#%_^~]/g, (c) => `\\${c}`)}}${prime}`);
}

/** 1.5e-8 as 1.5 \cdot 10^{-8}. */
function latexNumber(value: number): Piece {
  if (!Number.isFinite(value))
    return atom(Number.isNaN(value) ? '\\mathrm{NaN}' : value > 0 ? '\\infty' : '-\\infty');
  if (value === Math.PI) return atom('\\pi');
  const [digits = '', power] = decimal(value).split('e');
  if (power === undefined) return value < 0 ? { text: digits, level: level.sign } : atom(digits);
  const ten = `10^{${Number(power)}}`;
  return digits === '1'
    ? { text: ten, level: level.power }
    : { text: `${digits} \\cdot ${ten}`, level: level.product };
}

const isScalar = (node: Expr | undefined): boolean => node?.shape.length === 0;

/** Scalars stand beside their factor; tensors are multiplied element by element. */
const latexProduct: Rule = (pieces, node, operands) => {
  const symbol = operands.some(isScalar) ? ' \\, ' : ' \\odot ';
  return infix(inLatex, symbol, level.product)(pieces, node, operands);
};

const latexCall: Notation['call'] = (name, pieces, details) => {
  const inside = [...pieces.map(({ text }) => text), ...details].join(', ');
  return atom(`\\operatorname{${name}}\\left(${inside}\\right)`);
};

const bigOperator =
  (symbol: string): Rule =>
  (pieces, node) => {
    const axes = axesOf(node);
    const below = axes ? `_{${axes}}` : '';
    return { text: `${symbol}${below} ${inLatex(at(pieces, 0), level.sign)}`, level: level.product };
  };

export const latexNotation: Notation = {
  rules: {
    ...relationRules(inLatex, latexRelations),
    add: infix(inLatex, ' + ', level.sum),
    sub: infix(inLatex, ' - ', level.sum),
    mul: squareOr(inLatex, latexProduct),
    div: (pieces) => atom(`\\frac{${at(pieces, 0).text}}{${at(pieces, 1).text}}`),
    matmul: infix(inLatex, ' \\, ', level.product),
    neg: negation(inLatex),
    pow: (pieces) => ({
      text: `${inLatex(at(pieces, 0), level.atom)}^{${at(pieces, 1).text}}`,
      level: level.power,
    }),
    abs: around('\\left|', '\\right|'),
    maximum: (pieces) => latexCall('max', pieces, []),
    minimum: (pieces) => latexCall('min', pieces, []),
    sqrt: around('\\sqrt{', '}'),
    exp: (pieces) => ({ text: `e^{${at(pieces, 0).text}}`, level: level.power }),
    sum: bigOperator('\\sum'),
    prod: bigOperator('\\prod'),
    max: bigOperator('\\max'),
    min: bigOperator('\\min'),
    where: (pieces) => {
      const [condition, then, otherwise] = [0, 1, 2].map((i) => at(pieces, i).text);
      const rows = `${then} & ${condition} \\\\ ${otherwise} & \\text{otherwise}`;
      return { text: `\\begin{cases} ${rows} \\end{cases}`, level: level.choice };
    },
    permute: (pieces, node) =>
      isTranspose(node)
        ? { text: `${inLatex(at(pieces, 0), level.atom)}^{\\top}`, level: level.power }
        : latexCall('permute', pieces, [String(node.attrs['axes'])]),
    gradient: (pieces) => {
      const [value, variable] = [0, 1].map((i) => inLatex(at(pieces, i), level.power));
      return atom(`\\frac{\\partial ${value}}{\\partial ${variable}}`);
    },
  },
  call: latexCall,
  name: latexName,
  number: latexNumber,
  size: (text) => ({
    text: text
      .split('*')
      .map((factor) => (/^\d/.test(factor) ? factor : latexName(factor).text))
      .join(' \\, '),
    level: sizeLevel(text),
  }),
};
