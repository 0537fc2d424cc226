import type { Move } from './moves.ts';

const WITHIN_MS = 120_000;

/** Leaves out moves for as long as what remains still fails; gives up looking after two minutes. */
export async function shrink(
  moves: readonly Move[],
  fails: (moves: readonly Move[]) => Promise<string | undefined>,
): Promise<{ moves: readonly Move[]; failure: string | undefined }> {
  const deadline = performance.now() + WITHIN_MS;
  let failure = await fails(moves);
  // Lots made at the same instant have their order from the ids that chance gave them.
  if (failure === undefined) return { moves, failure: 'it did not fail again' };
  for (let size = Math.ceil(moves.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = moves.length - size; at > -size && performance.now() < deadline; at -= size) {
      const fewer = [...moves.slice(0, Math.max(at, 0)), ...moves.slice(at + size)];
      const how = await fails(fewer);
      if (how === undefined) continue;
      moves = fewer;
      failure = how;
    }
  }
  return { moves, failure };
}
