-- A card that was chosen as the default stands before those that were only used; one that was removed here is still to be
-- forgotten by its gateway until it says so.
alter table saved_methods
  add preferred_at timestamptz,
  add forgotten_at timestamptz,
  add check (forgotten_at is null or removed_at is not null);
grant update (preferred_at, forgotten_at) on saved_methods to :app_role;
create index on saved_methods (organization_id, removed_at) where removed_at is not null and forgotten_at is null;
