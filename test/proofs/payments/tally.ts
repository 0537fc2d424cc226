/** How often something was reached. What was announced and hardly ever reached was not proved. */
export class Tally {
  readonly #counts = new Map<string, number>();

  announce(names: Iterable<string>): void {
    for (const name of names) if (!this.#counts.has(name)) this.#counts.set(name, 0);
  }

  add(name: string, times = 1): void {
    if (times > 0) this.#counts.set(name, this.get(name) + times);
  }

  get(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** What was reached less often than that. */
  tooSeldom(least: number): string[] {
    return [...this.#counts]
      .filter(([, count]) => count < least)
      .map(([name, count]) => `reached ${count} times, and at least ${least} are asked for: ${name}`);
  }

  table(): string {
    return [...this.#counts].map(([name, count]) => `  ${String(count).padStart(7)}  ${name}`).join('\n');
  }
}
