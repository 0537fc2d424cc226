import { createHash } from 'node:crypto';
import type { Tx } from '../../platform/database/database.ts';
import type { LogoImage } from './logo-image.ts';
import { billingMessages } from './messages.ts';

/** A logo as a document keeps it: the hash of its file, in hex, and its size in pixels. */
export type Logo = { hash: string; width: number; height: number };

export type LogoFile = Pick<LogoImage, 'contentType' | 'bytes'>;

/** The logo that documents of a location get from now on. */
export async function logoOfLocation(db: Tx, locationId: string): Promise<Logo | undefined> {
  const row = await db
    .selectFrom('location_billing as b')
    .innerJoin('logos as l', (join) =>
      join.onRef('l.organization_id', '=', 'b.organization_id').onRef('l.hash', '=', 'b.logo_hash'),
    )
    .select(['l.hash', 'l.width', 'l.height'])
    .where('b.location_id', '=', locationId)
    .executeTakeFirst();
  return row && { ...row, hash: row.hash.toString('hex') };
}

/** Gives a location a logo. Documents that were issued before keep theirs. */
export async function saveLogo(
  tx: Tx,
  it: { organizationId: string; locationId: string; image: LogoImage; now: Date },
): Promise<void> {
  const { bytes, contentType, width, height } = it.image;
  const hash = createHash('sha256').update(bytes).digest();
  await tx
    .insertInto('logos')
    .values({
      organization_id: it.organizationId,
      hash,
      content_type: contentType,
      bytes,
      width,
      height,
      added_at: it.now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await tx
    .insertInto('location_billing')
    .values({ organization_id: it.organizationId, location_id: it.locationId, changed_at: it.now, logo_hash: hash })
    .onConflict((conflict) =>
      conflict.columns(['organization_id', 'location_id']).doUpdateSet({ changed_at: it.now, logo_hash: hash }),
    )
    .execute();
}

/** Documents of a location are issued without a logo from now on. */
export async function removeLogo(tx: Tx, it: { locationId: string; now: Date }): Promise<void> {
  await tx
    .updateTable('location_billing')
    .set({ logo_hash: null, changed_at: it.now })
    .where('location_id', '=', it.locationId)
    .execute();
}

/** A logo as pages show it at the head of a document of `name`. */
export function documentLogo(
  { slug, locale }: { slug: string; locale: string },
  name: string,
  { hash, width, height }: Logo,
): { src: string; alt: string; width: number; height: number } {
  return { src: `/l/${slug}/logos/${hash}`, alt: billingMessages(locale).logoOf({ name }), width, height };
}

/** The file of a logo of the organization, by the hash that stands on a document. */
export async function logoFile(db: Tx, hash: string): Promise<LogoFile | undefined> {
  if (!/^[0-9a-f]{64}$/.test(hash)) return undefined;
  const row = await db
    .selectFrom('logos')
    .select(['content_type', 'bytes'])
    .where('hash', '=', Buffer.from(hash, 'hex'))
    .executeTakeFirst();
  return row && { contentType: row.content_type as LogoFile['contentType'], bytes: row.bytes };
}
