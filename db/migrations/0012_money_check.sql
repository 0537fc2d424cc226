-- What comparing books leaves behind, and what of a dispute is lost.

-- When both sides' books were compared last, and how often in a row the sweep got no answer.
alter table gateway_connections
  add compared_at timestamptz,
  add sweeps_failed integer not null default 0 check (sweeps_failed >= 0);
grant update (compared_at, sweeps_failed) on gateway_connections to :app_role;

-- Of what is disputed, what the bank has decided against us; where the gateway does not tell, 0.
alter table payments
  add lost_minor bigint not null default 0,
  add constraint payments_lost_was_disputed check (lost_minor between 0 and disputed_minor);
grant update (lost_minor) on payments to :app_role;

-- A webhook endpoint of the test gateway can be removed, as at Stripe.
grant delete on simulator_objects to :app_role;
