// Generated from the migrated schema by `npm run db:types`; a test holds it to the migrations. Do not edit.
import type { ColumnType } from 'kysely';

export type Schema = {
  administrators: {
    organization_id: ColumnType<string, string, never>;
    location_id: ColumnType<string, string, never>;
    user_id: ColumnType<string, string, never>;
    areas: ColumnType<string[], string[], string[]>;
  };
  companies: {
    organization_id: ColumnType<string, string, never>;
    id: ColumnType<string, string, never>;
    location_id: ColumnType<string, string, never>;
    customer_id: ColumnType<string, string, never>;
    name: ColumnType<string, string, string>;
    created_at: ColumnType<Date, Date, never>;
  };
  credit_accounts: {
    organization_id: ColumnType<string, never, never>;
    customer_id: ColumnType<string, never, never>;
    version: ColumnType<bigint, never, never>;
    balance_minor: ColumnType<bigint, never, never>;
  };
  credit_entries: {
    organization_id: ColumnType<string, never, never>;
    id: ColumnType<string, never, never>;
    customer_id: ColumnType<string, never, never>;
    version: ColumnType<bigint, never, never>;
    previous_version: ColumnType<bigint | null, never, never>;
    type: ColumnType<string, never, never>;
    from_account: ColumnType<string, never, never>;
    to_account: ColumnType<string, never, never>;
    credits_minor: ColumnType<bigint, never, never>;
    change_minor: ColumnType<bigint, never, never>;
    balance_before_minor: ColumnType<bigint, never, never>;
    balance_after_minor: ColumnType<bigint, never, never>;
    idempotency_key: ColumnType<string, never, never>;
    purchase_id: ColumnType<string | null, never, never>;
    actor_user_id: ColumnType<string | null, never, never>;
    product: ColumnType<string, never, never>;
    memo: ColumnType<string, never, never>;
    created_at: ColumnType<Date, never, never>;
  };
  credit_entry_lots: {
    organization_id: ColumnType<string, never, never>;
    entry_id: ColumnType<string, never, never>;
    lot_id: ColumnType<string, never, never>;
    change_minor: ColumnType<bigint, never, never>;
  };
  credit_lots: {
    organization_id: ColumnType<string, never, never>;
    id: ColumnType<string, never, never>;
    customer_id: ColumnType<string, never, never>;
    source: ColumnType<'plan' | 'purchase' | 'adjustment', never, never>;
    allocation_minor: ColumnType<bigint, never, never>;
    remaining_minor: ColumnType<bigint, never, never>;
    expires_at: ColumnType<Date | null, never, never>;
    cost_minor: ColumnType<bigint, never, never>;
    purchase_id: ColumnType<string | null, never, never>;
    created_at: ColumnType<Date, never, never>;
  };
  credit_packages: {
    organization_id: ColumnType<string, string, never>;
    id: ColumnType<string, string, never>;
    location_id: ColumnType<string, string, never>;
    name: ColumnType<string, string | undefined, string>;
    credits_minor: ColumnType<bigint, bigint, bigint>;
    price_minor: ColumnType<bigint, bigint, bigint>;
    valid_for_days: ColumnType<number | null, number | null | undefined, number | null>;
    position: ColumnType<number, number, number>;
    on_sale: ColumnType<boolean, boolean, boolean>;
    created_at: ColumnType<Date, Date, never>;
    removed_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  };
  customers: {
    organization_id: ColumnType<string, string, never>;
    id: ColumnType<string, string, never>;
    location_id: ColumnType<string, string, never>;
    kind: ColumnType<'individual' | 'company', 'individual' | 'company', never>;
    name: ColumnType<string, string, string>;
    created_at: ColumnType<Date, Date, never>;
  };
  gateway_connections: {
    organization_id: ColumnType<string, string, never>;
    id: ColumnType<string, string, never>;
    location_id: ColumnType<string, string, never>;
    kind: ColumnType<string, string, never>;
    live: ColumnType<boolean, boolean, never>;
    account: ColumnType<string, string, string>;
    sealed_settings: ColumnType<Buffer, Buffer, Buffer>;
    webhook_path: ColumnType<string, string, never>;
    sealed_webhook_secret: ColumnType<Buffer | null, Buffer | null | undefined, Buffer | null>;
    created_at: ColumnType<Date, Date, never>;
    disconnected_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  };
  gateway_customers: {
    organization_id: ColumnType<string, string, never>;
    connection_id: ColumnType<string, string, never>;
    customer_id: ColumnType<string, string, never>;
    reference: ColumnType<string, string, never>;
  };
  locations: {
    organization_id: ColumnType<string, string, never>;
    id: ColumnType<string, string, never>;
    slug: ColumnType<string, string, never>;
    name: ColumnType<string, string, string>;
    currency: ColumnType<string, string, never>;
    time_zone: ColumnType<string, string, string>;
    locale: ColumnType<string, string, string>;
    tax_mode: ColumnType<'none' | 'inclusive' | 'exclusive', 'none' | 'inclusive' | 'exclusive' | undefined, 'none' | 'inclusive' | 'exclusive'>;
    tax_rate_ppm: ColumnType<number, number | undefined, number>;
    tax_label: ColumnType<string, string | undefined, string>;
    created_at: ColumnType<Date, Date, never>;
  };
  mails: {
    organization_id: ColumnType<string, string, never>;
    id: ColumnType<string, string, never>;
    recipient: ColumnType<string, string, never>;
    subject: ColumnType<string, string, never>;
    body: ColumnType<string, string, never>;
    created_at: ColumnType<Date, Date, never>;
    sent_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
    failure: ColumnType<string | null, string | null | undefined, string | null>;
  };
  memberships: {
    organization_id: ColumnType<string, string, never>;
    id: ColumnType<string, string, never>;
    location_id: ColumnType<string, string, never>;
    user_id: ColumnType<string, string, never>;
    customer_id: ColumnType<string, string, never>;
    type: ColumnType<'member' | 'nonmember', 'member' | 'nonmember', 'member' | 'nonmember'>;
    status: ColumnType<'requested' | 'invited' | 'active' | 'removed', 'requested' | 'invited' | 'active' | 'removed', 'requested' | 'invited' | 'active' | 'removed'>;
    company_id: ColumnType<string | null, string | null | undefined, string | null>;
    company_role: ColumnType<'manager' | 'member' | null, 'manager' | 'member' | null | undefined, 'manager' | 'member' | null>;
    created_at: ColumnType<Date, Date, never>;
  };
  notifications: {
    organization_id: ColumnType<string, string, never>;
    id: ColumnType<string, string, never>;
    user_id: ColumnType<string, string, never>;
    kind: ColumnType<string, string, never>;
    subject_id: ColumnType<string, string, never>;
    details: ColumnType<unknown, unknown, never>;
    href: ColumnType<string, string, never>;
    created_at: ColumnType<Date, Date, never>;
    read_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  };
  organization_owners: {
    organization_id: ColumnType<string, string, never>;
    user_id: ColumnType<string, string, never>;
  };
  organizations: {
    id: ColumnType<string, string, never>;
    name: ColumnType<string, string, string>;
    is_demo: ColumnType<boolean, boolean | undefined, never>;
    created_at: ColumnType<Date, Date, never>;
  };
  payments: {
    organization_id: ColumnType<string, string, never>;
    id: ColumnType<string, string, never>;
    location_id: ColumnType<string, string, never>;
    customer_id: ColumnType<string, string, never>;
    actor_user_id: ColumnType<string | null, string | null | undefined, never>;
    subject: ColumnType<string, string, never>;
    subject_id: ColumnType<string, string, never>;
    source: ColumnType<'plans' | 'credits' | 'bookings' | 'events' | 'shop' | 'other', 'plans' | 'credits' | 'bookings' | 'events' | 'shop' | 'other', never>;
    title: ColumnType<string, string, never>;
    method: ColumnType<'card' | 'free' | 'external', 'card' | 'free' | 'external', never>;
    status: ColumnType<'new' | 'action' | 'processing' | 'paid' | 'failed' | 'review', 'new' | 'action' | 'processing' | 'paid' | 'failed' | 'review', 'new' | 'action' | 'processing' | 'paid' | 'failed' | 'review'>;
    amount_minor: ColumnType<bigint, bigint, never>;
    tax_minor: ColumnType<bigint, bigint, never>;
    currency: ColumnType<string, string, never>;
    refunded_minor: ColumnType<bigint, bigint | undefined, bigint>;
    disputed_minor: ColumnType<bigint, bigint | undefined, bigint>;
    live: ColumnType<boolean, boolean, never>;
    connection_id: ColumnType<string | null, string | null | undefined, never>;
    reference: ColumnType<string | null, string | null | undefined, string | null>;
    aliases: ColumnType<string[], string[] | undefined, string[]>;
    saved_method_id: ColumnType<string | null, string | null | undefined, never>;
    method_label: ColumnType<string, string | undefined, string>;
    next_url: ColumnType<string | null, string | null | undefined, string | null>;
    failure_code: ColumnType<string | null, string | null | undefined, string | null>;
    failure_text: ColumnType<string | null, string | null | undefined, string | null>;
    alert: ColumnType<string | null, string | null | undefined, string | null>;
    created_at: ColumnType<Date, Date, never>;
    settled_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
    give_up_at: ColumnType<Date, Date, never>;
    check_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
    checks: ColumnType<number, number | undefined, number>;
  };
  purchases: {
    organization_id: ColumnType<string, string, never>;
    id: ColumnType<string, string, never>;
    location_id: ColumnType<string, string, never>;
    customer_id: ColumnType<string, string, never>;
    buyer_user_id: ColumnType<string, string, never>;
    request_key: ColumnType<string, string, never>;
    request_hash: ColumnType<Buffer, Buffer, never>;
    package_id: ColumnType<string, string, never>;
    title: ColumnType<string, string, never>;
    credits_minor: ColumnType<bigint, bigint, never>;
    valid_for_days: ColumnType<number | null, number | null | undefined, never>;
    currency: ColumnType<string, string, never>;
    list_minor: ColumnType<bigint, bigint, never>;
    discount_percent: ColumnType<number, number, never>;
    net_minor: ColumnType<bigint, bigint, never>;
    tax_minor: ColumnType<bigint, bigint, never>;
    total_minor: ColumnType<bigint, bigint, never>;
    tax_rate_ppm: ColumnType<number, number, never>;
    tax_label: ColumnType<string, string, never>;
    method: ColumnType<'card' | 'free' | 'invoice' | 'external', 'card' | 'free' | 'invoice' | 'external', never>;
    payment_id: ColumnType<string | null, string | null | undefined, never>;
    lot_id: ColumnType<string | null, string | null | undefined, string | null>;
    paid_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
    on_account: ColumnType<boolean, boolean | undefined, boolean>;
    created_at: ColumnType<Date, Date, never>;
  };
  saved_methods: {
    organization_id: ColumnType<string, string, never>;
    id: ColumnType<string, string, never>;
    connection_id: ColumnType<string, string, never>;
    customer_id: ColumnType<string, string, never>;
    reference: ColumnType<string, string, never>;
    brand: ColumnType<string, string, string>;
    last4: ColumnType<string, string, string>;
    expires_month: ColumnType<number, number, number>;
    expires_year: ColumnType<number, number, number>;
    created_at: ColumnType<Date, Date, never>;
    last_used_at: ColumnType<Date, Date, Date>;
    removed_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  };
  sessions: {
    organization_id: ColumnType<string, string, never>;
    id: ColumnType<string, string, never>;
    user_id: ColumnType<string, string, never>;
    token_hash: ColumnType<Buffer, Buffer, never>;
    created_at: ColumnType<Date, Date, never>;
    seen_at: ColumnType<Date, Date, Date>;
    expires_at: ColumnType<Date, Date, never>;
    user_agent: ColumnType<string, string | undefined, never>;
  };
  sign_in_addresses: {
    email: ColumnType<string, string, never>;
    organization_id: ColumnType<string, string, never>;
    user_id: ColumnType<string, string, never>;
  };
  sign_in_requests: {
    organization_id: ColumnType<string, string, never>;
    id: ColumnType<string, string, never>;
    user_id: ColumnType<string, string, never>;
    code_hash: ColumnType<Buffer, Buffer, never>;
    link_hash: ColumnType<Buffer, Buffer, never>;
    attempts_left: ColumnType<number, number, number>;
    reusable: ColumnType<boolean, boolean | undefined, never>;
    created_at: ColumnType<Date, Date, never>;
    expires_at: ColumnType<Date, Date, never>;
    used_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  };
  simulator_accounts: {
    organization_id: ColumnType<string, string, never>;
    id: ColumnType<string, string, never>;
    changed_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  };
  simulator_objects: {
    organization_id: ColumnType<string, string, never>;
    id: ColumnType<string, string, never>;
    account_id: ColumnType<string, string, never>;
    kind: ColumnType<'customer' | 'payment_method' | 'payment_intent' | 'charge' | 'refund' | 'dispute' | 'checkout.session' | 'challenge' | 'webhook_endpoint' | 'event', 'customer' | 'payment_method' | 'payment_intent' | 'charge' | 'refund' | 'dispute' | 'checkout.session' | 'challenge' | 'webhook_endpoint' | 'event', never>;
    body: ColumnType<unknown, unknown, unknown>;
    belongs_to: ColumnType<string | null, string | null | undefined, string | null>;
    secret: ColumnType<string | null, string | null | undefined, never>;
    created_at: ColumnType<Date, Date, never>;
  };
  simulator_requests: {
    organization_id: ColumnType<string, string, never>;
    account_id: ColumnType<string, string, never>;
    idempotency_key: ColumnType<string, string, never>;
    fingerprint: ColumnType<Buffer, Buffer, never>;
    status: ColumnType<number, number, never>;
    answer: ColumnType<unknown, unknown, never>;
    created_at: ColumnType<Date, Date, never>;
  };
  users: {
    organization_id: ColumnType<string, string, never>;
    id: ColumnType<string, string, never>;
    email: ColumnType<string, string, string>;
    name: ColumnType<string, string, string>;
    created_at: ColumnType<Date, Date, never>;
  };
};
