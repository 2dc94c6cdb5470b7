/** Thrown by a replay for what the project states it does not have; any other error is a failure of the case. */
export class Unsupported extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'Unsupported';
  }
}

/** The row of a table, or the statement that there is none. */
export function rowOf<T>(table: Readonly<Record<string, T>>, what: string, name: string): T {
  const row = Object.hasOwn(table, name) ? table[name] : undefined;
  if (row === undefined) throw new Unsupported(`no ${what} called ${name}`);
  return row;
}
