import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  findings,
  functionLengths,
  pathsIn,
  type SourceFile,
  sourceFile,
  sourceFiles,
  textLiterals,
} from './support/tidy.ts';

// The house rules. What a rule has to let pass stands beside it, with the reason.

/** A feature knows those of its own and of lower ranks. Whoever is to call upward is handed a function in app.ts. */
const RANKS: Record<string, number> = {
  organizations: 1,
  people: 1,
  'sign-in': 1,
  billing: 2,
  credits: 2,
  payments: 2,
  notifications: 2,
  packages: 3,
  plans: 3,
  permissions: 3,
  subscriptions: 4,
  invoices: 4,
  purchases: 5,
  analytics: 6,
  onboarding: 6,
  'personal-data': 6,
  demo: 6,
};
const OUTERMOST = 6; // These read everything, and nobody imports them.
/** Who comes first among those who say who there is. */
const FIRST_RANK = ['organizations', 'people', 'sign-in'];

/** A feature's face is the file of its own name. Sign-in shows itself by its guards, and by these. */
const MORE_FACES: Record<string, string> = {
  'organizations/choices.ts': 'currencies, zones and languages to choose from, at set-up and for another location',
  'sign-in/frame.tsx': 'the frame around every page',
  'sign-in/visit.ts': 'the guards that routes name, and who is visiting',
  'sign-in/flash.ts': 'what is told on the next page',
  'sign-in/sessions.ts': 'the set-up signs in the owner it has made',
  'sign-in/links.ts': 'the demo hands out links that sign its people in',
  'people/customer-frame.tsx': 'the page of a member or company, to which other features add their tabs',
  'payments/card-choices.ts': 'the cards among which people choose on every pay sheet, and why one failed',
  'credits/ledger.tsx': 'history and lots as they are shown on several pages',
  'credits/local-time.ts': "instants and days in a location's zone, beside the ledger on the same pages",
};

/** Pages of people stand in sign-in's frame; what people knows without a page does not. */
const PAGES_OF_PEOPLE_MAY_USE = ['sign-in/frame.tsx', 'sign-in/visit.ts', 'sign-in/flash.ts'];

const isTest = (path: string) =>
  path.startsWith('test/') ||
  /\.test(-suite)?\.tsx?$/.test(path) ||
  /\/test-[\w-]+\.tsx?$/.test(path) ||
  path.includes('/fixtures/');

const everything = sourceFiles(['src', 'test', 'db', 'bench'].filter(existsSync), ['build.ts']);
const program = everything.filter(({ path }) => path.startsWith('src/') && !isTest(path));
const inLayer = (layer: string) => program.filter(({ path }) => path.startsWith(`src/${layer}/`));
const business = [...inLayer('features'), ...inLayer('shared')];

/** `path:line  imports what` for each import that `allowed` does not let pass. */
function badImports(files: SourceFile[], allowed: (to: string, typeOnly: boolean) => boolean): string[] {
  return files.flatMap(({ path, imports }) =>
    imports.flatMap(({ to, typeOnly, line }) => (allowed(to, typeOnly) ? [] : [`${path}:${line}  imports ${to}`])),
  );
}
const isOurs = (to: string) => /^(src|test|db|bench)\/|\.[jt]sx?$/.test(to);
const within = (to: string, ...layers: string[]) =>
  !isOurs(to) || layers.some((layer) => to.startsWith(`src/${layer}/`));

describe('who may import what', () => {
  test('shared knows nothing but itself, so that browsers can run it too', () => {
    expect(badImports(inLayer('shared'), (to) => to.startsWith('src/shared/'))).toEqual([]);
  });

  test('the platform knows shared and itself, and of the configuration only its type', () => {
    // `Config` is what the platform is handed at its making; how it is read is for main.ts alone.
    const allowed = (to: string, typeOnly: boolean) =>
      within(to, 'shared', 'platform') || (to === 'src/config.ts' && typeOnly);
    expect(badImports(inLayer('platform'), allowed)).toEqual([]);
  });

  test('the web shell knows shared, the platform and itself', () => {
    const allowed = (to: string) => within(to, 'shared', 'platform', 'web') && !to.startsWith('src/web/client/');
    const shell = inLayer('web').filter(({ path }) => !path.startsWith('src/web/client/'));
    expect(badImports(shell, allowed)).toEqual([]);
  });

  test('client scripts know shared and themselves', () => {
    const allowed = (to: string) =>
      to.startsWith('src/shared/') || to.startsWith('src/web/client/') || to === '@hotwired/turbo';
    expect(badImports(inLayer('web/client'), allowed)).toEqual([]);
  });

  test('a feature knows shared, the platform, the web shell and features', () => {
    const allowed = (to: string) =>
      within(to, 'shared', 'platform', 'web', 'features') && !to.startsWith('src/web/client/');
    expect(badImports(inLayer('features'), allowed)).toEqual([]);
  });

  test('only app.ts, main.ts and tests know every feature', () => {
    const outside = [...inLayer('platform'), ...inLayer('shared'), ...inLayer('web')];
    const rest = everything.filter(({ path }) => path === 'src/config.ts' || path === 'build.ts');
    expect(badImports([...outside, ...rest], (to) => !to.startsWith('src/features/'))).toEqual([]);
  });

  test('the program knows no tests', () => {
    expect(badImports(program, (to) => !isOurs(to) || !isTest(to))).toEqual([]);
  });
});

