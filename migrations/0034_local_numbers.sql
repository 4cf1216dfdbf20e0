-- Numbers that a programme leaves to the units below (its parameters): what each unit has set, and from which day.
-- A decision holds until the next one begins; one that was taken back before its day ends on the day it would have begun.
CREATE TABLE local_number (
  id uuid CONSTRAINT local_number_pk PRIMARY KEY,
  programme_id text NOT NULL CONSTRAINT local_number_programme_fk REFERENCES programme,
  unit_id uuid NOT NULL CONSTRAINT local_number_unit_fk REFERENCES unit,
  unit_path text COLLATE "C" NOT NULL,
  parameter text NOT NULL,            -- its id in the programme file
  value text NOT NULL CONSTRAINT local_number_decimal CHECK (value ~ '^-?[0-9]+([.][0-9]+)?$'),
  from_on date NOT NULL,
  until_on date,                      -- the first day it holds no more
  document text CONSTRAINT local_number_document_present CHECK (btrim(document) <> ''),
  reason text NOT NULL CONSTRAINT local_number_reason_present CHECK (btrim(reason) <> ''),
  set_by uuid NOT NULL CONSTRAINT local_number_setter_fk REFERENCES person,
  set_at timestamptz NOT NULL,
  CONSTRAINT local_number_period_ordered CHECK (until_on >= from_on),
  CONSTRAINT local_number_one_at_a_time EXCLUDE USING gist
    (programme_id WITH =, unit_id WITH =, parameter WITH =, daterange(from_on, until_on) WITH &&)
);
CREATE INDEX local_number_programme ON local_number (programme_id, unit_path);

-- What was in force for a programme on some day, as a round or a trial keeps it: never changed, found by its digest.
CREATE TABLE local_number_set (
  digest text CONSTRAINT local_number_set_pk PRIMARY KEY,
  content jsonb NOT NULL
);
CREATE TRIGGER local_number_set_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON local_number_set
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE round ADD COLUMN numbers_digest text CONSTRAINT round_numbers_fk REFERENCES local_number_set;
ALTER TABLE lab_run ADD COLUMN numbers_digest text CONSTRAINT lab_run_numbers_fk REFERENCES local_number_set;
