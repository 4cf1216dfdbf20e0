CREATE TABLE account (
  person_id uuid CONSTRAINT account_pk PRIMARY KEY CONSTRAINT account_person_fk REFERENCES person,
  sign_in text NOT NULL CONSTRAINT account_sign_in_unique UNIQUE CONSTRAINT account_sign_in_lower CHECK (sign_in = lower(sign_in)),
  password_hash text,                 -- one's own password (scrypt$…), or the digest of a sign-in code (code$…)
  code_expires_at timestamptz,        -- a code opens only /password, and until then
  locale text CONSTRAINT account_locale_known CHECK (locale IN ('zh-CN', 'en')),
  theme text CONSTRAINT account_theme_known CHECK (theme IN ('light', 'dark')),
  failures integer NOT NULL DEFAULT 0,
  locked_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT account_code_expires CHECK ((code_expires_at IS NOT NULL) = coalesce(starts_with(password_hash, 'code$'), false))
);
CREATE TABLE session (
  token_hash text CONSTRAINT session_pk PRIMARY KEY,
  person_id uuid NOT NULL CONSTRAINT session_person_fk REFERENCES person,
  csrf text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  user_agent text
);
CREATE INDEX session_person ON session (person_id);

-- One append-only hash chain, written in the transaction of the change it describes.
CREATE TABLE audit (
  seq bigint CONSTRAINT audit_pk PRIMARY KEY,
  at timestamptz NOT NULL,
  actor_id uuid,
  action text NOT NULL,
  subject_type text NOT NULL,
  subject_id uuid,
  person_id uuid,                     -- whose timeline it belongs to, when it belongs to one
  round_id uuid,
  unit_path text COLLATE "C",
  before jsonb,
  after jsonb,
  reason text,
  previous_hash text NOT NULL,
  hash text NOT NULL CONSTRAINT audit_hash_unique UNIQUE
);
CREATE INDEX audit_subject ON audit (subject_id, seq);
CREATE INDEX audit_person ON audit (person_id, seq);
CREATE INDEX audit_round ON audit (round_id, seq);
CREATE TABLE audit_head (
  id boolean CONSTRAINT audit_head_pk PRIMARY KEY DEFAULT true CONSTRAINT audit_head_single CHECK (id),
  seq bigint NOT NULL,
  hash text NOT NULL
);
INSERT INTO audit_head (id, seq, hash) VALUES (true, 0, repeat('0', 64));
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Business numbers come from a counter row, so that a rolled back transaction leaves no gap.
CREATE TABLE counter (
  name text CONSTRAINT counter_pk PRIMARY KEY,
  value bigint NOT NULL
);

CREATE TABLE notice (
  id uuid CONSTRAINT notice_pk PRIMARY KEY,
  person_id uuid NOT NULL CONSTRAINT notice_person_fk REFERENCES person,
  kind text NOT NULL,
  detail jsonb NOT NULL DEFAULT '{}',
  href text,
  created_at timestamptz NOT NULL DEFAULT now(),
  read_at timestamptz,
  acknowledged_at timestamptz         -- R-001-4-09: notice with acknowledgement
);
CREATE INDEX notice_person ON notice (person_id, created_at DESC);
CREATE INDEX notice_about ON notice (href, kind, person_id);

-- Only a demo has rows here: the people its sign-in page offers in one click.
CREATE TABLE demo_persona (
  kind text CONSTRAINT demo_persona_pk PRIMARY KEY,
  position integer NOT NULL,
  person_id uuid NOT NULL CONSTRAINT demo_persona_person_fk REFERENCES person
);
