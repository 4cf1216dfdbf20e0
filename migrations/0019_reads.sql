-- Who opened what of whom: personal data, growth files, evidence, applications, lists taken along. Written in batches
-- beside the requests; each day is sealed by an entry of the chain that holds the digest of its rows.
CREATE TABLE sensitive_read (
  id uuid CONSTRAINT sensitive_read_pk PRIMARY KEY,
  day date NOT NULL,                  -- with which day it is sealed: that of its writing, in UTC
  at timestamptz NOT NULL,
  reader_id uuid NOT NULL,
  on_behalf_of uuid,
  kind text NOT NULL,
  person_id uuid,                     -- whose; none when a list of many was taken along
  unit_path text COLLATE "C",         -- where what was read stands
  subject text NOT NULL,              -- the address that was opened, without what was asked of it
  origin text                         -- from which address
);
CREATE INDEX sensitive_read_person ON sensitive_read (person_id, at DESC, id DESC);
CREATE INDEX sensitive_read_reader ON sensitive_read (reader_id, at DESC, id DESC);
CREATE INDEX sensitive_read_day ON sensitive_read (day, id);
CREATE TRIGGER sensitive_read_no_change BEFORE UPDATE OR TRUNCATE ON sensitive_read FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER sensitive_read_kept BEFORE DELETE ON sensitive_read FOR EACH ROW
  WHEN (OLD.day > current_date - 180) EXECUTE FUNCTION refuse_change();

-- How many days traces are kept: from where entries came, and who read what. Six months at least.
CREATE TABLE audit_keeping (
  id boolean CONSTRAINT audit_keeping_pk PRIMARY KEY DEFAULT true CONSTRAINT audit_keeping_single CHECK (id),
  origin_days integer NOT NULL CONSTRAINT audit_keeping_origins_long CHECK (origin_days BETWEEN 180 AND 36500),
  read_days integer NOT NULL CONSTRAINT audit_keeping_reads_long CHECK (read_days BETWEEN 180 AND 36500)
);
INSERT INTO audit_keeping (id, origin_days, read_days) VALUES (true, 365, 730);
