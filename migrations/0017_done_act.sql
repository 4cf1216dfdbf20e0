-- What a form asked for and was done, by the id the form gave it: sent again, after a double click, a lost answer or from
-- a copy kept offline, it is found here and not done again. Written with the audit entry, in the transaction of the
-- change. Only for a time: see src/platform/once.ts.
CREATE TABLE done_act (
  id uuid NOT NULL,
  part smallint NOT NULL,             -- an act with several audited changes has several
  at timestamptz NOT NULL DEFAULT now(),
  location text,                      -- where its answer led
  CONSTRAINT done_act_pk PRIMARY KEY (id, part)
);
