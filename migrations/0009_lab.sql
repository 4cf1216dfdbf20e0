-- The policy lab: a programme being written, laid before others, tried on the people there are, and published.
CREATE TABLE programme_draft (
  id uuid CONSTRAINT programme_draft_pk PRIMARY KEY,
  unit_id uuid NOT NULL CONSTRAINT programme_draft_unit_fk REFERENCES unit,
  unit_path text COLLATE "C" NOT NULL,
  base_id uuid CONSTRAINT programme_draft_base_fk REFERENCES programme_version,  -- the version it was begun from
  source text NOT NULL,               -- the file as it is being written; it need not load
  tables jsonb NOT NULL DEFAULT '{}',
  state text NOT NULL CONSTRAINT programme_draft_state_known
    CHECK (state IN ('writing', 'asking', 'agreed', 'published', 'dropped')),
  revision integer NOT NULL DEFAULT 1,
  note text,                          -- what is asked of those it is laid before
  created_by uuid NOT NULL CONSTRAINT programme_draft_creator_fk REFERENCES person,
  created_at timestamptz NOT NULL,
  changed_by uuid NOT NULL CONSTRAINT programme_draft_changer_fk REFERENCES person,
  changed_at timestamptz NOT NULL,
  asked_at timestamptz,
  ended_reason text,
  version_id uuid CONSTRAINT programme_draft_version_fk REFERENCES programme_version,
  CONSTRAINT programme_draft_published_as CHECK ((state = 'published') = (version_id IS NOT NULL))
);
CREATE INDEX programme_draft_unit ON programme_draft (unit_path, changed_at DESC);

-- What those asked said of one revision. An answer is given once; a draft changed is asked about anew.
CREATE TABLE draft_answer (
  draft_id uuid NOT NULL CONSTRAINT draft_answer_draft_fk REFERENCES programme_draft,
  revision integer NOT NULL,
  person_id uuid NOT NULL CONSTRAINT draft_answer_person_fk REFERENCES person,
  agrees boolean NOT NULL,
  reason text,
  at timestamptz NOT NULL,
  CONSTRAINT draft_answer_pk PRIMARY KEY (draft_id, revision, person_id),
  CONSTRAINT draft_answer_objects_with_reason CHECK (agrees OR btrim(reason) <> '')
);

-- A policy tried on everyone under a unit, against another version or alone. Its figures grow while it runs.
CREATE TABLE lab_run (
  id uuid CONSTRAINT lab_run_pk PRIMARY KEY,
  draft_id uuid CONSTRAINT lab_run_draft_fk REFERENCES programme_draft,
  version_id uuid CONSTRAINT lab_run_version_fk REFERENCES programme_version,
  against_id uuid CONSTRAINT lab_run_against_fk REFERENCES programme_version,
  source text NOT NULL,               -- the file as it was tried
  tables jsonb NOT NULL DEFAULT '{}',
  unit_path text COLLATE "C" NOT NULL,
  as_of date NOT NULL,
  state text NOT NULL CONSTRAINT lab_run_state_known CHECK (state IN ('running', 'done', 'failed')),
  total integer NOT NULL,
  done integer NOT NULL DEFAULT 0,
  figures jsonb,
  started_by uuid NOT NULL CONSTRAINT lab_run_starter_fk REFERENCES person,
  started_at timestamptz NOT NULL,
  heard_at timestamptz NOT NULL,
  CONSTRAINT lab_run_of_one CHECK (num_nonnulls(draft_id, version_id) = 1)
);
CREATE INDEX lab_run_draft ON lab_run (draft_id, started_at DESC);
CREATE INDEX lab_run_version ON lab_run (version_id, started_at DESC);

-- Whom the policy tried takes in or leaves out against the version it was compared with, some thousands a row.
CREATE TABLE lab_run_change (
  run_id uuid NOT NULL CONSTRAINT lab_run_change_run_fk REFERENCES lab_run,
  gains boolean NOT NULL,
  position integer NOT NULL,
  people uuid[] NOT NULL,
  CONSTRAINT lab_run_change_pk PRIMARY KEY (run_id, gains, position)
);
