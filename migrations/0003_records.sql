-- The growth file: dated, typed claims with evidence. R-001-1-12, R-002-1-13.
CREATE TABLE record (
  id uuid CONSTRAINT record_pk PRIMARY KEY,
  person_id uuid NOT NULL CONSTRAINT record_person_fk REFERENCES person,
  unit_path text COLLATE "C" NOT NULL, -- where the person stood when it was claimed; the verifying unit reads by it
  type text NOT NULL,                  -- a record type of the vocabulary
  title text NOT NULL CONSTRAINT record_title_present CHECK (btrim(title) <> ''),
  happened_on date,
  level text,
  grade text,
  author_order integer CONSTRAINT record_author_order_positive CHECK (author_order > 0),
  event text,                          -- the event it belongs to: the same event counts once where a clause says so
  certificate text,                    -- the number printed on it: the same number for two people is noticed
  fields jsonb NOT NULL DEFAULT '{}',
  state text NOT NULL CONSTRAINT record_state_known CHECK (state IN ('submitted', 'confirmed', 'returned', 'withdrawn')),
  late boolean NOT NULL DEFAULT false, -- entered long after it happened; shown wherever the record is shown
  similar_to uuid CONSTRAINT record_similar_fk REFERENCES record,
  similar_because text CONSTRAINT record_similar_because_known CHECK (similar_because IN ('same-certificate', 'same-file', 'same-event', 'same-title')),
  evidence_count integer NOT NULL DEFAULT 0, -- evidence not withdrawn, so that screening a million people need not join
  entered_by uuid NOT NULL CONSTRAINT record_enterer_fk REFERENCES person,
  entered_at timestamptz NOT NULL DEFAULT now(),
  decided_by uuid CONSTRAINT record_decider_fk REFERENCES person,
  decided_at timestamptz,
  reason text,
  import_id uuid CONSTRAINT record_import_fk REFERENCES import_job,
  revision integer NOT NULL DEFAULT 1,
  CONSTRAINT record_returned_has_reason CHECK (state <> 'returned' OR reason IS NOT NULL),
  CONSTRAINT record_confirmed_by_another CHECK (state <> 'confirmed' OR decided_by <> person_id),
  CONSTRAINT record_similar_has_reason CHECK ((similar_to IS NULL) = (similar_because IS NULL))
);
CREATE INDEX record_person ON record (person_id, type, happened_on);
CREATE INDEX record_queue ON record (unit_path, entered_at, id) WHERE state = 'submitted';
CREATE INDEX record_certificate ON record (certificate) WHERE certificate IS NOT NULL;

CREATE TABLE evidence (
  id uuid CONSTRAINT evidence_pk PRIMARY KEY,
  person_id uuid NOT NULL CONSTRAINT evidence_person_fk REFERENCES person,
  record_id uuid CONSTRAINT evidence_record_fk REFERENCES record,
  file_name text NOT NULL,
  media_type text NOT NULL,
  size integer NOT NULL CONSTRAINT evidence_size_positive CHECK (size > 0),
  sha256 text NOT NULL,
  uploaded_by uuid NOT NULL CONSTRAINT evidence_uploader_fk REFERENCES person,
  uploaded_at timestamptz NOT NULL DEFAULT now(),
  withdrawn_at timestamptz
);
CREATE INDEX evidence_record ON evidence (record_id);
CREATE INDEX evidence_file ON evidence (sha256);

-- Titles held, in time; written when a round is decided, imported for those who hold one already.
CREATE TABLE title_holding (
  id uuid CONSTRAINT title_holding_pk PRIMARY KEY,
  person_id uuid NOT NULL CONSTRAINT title_holding_person_fk REFERENCES person,
  title text NOT NULL,
  during daterange NOT NULL CONSTRAINT title_holding_period_not_empty CHECK (NOT isempty(during)),
  round_id uuid,
  number text CONSTRAINT title_holding_number_unique UNIQUE,
  granted_by uuid CONSTRAINT title_holding_unit_fk REFERENCES unit,
  document text,
  CONSTRAINT title_holding_once EXCLUDE USING gist (person_id WITH =, title WITH =, during WITH &&)
);
-- The database of title holders (R-002-4-17) reads from the people of a unit to their titles, or from a title to its people.
CREATE INDEX title_holding_person ON title_holding (person_id, title);
CREATE INDEX title_holding_title ON title_holding (title, person_id);
