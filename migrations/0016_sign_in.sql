-- How people sign in (decision 010): limits, sessions, second factors, passkeys, and providers beside the password.

-- What an administrator has set, in one row.
CREATE TABLE sign_in_setting (
  id boolean CONSTRAINT sign_in_setting_pk PRIMARY KEY DEFAULT true CONSTRAINT sign_in_setting_single CHECK (id),
  session_hours integer NOT NULL DEFAULT 12 CONSTRAINT sign_in_setting_session CHECK (session_hours BETWEEN 1 AND 720),
  idle_minutes integer NOT NULL DEFAULT 240 CONSTRAINT sign_in_setting_idle CHECK (idle_minutes BETWEEN 5 AND 43200),
  tries integer NOT NULL DEFAULT 5 CONSTRAINT sign_in_setting_tries CHECK (tries BETWEEN 3 AND 20),
  address_tries integer NOT NULL DEFAULT 50 CONSTRAINT sign_in_setting_address CHECK (address_tries BETWEEN 5 AND 10000),
  account_tries integer NOT NULL DEFAULT 100 CONSTRAINT sign_in_setting_account CHECK (account_tries BETWEEN 5 AND 10000),
  closed_minutes integer NOT NULL DEFAULT 15 CONSTRAINT sign_in_setting_closed CHECK (closed_minutes BETWEEN 1 AND 1440),
  code_days integer NOT NULL DEFAULT 30 CONSTRAINT sign_in_setting_code CHECK (code_days BETWEEN 1 AND 90),
  second_factor_roles text[] NOT NULL DEFAULT '{}',
  revision integer NOT NULL DEFAULT 1
);
INSERT INTO sign_in_setting (id) VALUES (true);

-- Wrong attempts, counted where every process sees them. What counts is in the key (see identity/limits).
CREATE TABLE sign_in_limit (
  key text CONSTRAINT sign_in_limit_pk PRIMARY KEY,
  sign_in text,                       -- the account it is about, when there is one: an office can free it
  most integer NOT NULL,
  failures integer NOT NULL,
  since timestamptz NOT NULL,
  closed_until timestamptz
);
CREATE INDEX sign_in_limit_sign_in ON sign_in_limit (sign_in);
CREATE INDEX sign_in_limit_since ON sign_in_limit (since);
ALTER TABLE account DROP COLUMN failures, DROP COLUMN locked_until;
-- An invitation link is a code without a name: the code alone finds its account.
CREATE UNIQUE INDEX account_code ON account (password_hash) WHERE code_expires_at IS NOT NULL;

ALTER TABLE session
  ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid() CONSTRAINT session_id_unique UNIQUE,
  ADD COLUMN seen_at timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN proven_at timestamptz NOT NULL DEFAULT now(), -- when they last showed who they are
  ADD COLUMN how text NOT NULL DEFAULT 'password' CONSTRAINT session_how_known CHECK (how IN ('password', 'code', 'passkey', 'provider', 'demo')),
  ADD COLUMN awaits_second boolean NOT NULL DEFAULT false, -- the password was right, the second factor is still to come
  ADD COLUMN place text;              -- the address without its last part

-- One-time codes (RFC 6238). The secret is sealed with the install's key.
CREATE TABLE totp (
  person_id uuid CONSTRAINT totp_pk PRIMARY KEY CONSTRAINT totp_person_fk REFERENCES person,
  secret text NOT NULL,
  made_at timestamptz NOT NULL,
  confirmed_at timestamptz,           -- until then it is only being set up
  last_step bigint NOT NULL DEFAULT 0 -- no step opens twice
);
CREATE TABLE recovery_code (
  person_id uuid NOT NULL CONSTRAINT recovery_code_person_fk REFERENCES person,
  hash text NOT NULL,
  used_at timestamptz,
  CONSTRAINT recovery_code_pk PRIMARY KEY (person_id, hash)
);
CREATE TABLE passkey (
  id uuid CONSTRAINT passkey_pk PRIMARY KEY,
  person_id uuid NOT NULL CONSTRAINT passkey_person_fk REFERENCES person,
  credential_id text NOT NULL CONSTRAINT passkey_credential_unique UNIQUE,
  public_key bytea NOT NULL,
  counter bigint NOT NULL,
  transports text[] NOT NULL DEFAULT '{}',
  name text NOT NULL CONSTRAINT passkey_name_present CHECK (btrim(name) <> ''),
  backed_up boolean NOT NULL,
  created_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX passkey_person ON passkey (person_id);

-- What was asked of a browser and not answered yet; each is answered once.
CREATE TABLE sign_in_challenge (
  hash text CONSTRAINT sign_in_challenge_pk PRIMARY KEY,
  kind text NOT NULL CONSTRAINT sign_in_challenge_kind_known CHECK (kind IN ('passkey', 'passkey-new', 'provider', 'link')),
  person_id uuid CONSTRAINT sign_in_challenge_person_fk REFERENCES person,
  detail jsonb NOT NULL DEFAULT '{}',
  expires_at timestamptz NOT NULL
);
CREATE INDEX sign_in_challenge_expires ON sign_in_challenge (expires_at);

-- Where else people may prove who they are (OpenID Connect, CAS). They never bring roles.
CREATE TABLE sign_in_provider (
  id uuid CONSTRAINT sign_in_provider_pk PRIMARY KEY,
  kind text NOT NULL CONSTRAINT sign_in_provider_kind_known CHECK (kind IN ('oidc', 'cas')),
  name text NOT NULL CONSTRAINT sign_in_provider_name_present CHECK (btrim(name) <> ''),
  address text NOT NULL CONSTRAINT sign_in_provider_address_web CHECK (address ~ '^https?://'),
  client_id text,
  client_secret text,                 -- sealed with the install's key
  claim text,                         -- what holds the staff number
  match_staff_number boolean NOT NULL DEFAULT false,
  proves_second boolean NOT NULL DEFAULT false,
  enabled boolean NOT NULL DEFAULT false,
  revision integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  CONSTRAINT sign_in_provider_client CHECK ((kind = 'oidc') = (client_id IS NOT NULL))
);
CREATE TABLE sign_in_link (
  id uuid CONSTRAINT sign_in_link_pk PRIMARY KEY,
  provider_id uuid NOT NULL CONSTRAINT sign_in_link_provider_fk REFERENCES sign_in_provider,
  subject text NOT NULL,
  person_id uuid NOT NULL CONSTRAINT sign_in_link_person_fk REFERENCES person,
  label text,                         -- how the provider calls them, for the person to recognise
  linked_at timestamptz NOT NULL,
  used_at timestamptz,
  CONSTRAINT sign_in_link_subject_once UNIQUE (provider_id, subject),
  CONSTRAINT sign_in_link_person_once UNIQUE (provider_id, person_id)
);
CREATE INDEX sign_in_link_person ON sign_in_link (person_id);