describe('features', () => {
  /** `[feature, rest of the path]` of a file of a feature. */
  const partsOf = (path: string) =>
    /^src\/features\/([^/]+)\/(.+)$/.exec(path)?.slice(1) as [string, string] | undefined;
  const between = inLayer('features').flatMap((file) =>
    file.imports.flatMap(({ to, line }) => {
      const [from] = partsOf(file.path)!;
      const [into, part] = partsOf(to) ?? [from, ''];
      if (into === from) return [];
      return [{ from, into, part: `${into}/${part}`, at: `${file.path}:${line}  imports ${to}`, file }];
    }),
  );
  const isPageOfPeople = ({ file, part }: (typeof between)[number]) =>
    file.path.startsWith('src/features/people/') &&
    file.path.endsWith('.tsx') &&
    PAGES_OF_PEOPLE_MAY_USE.includes(part);
  const at = (edges: typeof between) => edges.map((edge) => edge.at);

  test('each has a rank', () => {
    expect(readdirSync('src/features').filter((name) => !(name in RANKS))).toEqual([]);
  });

  test('none imports from a higher rank, and nobody imports the outermost', () => {
    const upward = between.filter(({ from, into }) => RANKS[into]! > RANKS[from]! || RANKS[into] === OUTERMOST);
    expect(at(upward)).toEqual([]);
  });

  test('of the first rank, organizations knows nobody, people knows organizations, sign-in knows both', () => {
    const backward = between.filter(
      (edge) => FIRST_RANK.indexOf(edge.into) > FIRST_RANK.indexOf(edge.from) && FIRST_RANK.includes(edge.from),
    );
    expect(at(backward.filter((edge) => !isPageOfPeople(edge)))).toEqual([]);
  });

  test('no two know each other in a circle', () => {
    const edges = between.filter((edge) => !isPageOfPeople(edge));
    const reaches = (from: string, goal: string, seen = new Set<string>()): boolean =>
      edges.some(({ from: start, into }) => {
        if (start !== from || seen.has(into)) return false;
        return into === goal || reaches(into, goal, seen.add(into));
      });
    expect(Object.keys(RANKS).filter((feature) => reaches(feature, feature))).toEqual([]);
  });

  test('each is imported by its face only: the file of its name, or one of the few beside it', () => {
    const isFace = ({ into, part }: { into: string; part: string }) =>
      part === `${into}/${into}.ts` || part in MORE_FACES;
    expect(at(between.filter((edge) => !isFace(edge)))).toEqual([]);
    const unneeded = Object.keys(MORE_FACES).filter((face) => !between.some(({ part }) => part === face));
    expect(unneeded).toEqual([]);
  });

  test('each says in a README what it owns and does not own', () => {
    const names = readdirSync('src/features');
    expect(names.filter((name) => !existsSync(`src/features/${name}/README.md`))).toEqual([]);
  });
});

