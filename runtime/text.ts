/** Text that came from outside, made fit to print: ASCII, on one line, not too long. */

/** `text` on one line of ASCII: other characters become `\uXXXX`; beyond `longest` characters it is cut. */
export function escaped(text: string, longest: number): string {
  let shown = '';
  for (let i = 0; i < text.length && shown.length <= longest; i++) {
    const unit = text.charCodeAt(i);
    const plain = unit >= 0x20 && unit <= 0x7e;
    shown += plain ? text.charAt(i) : `\\u${unit.toString(16).padStart(4, '0')}`;
  }
  return shown.length > longest ? `${shown.slice(0, longest - 3)}...` : shown;
}

/** A name or a piece of input, as errors print it: escaped, and cut at 80 characters. */
export function printable(text: string): string {
  return escaped(text, 80);
}

/** `text` made printable between double quotes. */
export function quoted(text: string): string {
  return `"${printable(text)}"`;
}

/** Any value in a few printable words, for an error that says what was found. */
export function described(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'bigint') return printable(`${value}n`);
  if (value === null || value === undefined || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** `shape` as it is written: `[32, 10]`, `[N, 10]`. */
export function shapeText(shape: readonly (number | string)[]): string {
  return `[${shape.map((size) => printable(String(size))).join(', ')}]`;
}

/** The name in `names` that `name` most likely means, if one is near enough to be a slip of the keys. */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of names) {
    if (Math.abs(candidate.length - name.length) >= least) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance >= least) continue;
    [best, least] = [candidate, distance];
  }
  return best;
}

/** `Did you mean "x"?`, or the names there are. */
export function suggestion(name: string, names: readonly string[]): string {
  const near = nearest(name, names);
  if (near !== undefined) return `Did you mean ${quoted(near)}?`;
  if (names.length === 0) return 'There are none.';
  const shown = names.slice(0, 8).map(quoted).join(', ');
  return `There ${names.length === 1 ? 'is' : 'are'} ${shown}${names.length > 8 ? ', ...' : ''}.`;
}

/** Levenshtein distance: insertions, deletions and substitutions that turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 0; i < a.length; i++) {
    const row = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const substituted = (previous[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      row.push(Math.min(substituted, (previous[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
