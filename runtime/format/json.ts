/** The JSON of file headers: objects, arrays, strings and integers. Anything else in it is refused. */
import type { Cursor } from './cursor.ts';

export type JsonValue = string | number | readonly JsonValue[] | JsonObject;
export type JsonObject = ReadonlyMap<string, JsonValue>;

const deepest = 8;

/** Reads one object up to the end of the text. A key that occurs twice is an error, and so is deep nesting. */
export function readJsonObject(cursor: Cursor): JsonObject {
  const object = readObject(cursor, 0);
  cursor.skipSpace();
  if (cursor.character !== '') throw cursor.problem('nothing after the last brace');
  return object;
}

function readValue(cursor: Cursor, depth: number): JsonValue {
  if (depth > deepest) throw cursor.problem(`at most ${deepest} levels of nesting`);
  cursor.skipSpace();
  if (cursor.character === '{') return readObject(cursor, depth);
  if (cursor.character === '[') return readArray(cursor, depth);
  return cursor.character === '"' ? readString(cursor) : cursor.integer();
}

function readObject(cursor: Cursor, depth: number): JsonObject {
  const object = new Map<string, JsonValue>();
  cursor.expect('{');
  if (cursor.accepts('}')) return object;
  do {
    cursor.skipSpace();
    const start = cursor.at;
    const key = readString(cursor);
    if (object.has(key)) {
      cursor.at = start;
      throw cursor.problem('a key that was not there before');
    }
    cursor.expect(':');
    object.set(key, readValue(cursor, depth + 1));
  } while (cursor.accepts(','));
  cursor.expect('}');
  return object;
}

function readArray(cursor: Cursor, depth: number): JsonValue[] {
  const array: JsonValue[] = [];
  cursor.expect('[');
  if (cursor.accepts(']')) return array;
  do array.push(readValue(cursor, depth + 1));
  while (cursor.accepts(','));
  cursor.expect(']');
  return array;
}

function readString(cursor: Cursor): string {
  const { text, at } = cursor;
  if (cursor.character !== '"') throw cursor.problem('a string');
  let end = at + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  const value = parsed(text.slice(at, end + 1));
  if (value === undefined) throw cursor.problem('a string of JSON');
  cursor.at = end + 1;
  return value;
}

/** The string that a literal stands for; undefined where it is not well formed. */
function parsed(literal: string): string | undefined {
  try {
    const value: unknown = JSON.parse(literal);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
