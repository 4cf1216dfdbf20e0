-- For how long what is kept: one line for each kind (src/features/audit/retention/rules.ts). Traces of access half a year
-- at least (Cybersecurity Law, art. 21). It takes the place of audit_keeping, whose days stay as they were set.
CREATE TABLE retention_rule (
  kind text CONSTRAINT retention_rule_pk PRIMARY KEY,
  days integer NOT NULL CONSTRAINT retention_rule_days_known CHECK (days BETWEEN 0 AND 36500),
  reason text,                        -- in the authority's own words; without them the usual reason holds
  revision integer NOT NULL DEFAULT 1,
  CONSTRAINT retention_rule_traces_long CHECK (kind NOT IN ('origins', 'reads') OR days >= 180)
);
INSERT INTO retention_rule (kind, days) SELECT 'origins', origin_days FROM audit_keeping;
INSERT INTO retention_rule (kind, days) SELECT 'reads', read_days FROM audit_keeping;
INSERT INTO retention_rule (kind, days) VALUES
  ('sessions', 0), ('acts', 90), ('notices', 730), ('drafts', 180), ('evidence', 730), ('imports', 365), ('objectors', 1095);
DROP TABLE audit_keeping;

-- Of these the row stays, with when what was in it was erased; the file goes when nothing else needs it.
ALTER TABLE evidence ADD COLUMN erased_at timestamptz;
ALTER TABLE application_attachment ADD COLUMN erased_at timestamptz;
ALTER TABLE application ADD COLUMN erased_at timestamptz;
ALTER TABLE import_job ADD COLUMN erased_at timestamptz;
ALTER TABLE objection ADD COLUMN erased_at timestamptz;
