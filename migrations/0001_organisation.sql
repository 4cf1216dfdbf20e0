-- Units stand in a tree; people stand in units for a period. R-000-1-03, R-002-1-17…19, R-002-2-26, R-002-3-22.
-- A path is the chain of unit keys from the root ("1.4.37."), so that "everything below" is one index range scan.
CREATE TABLE unit (
  id uuid CONSTRAINT unit_pk PRIMARY KEY,
  key bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT unit_key_unique UNIQUE,
  parent_id uuid CONSTRAINT unit_parent_fk REFERENCES unit,
  path text COLLATE "C" NOT NULL CONSTRAINT unit_path_unique UNIQUE,
  level text NOT NULL CONSTRAINT unit_level_known CHECK (level IN ('nation', 'province', 'city', 'county', 'school', 'group')),
  name text NOT NULL CONSTRAINT unit_name_present CHECK (btrim(name) <> ''),
  code text CONSTRAINT unit_code_unique UNIQUE,
  stages text[] NOT NULL DEFAULT '{}',
  setting text CONSTRAINT unit_setting_known CHECK (setting IN ('urban', 'town', 'rural')),
  subject text,
  begins_on date NOT NULL DEFAULT '1949-10-01',
  ends_on date,
  CONSTRAINT unit_period_ordered CHECK (ends_on IS NULL OR ends_on > begins_on),
  CONSTRAINT unit_root_or_child CHECK ((parent_id IS NULL) = (path ~ '^[0-9]+\.$'))
);
CREATE INDEX unit_parent_name ON unit (parent_id, level, name);
CREATE INDEX unit_name_trigram ON unit USING gin (name gin_trgm_ops);

