-- Identity numbers are kept only where an authority asks for it, and never in clear (src/features/organisation/id-numbers).
CREATE TABLE id_number (
  id uuid CONSTRAINT id_number_pk PRIMARY KEY,  -- what its sealing is bound to
  person_id uuid NOT NULL CONSTRAINT id_number_person_fk REFERENCES person CONSTRAINT id_number_one_each UNIQUE,
  kind text NOT NULL CONSTRAINT id_number_kind_known CHECK (kind IN
    ('resident', 'passport', 'hk-macau', 'taiwan')),
  sealed text NOT NULL,                         -- AES-256-GCM; the key lies in the data folder
  key_id text NOT NULL,
  blind text NOT NULL CONSTRAINT id_number_once UNIQUE, -- keyed digest of kind and number, by which the same is found again
  unit_path text COLLATE "C",
  stated_at timestamptz NOT NULL
);
CREATE TRIGGER id_number_place BEFORE INSERT OR UPDATE OF person_id ON id_number FOR EACH ROW EXECUTE FUNCTION stand_with_person();
CREATE FUNCTION move_id_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE id_number SET unit_path = NEW.unit_path WHERE person_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER person_moves_id_number AFTER UPDATE OF unit_path ON person FOR EACH ROW
  WHEN (OLD.unit_path IS DISTINCT FROM NEW.unit_path) EXECUTE FUNCTION move_id_number();

CREATE TABLE id_number_setting (
  id boolean CONSTRAINT id_number_setting_pk PRIMARY KEY DEFAULT true CONSTRAINT id_number_setting_single CHECK (id),
  kept boolean NOT NULL DEFAULT false
);
INSERT INTO id_number_setting DEFAULT VALUES;
INSERT INTO retention_rule (kind, days) VALUES ('id-numbers', 1095);
