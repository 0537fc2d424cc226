import { describe, expect, test } from 'vitest';
import { chanceOf, FAULTS, faultsShape, isQuiet, QUIET } from './chance.ts';

const faults = (some: object) => faultsShape.parse(some);
const draws = Array.from({ length: 1000 }, (_, draw) => draw);

describe('Chance at the test gateway', () => {
  test('the same seed is the same day, another seed another one', () => {
    const day = (seed: number) =>
      draws.map((draw) => chanceOf(faults({ failsBefore: 30 }), seed, draw).happens('failsBefore'));
    expect(day(7)).toEqual(day(7));
    expect(day(7)).not.toEqual(day(8));
  });

  test('of a hundred requests as many go wrong as was asked for', () => {
    const count = (percent: number) =>
      draws.filter((draw) => chanceOf(faults({ losesEvents: percent }), 1, draw).happens('losesEvents')).length / 10;
    expect(count(0)).toBe(0);
    expect(count(100)).toBe(100);
    expect(count(30)).toBeGreaterThan(25);
    expect(count(30)).toBeLessThan(35);
  });

  test('several events of one request have a chance of their own', () => {
    const chance = chanceOf(faults({ losesEvents: 50 }), 1, 1);
    const fates = draws.slice(0, 50).map((nth) => chance.happens('losesEvents', nth));
    expect(new Set(fates)).toEqual(new Set([true, false]));
    expect(chance.milliseconds(1000, 1)).toBe(chance.milliseconds(1000, 1));
  });

  test('on a quiet day nothing happens', () => {
    expect(isQuiet(faults({}))).toBe(true);
    expect(isQuiet(faults({ doublesEvents: 1 }))).toBe(false);
    expect(FAULTS.some((fault) => QUIET.happens(fault))).toBe(false);
  });
});