CREATE TABLE person (
  id uuid CONSTRAINT person_pk PRIMARY KEY,
  staff_number text CONSTRAINT person_staff_number_unique UNIQUE,
  name text NOT NULL CONSTRAINT person_name_present CHECK (btrim(name) <> ''),
  name_search text NOT NULL,          -- name, full pinyin and initials, so that "lihua" and "lh" find 李华
  sex text CONSTRAINT person_sex_known CHECK (sex IN ('female', 'male')),
  birth_date date,
  teaching_since date,
  phone text,
  email text,
  -- Where and what now; the history is in employment, membership and person_fact.
  unit_id uuid CONSTRAINT person_unit_fk REFERENCES unit,
  group_id uuid CONSTRAINT person_group_fk REFERENCES unit,
  unit_path text COLLATE "C",
  subject text,
  stage text,
  rank text,
  education text,
  post text,
  front_line boolean,
  qualified boolean,                  -- holds the teacher qualification the post asks for (R-001-5-02)
  special_post boolean,               -- 特岗教师, R-001-5-29
  facts_since date,                   -- from this day on the columns above hold; before it, ask person_fact
  state text NOT NULL DEFAULT 'serving' CONSTRAINT person_state_known CHECK (state IN ('serving', 'left', 'retired', 'merged')),
  merged_into uuid CONSTRAINT person_merged_fk REFERENCES person,
  revision integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT person_merged_names_other CHECK ((state = 'merged') = (merged_into IS NOT NULL))
);
CREATE INDEX person_unit_path ON person (unit_path, name, id);
-- How many serve under a unit, and how many of them teach what, is read from the index alone.
CREATE INDEX person_serving ON person (unit_path) INCLUDE (stage, subject) WHERE state = 'serving';
CREATE INDEX person_unit_name ON person (unit_id, name, id);
CREATE INDEX person_name_trigram ON person USING gin (name_search gin_trgm_ops);
CREATE INDEX person_name_birth ON person (name, birth_date);
-- A staff number however it is written: width, case, hyphens, leading zeros.
CREATE INDEX person_staff_number_form ON person (ltrim(upper(regexp_replace(staff_number, '[^0-9A-Za-z]', '', 'g')), '0'));
CREATE INDEX person_merged_into ON person (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE employment (
  id uuid CONSTRAINT employment_pk PRIMARY KEY,
  person_id uuid NOT NULL CONSTRAINT employment_person_fk REFERENCES person,
  unit_id uuid NOT NULL CONSTRAINT employment_unit_fk REFERENCES unit,
  kind text NOT NULL CONSTRAINT employment_kind_known CHECK (kind IN ('main', 'secondment')),
  post text,
  during daterange NOT NULL CONSTRAINT employment_period_not_empty CHECK (NOT isempty(during)),
  CONSTRAINT employment_main_once EXCLUDE USING gist (person_id WITH =, during WITH &&) WHERE (kind = 'main')
);
CREATE INDEX employment_unit ON employment (unit_id);
-- Reading one person's periods by a B-tree is much cheaper than reading them by the exclusion constraint's GiST.
CREATE INDEX employment_person ON employment (person_id);

CREATE TABLE membership (
  id uuid CONSTRAINT membership_pk PRIMARY KEY,
  person_id uuid NOT NULL CONSTRAINT membership_person_fk REFERENCES person,
  unit_id uuid NOT NULL CONSTRAINT membership_unit_fk REFERENCES unit,
  during daterange NOT NULL CONSTRAINT membership_period_not_empty CHECK (NOT isempty(during)),
  CONSTRAINT membership_once EXCLUDE USING gist (person_id WITH =, unit_id WITH =, during WITH &&)
);
CREATE INDEX membership_unit ON membership (unit_id);

-- Attributes that change in a career: rank, education, subject, stage, front-line, post.
CREATE TABLE person_fact (
  id uuid CONSTRAINT person_fact_pk PRIMARY KEY,
  person_id uuid NOT NULL CONSTRAINT person_fact_person_fk REFERENCES person,
  attribute text NOT NULL,
  value text,
  during daterange NOT NULL CONSTRAINT person_fact_period_not_empty CHECK (NOT isempty(during)),
  CONSTRAINT person_fact_one_value EXCLUDE USING gist (person_id WITH =, attribute WITH =, during WITH &&)
);
CREATE INDEX person_fact_person ON person_fact (person_id, attribute);

-- Who may act for a unit, and since when.
CREATE TABLE role_assignment (
  id uuid CONSTRAINT role_assignment_pk PRIMARY KEY,
  person_id uuid NOT NULL CONSTRAINT role_assignment_person_fk REFERENCES person,
  role text NOT NULL CONSTRAINT role_assignment_role_known CHECK (role IN
    ('group-leader', 'school-office', 'school-leader', 'county-office', 'city-office', 'auditor', 'administrator')),
  unit_id uuid NOT NULL CONSTRAINT role_assignment_unit_fk REFERENCES unit,
  unit_path text COLLATE "C" NOT NULL,
  during daterange NOT NULL CONSTRAINT role_assignment_period_not_empty CHECK (NOT isempty(during)),
  CONSTRAINT role_assignment_once EXCLUDE USING gist (person_id WITH =, role WITH =, unit_id WITH =, during WITH &&)
);
CREATE INDEX role_assignment_unit ON role_assignment (unit_id);

CREATE TABLE duplicate_suspicion (
  person_id uuid NOT NULL CONSTRAINT duplicate_suspicion_person_fk REFERENCES person,
  other_id uuid NOT NULL CONSTRAINT duplicate_suspicion_other_fk REFERENCES person,
  reason text NOT NULL,
  state text NOT NULL DEFAULT 'open' CONSTRAINT duplicate_suspicion_state_known CHECK (state IN ('open', 'merged', 'different')),
  noticed_at timestamptz NOT NULL DEFAULT now(),
  settled_by uuid CONSTRAINT duplicate_suspicion_settler_fk REFERENCES person,
  settled_at timestamptz,
  CONSTRAINT duplicate_suspicion_pk PRIMARY KEY (person_id, other_id),
  CONSTRAINT duplicate_suspicion_ordered CHECK (person_id < other_id)
);
CREATE INDEX duplicate_suspicion_open ON duplicate_suspicion (noticed_at) WHERE state = 'open';

-- A roster or records file on its way in: upload, map, preview, confirm, result.
CREATE TABLE import_job (
  id uuid CONSTRAINT import_job_pk PRIMARY KEY,
  kind text NOT NULL CONSTRAINT import_job_kind_known CHECK (kind IN ('roster', 'oneroster', 'records')),
  unit_id uuid NOT NULL CONSTRAINT import_job_unit_fk REFERENCES unit,
  unit_path text COLLATE "C" NOT NULL,
  file_name text NOT NULL,
  file_sha256 text NOT NULL,
  state text NOT NULL CONSTRAINT import_job_state_known CHECK (state IN ('uploaded', 'mapped', 'previewing', 'previewed', 'confirming', 'done', 'failed', 'abandoned')),
  mapping jsonb,
  progress real NOT NULL DEFAULT 0,
  summary jsonb,
  failure text,
  created_by uuid NOT NULL CONSTRAINT import_job_creator_fk REFERENCES person,
  created_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz
);
CREATE INDEX import_job_unit ON import_job (unit_path, created_at DESC);
CREATE TABLE import_row (
  job_id uuid NOT NULL CONSTRAINT import_row_job_fk REFERENCES import_job ON DELETE CASCADE,
  row_number integer NOT NULL,
  verdict text NOT NULL CONSTRAINT import_row_verdict_known CHECK (verdict IN ('new', 'update', 'unchanged', 'faulty', 'suspect')),
  cells jsonb NOT NULL,
  problems jsonb NOT NULL DEFAULT '[]',
  person_id uuid,
  CONSTRAINT import_row_pk PRIMARY KEY (job_id, row_number)
);
CREATE INDEX import_row_verdict ON import_row (job_id, verdict, row_number);
CREATE TABLE import_mapping (
  unit_id uuid NOT NULL CONSTRAINT import_mapping_unit_fk REFERENCES unit,
  kind text NOT NULL,
  header text NOT NULL,               -- the headers of the sheet, joined: the same sheet next year maps itself
  mapping jsonb NOT NULL,
  used_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT import_mapping_pk PRIMARY KEY (unit_id, kind, header)
);