describe('size and shape', () => {
  test('a file has at most 300 lines', () => {
    // Written by a program from the migrated schema.
    const long = everything.filter(({ lines, path }) => lines > 300 && path !== 'src/platform/database/schema.ts');
    expect(long.map(({ path, lines }) => `${path}  ${lines} lines`)).toEqual([]);
  });

  test('a function has at most 70 lines', () => {
    // Not in tests: what describes many cases is a list, not a train of thought.
    const files = everything.filter(({ path }) => !/\.test(-suite)?\.tsx?$/.test(path));
    const long = files.flatMap((file) =>
      functionLengths(file)
        .filter(({ lines }) => lines > 70)
        .map(({ name, line, lines }) => `${file.path}:${line}  ${name} has ${lines} lines`),
    );
    expect(long).toEqual([]);
  });

  test('no file only passes on what others export', () => {
    const barrels = everything.filter(({ code }) => {
      const rest = code.replaceAll(/(?:^|\n) *(import|export)\b[^;]*?\bfrom\s*' *';|(?:^|\n)import ' *';/g, '');
      return /\bexport\b/.test(code) && rest.trim() === '';
    });
    expect(barrels.map(({ path }) => path)).toEqual([]);
  });

  test('no file and no class is named after nothing in particular', () => {
    const files = ['src', 'test', 'db'].flatMap(pathsIn).filter((path) => {
      const name = basename(path).split('.')[0]!;
      return name === 'types' || /(^|[-_])(utils?|helpers?|services?|managers?)$/i.test(name);
    });
    const folders = everything.filter(({ path }) => /\/(utils?|helpers?|services?|managers?|types)\//.test(path));
    const classes = everything.flatMap((file) =>
      findings(file, /\bclass \w*(Utils?|Helpers?|Services?|Managers?|Types)\b/g),
    );
    expect([...files, ...folders.map(({ path }) => path), ...classes]).toEqual([]);
  });

  test('dead files, exports and dependencies are looked for by the check', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    expect(scripts.check).toMatch(/\bknip\b/);
    expect(scripts.quick).toContain('npm run check');
    expect(scripts.test).toContain('npm run quick');
  });

  test('migrations are numbered one after the other', () => {
    const names = readdirSync('db/migrations').sort();
    expect(names.filter((name) => !/^\d{4}_[a-z0-9_]+\.sql$/.test(name))).toEqual([]);
    expect(names.map((name) => Number(name.slice(0, 4)))).toEqual(names.map((_, index) => index + 1));
  });
});

describe('time, chance and surroundings', () => {
  test('what the business does is told the time and does not throw dice', () => {
    const asks = /\bnew Date\(\s*\)|\bDate\.now\b|\bTemporal\.Now\b|\bMath\.random\b/g;
    expect(business.flatMap((file) => findings(file, asks))).toEqual([]);
  });

  test('the environment is read once, at start', () => {
    const readers = [
      'src/main.ts',
      // Hands a few variables on to the process of PostgreSQL.
      'src/platform/postgres/lifeline.ts',
    ];
    const others = program.filter(({ path }) => !readers.includes(path));
    expect(others.flatMap((file) => findings(file, /\bprocess\.env\b/g))).toEqual([]);
  });
});

describe('money and credits', () => {
  /** Becoming a number, or being calculated with one. What it cannot see: a number that arrives under another name. */
  const FLOATS = [
    /\bparseFloat\b|\.toFixed\(/g,
    /\b(?:Number|parseInt)\([^;\n]*[mM]inor/g,
    /\bMath\.\w+\([^;\n]*[mM]inor/g,
    /[mM]inor\b[^;,\n]{0,12}[*/] ?\d[\d_]*(?:\.\d+)?(?![\dn_])/g,
  ];

  test('are integers all the way', () => {
    const allowed: Record<string, string> = {
      'src/features/payments/stripe-amounts.ts': 'the API of Stripe takes and gives whole numbers in JSON',
      'src/features/packages/savings.ts': 'whole percent, after the division',
    };
    const floats = program
      .filter(({ path }) => !(path in allowed))
      .flatMap((file) => FLOATS.flatMap((pattern) => findings(file, pattern)));
    expect(floats).toEqual([]);
  });

  test('the rule sees a float', () => {
    const seen = (text: string) => FLOATS.some((pattern) => findings(sourceFile('x.ts', text), pattern).length > 0);
    for (const bad of ['Number(row.total_minor)', 'parseFloat(text)', 'price.minor / 100', 'totalMinor * 0.2'])
      expect(seen(bad), bad).toBe(true);
    for (const good of ['price.minor * 100n', 'minor / 100n', '// totalMinor / 100', 'Number(count)'])
      expect(seen(good), good).toBe(false);
  });
});

describe('text that people read', () => {
  test('comes from catalogs', () => {
    const pages = [...inLayer('features'), ...inLayer('web')].filter(({ path }) => path.endsWith('.tsx'));
    expect(pages.flatMap(textLiterals)).toEqual([]);
  });

  test('the rule sees a text', () => {
    const seen = (markup: string) => textLiterals(sourceFile('x.tsx', `const a = ${markup};\n`)).length > 0;
    for (const bad of [
      '<p>Pay now</p>',
      '<p>{n} credits</p>',
      '<b>Hi {name}</b>',
      '<i title="Close" />',
      "<i alt={'No'} />",
    ])
      expect(seen(bad), bad).toBe(true);
    for (const good of [
      '<p>{text.pay}</p>',
      '<p> · </p>',
      '<i title={text.close} class="card" />',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the source of a page.
      '<i label={`${a}: ${b({ c })}`} />',
    ])
      expect(seen(good), good).toBe(false);
  });
});
