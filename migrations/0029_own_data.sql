-- One's own data: copies made for download, and what somebody asks an office to put right.
CREATE TABLE own_data_copy (
  id uuid CONSTRAINT own_data_copy_pk PRIMARY KEY,
  person_id uuid NOT NULL CONSTRAINT own_data_copy_person_fk REFERENCES person,
  state text NOT NULL CONSTRAINT own_data_copy_state_known CHECK (state IN ('making', 'done', 'failed')),
  locale text NOT NULL CONSTRAINT own_data_copy_locale_known CHECK (locale IN ('zh-CN', 'en')),
  progress real NOT NULL DEFAULT 0,
  size bigint,
  asked_at timestamptz NOT NULL,
  finished_at timestamptz
);
CREATE INDEX own_data_copy_person ON own_data_copy (person_id, asked_at DESC);

CREATE TABLE correction_request (
  id uuid CONSTRAINT correction_request_pk PRIMARY KEY,
  person_id uuid NOT NULL CONSTRAINT correction_request_person_fk REFERENCES person,
  unit_path text COLLATE "C",         -- where the person stands: the offices over it decide
  field text NOT NULL CONSTRAINT correction_request_field_known CHECK (field IN
    ('name', 'staffNumber', 'sex', 'birthDate', 'teachingSince', 'subject', 'stage', 'rank', 'education', 'post', 'unit', 'other')),
  was text,                           -- what was kept when it was asked
  wanted text NOT NULL CONSTRAINT correction_request_wanted_present CHECK (btrim(wanted) <> ''),
  because text NOT NULL CONSTRAINT correction_request_reason_present CHECK (btrim(because) <> ''),
  state text NOT NULL CONSTRAINT correction_request_state_known CHECK (state IN ('open', 'accepted', 'refused', 'withdrawn')),
  asked_at timestamptz NOT NULL,
  decided_by uuid CONSTRAINT correction_request_decider_fk REFERENCES person,
  decided_at timestamptz,
  answer text,
  CONSTRAINT correction_request_by_another CHECK (decided_by <> person_id),
  CONSTRAINT correction_request_refusal_has_reason CHECK (state <> 'refused' OR answer IS NOT NULL),
  CONSTRAINT correction_request_decided CHECK ((state IN ('accepted', 'refused')) = (decided_by IS NOT NULL AND decided_at IS NOT NULL))
);
CREATE INDEX correction_request_person ON correction_request (person_id, asked_at DESC);
CREATE INDEX correction_request_open ON correction_request (unit_path, asked_at) WHERE state = 'open';
CREATE UNIQUE INDEX correction_request_once ON correction_request (person_id, field) WHERE state = 'open';
CREATE TRIGGER correction_request_place BEFORE INSERT OR UPDATE OF person_id ON correction_request FOR EACH ROW EXECUTE FUNCTION stand_with_person();
CREATE FUNCTION move_correction_request() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE correction_request SET unit_path = NEW.unit_path WHERE person_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER person_moves_correction_request AFTER UPDATE OF unit_path ON person FOR EACH ROW
  WHEN (OLD.unit_path IS DISTINCT FROM NEW.unit_path) EXECUTE FUNCTION move_correction_request();
INSERT INTO retention_rule (kind, days) VALUES ('copies', 7);
