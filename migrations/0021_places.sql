-- The walls of the database (row-level security, src/platform/walls) judge a row by its own columns. Rows that hang on
-- a person, an application, a round … therefore say themselves where they stand; triggers keep it. Where walls
-- stand they run as the owner (walls/raise.ts): whoever writes a row need not see what it hangs on. Bulk loads give the path with the row.
CREATE FUNCTION stand_with_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.unit_path := (SELECT unit_path FROM person WHERE id = NEW.person_id);
  RETURN NEW;
END $$;
CREATE FUNCTION stand_with_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.unit_path := CASE WHEN NEW.record_id IS NULL
    THEN (SELECT unit_path FROM person WHERE id = NEW.person_id)
    ELSE (SELECT unit_path FROM record WHERE id = NEW.record_id) END;
  RETURN NEW;
END $$;
CREATE FUNCTION stand_with_application() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT unit_path, person_id INTO NEW.unit_path, NEW.person_id FROM application WHERE id = NEW.application_id;
  RETURN NEW;
END $$;
CREATE FUNCTION stand_with_round() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.unit_path := (SELECT unit_path FROM round WHERE id = NEW.round_id);
  RETURN NEW;
END $$;
CREATE FUNCTION stand_with_publicity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.unit_path := (SELECT unit_path FROM publicity WHERE id = NEW.publicity_id);
  RETURN NEW;
END $$;
CREATE FUNCTION stand_with_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.unit_path := CASE WHEN NEW.application_id IS NULL
    THEN (SELECT unit_path FROM round WHERE id = NEW.round_id)
    ELSE (SELECT unit_path FROM application WHERE id = NEW.application_id) END;
  NEW.person_id := (SELECT person_id FROM application WHERE id = NEW.application_id);
  RETURN NEW;
END $$;
CREATE FUNCTION stand_with_applicant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.unit_path := (SELECT unit_path FROM person WHERE id = NEW.applicant_id);
  RETURN NEW;
END $$;
CREATE FUNCTION stand_with_pair() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.unit_path := (SELECT unit_path FROM person WHERE id = NEW.person_id);
  NEW.other_path := (SELECT unit_path FROM person WHERE id = NEW.other_id);
  RETURN NEW;
END $$;
CREATE FUNCTION stand_with_import() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.unit_path := (SELECT unit_path FROM import_job WHERE id = NEW.job_id);
  RETURN NEW;
END $$;
CREATE FUNCTION stand_with_programme() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.unit_path := (SELECT unit_path FROM programme WHERE id = NEW.programme_id);
  RETURN NEW;
END $$;
CREATE FUNCTION stand_with_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.unit_path := (SELECT unit_path FROM programme_draft WHERE id = NEW.draft_id);
  RETURN NEW;
END $$;
CREATE FUNCTION stand_with_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.unit_path := (SELECT unit_path FROM lab_run WHERE id = NEW.run_id);
  RETURN NEW;
END $$;
CREATE FUNCTION stand_with_screening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.unit_path := (SELECT unit_path FROM screening WHERE id = NEW.screening_id);
  RETURN NEW;
END $$;

ALTER TABLE employment ADD COLUMN unit_path text COLLATE "C";
ALTER TABLE membership ADD COLUMN unit_path text COLLATE "C";
ALTER TABLE person_fact ADD COLUMN unit_path text COLLATE "C";
ALTER TABLE title_holding ADD COLUMN unit_path text COLLATE "C";
ALTER TABLE account ADD COLUMN unit_path text COLLATE "C";
ALTER TABLE session ADD COLUMN unit_path text COLLATE "C";
ALTER TABLE notice ADD COLUMN unit_path text COLLATE "C";
ALTER TABLE evidence ADD COLUMN unit_path text COLLATE "C";
ALTER TABLE duplicate_suspicion ADD COLUMN unit_path text COLLATE "C";
ALTER TABLE duplicate_suspicion ADD COLUMN other_path text COLLATE "C";
ALTER TABLE import_row ADD COLUMN unit_path text COLLATE "C";
ALTER TABLE programme_version ADD COLUMN unit_path text COLLATE "C";
ALTER TABLE application_attachment ADD COLUMN unit_path text COLLATE "C";
ALTER TABLE application_attachment ADD COLUMN person_id uuid;
ALTER TABLE review ADD COLUMN unit_path text COLLATE "C";
ALTER TABLE review ADD COLUMN person_id uuid;
ALTER TABLE spent_record ADD COLUMN unit_path text COLLATE "C";
ALTER TABLE spent_record ADD COLUMN person_id uuid;
ALTER TABLE decision_record ADD COLUMN unit_path text COLLATE "C";
ALTER TABLE decision_record ADD COLUMN person_id uuid;
ALTER TABLE recusal ADD COLUMN unit_path text COLLATE "C";
ALTER TABLE publicity ADD COLUMN unit_path text COLLATE "C";
ALTER TABLE objection ADD COLUMN unit_path text COLLATE "C";
ALTER TABLE screening_eligible ADD COLUMN unit_path text COLLATE "C";
ALTER TABLE draft_answer ADD COLUMN unit_path text COLLATE "C";
ALTER TABLE lab_run_change ADD COLUMN unit_path text COLLATE "C";

UPDATE employment SET unit_path = person.unit_path FROM person WHERE person.id = person_id;
UPDATE membership SET unit_path = person.unit_path FROM person WHERE person.id = person_id;
UPDATE person_fact SET unit_path = person.unit_path FROM person WHERE person.id = person_id;
UPDATE title_holding SET unit_path = person.unit_path FROM person WHERE person.id = person_id;
UPDATE account SET unit_path = person.unit_path FROM person WHERE person.id = person_id;
UPDATE session SET unit_path = person.unit_path FROM person WHERE person.id = person_id;
UPDATE notice SET unit_path = person.unit_path FROM person WHERE person.id = person_id;
UPDATE evidence SET unit_path = coalesce((SELECT unit_path FROM record WHERE record.id = record_id), person.unit_path)
  FROM person WHERE person.id = person_id;
UPDATE duplicate_suspicion SET unit_path = one.unit_path, other_path = other.unit_path
  FROM person one, person other WHERE one.id = person_id AND other.id = other_id;
UPDATE import_row SET unit_path = import_job.unit_path FROM import_job WHERE import_job.id = job_id;
UPDATE programme_version SET unit_path = programme.unit_path FROM programme WHERE programme.id = programme_id;
UPDATE application_attachment SET unit_path = application.unit_path, person_id = application.person_id
  FROM application WHERE application.id = application_id;
UPDATE review SET unit_path = application.unit_path, person_id = application.person_id
  FROM application WHERE application.id = application_id;
UPDATE spent_record SET unit_path = application.unit_path, person_id = application.person_id
  FROM application WHERE application.id = application_id;
UPDATE decision_record SET unit_path = round.unit_path FROM round WHERE round.id = round_id;
UPDATE decision_record SET unit_path = application.unit_path, person_id = application.person_id
  FROM application WHERE application.id = application_id;
UPDATE recusal SET unit_path = person.unit_path FROM person WHERE person.id = applicant_id;
UPDATE publicity SET unit_path = round.unit_path FROM round WHERE round.id = round_id;
UPDATE objection SET unit_path = publicity.unit_path FROM publicity WHERE publicity.id = publicity_id;
UPDATE screening_eligible SET unit_path = screening.unit_path FROM screening WHERE screening.id = screening_id;
UPDATE draft_answer SET unit_path = draft.unit_path FROM programme_draft draft WHERE draft.id = draft_id;
UPDATE lab_run_change SET unit_path = run.unit_path FROM lab_run run WHERE run.id = run_id;

CREATE TRIGGER employment_place BEFORE INSERT ON employment FOR EACH ROW WHEN (NEW.unit_path IS NULL) EXECUTE FUNCTION stand_with_person();
CREATE TRIGGER employment_place_again BEFORE UPDATE OF person_id ON employment FOR EACH ROW EXECUTE FUNCTION stand_with_person();
CREATE TRIGGER membership_place BEFORE INSERT ON membership FOR EACH ROW WHEN (NEW.unit_path IS NULL) EXECUTE FUNCTION stand_with_person();
CREATE TRIGGER membership_place_again BEFORE UPDATE OF person_id ON membership FOR EACH ROW EXECUTE FUNCTION stand_with_person();
CREATE TRIGGER person_fact_place BEFORE INSERT ON person_fact FOR EACH ROW WHEN (NEW.unit_path IS NULL) EXECUTE FUNCTION stand_with_person();
CREATE TRIGGER person_fact_place_again BEFORE UPDATE OF person_id ON person_fact FOR EACH ROW EXECUTE FUNCTION stand_with_person();
CREATE TRIGGER title_holding_place BEFORE INSERT ON title_holding FOR EACH ROW WHEN (NEW.unit_path IS NULL) EXECUTE FUNCTION stand_with_person();
CREATE TRIGGER title_holding_place_again BEFORE UPDATE OF person_id ON title_holding FOR EACH ROW EXECUTE FUNCTION stand_with_person();
CREATE TRIGGER account_place BEFORE INSERT ON account FOR EACH ROW WHEN (NEW.unit_path IS NULL) EXECUTE FUNCTION stand_with_person();
CREATE TRIGGER account_place_again BEFORE UPDATE OF person_id ON account FOR EACH ROW EXECUTE FUNCTION stand_with_person();
CREATE TRIGGER session_place BEFORE INSERT ON session FOR EACH ROW EXECUTE FUNCTION stand_with_person();
CREATE TRIGGER notice_place BEFORE INSERT ON notice FOR EACH ROW EXECUTE FUNCTION stand_with_person();
CREATE TRIGGER notice_place_again BEFORE UPDATE OF person_id ON notice FOR EACH ROW EXECUTE FUNCTION stand_with_person();
CREATE TRIGGER evidence_place BEFORE INSERT ON evidence FOR EACH ROW WHEN (NEW.unit_path IS NULL) EXECUTE FUNCTION stand_with_record();
CREATE TRIGGER evidence_place_again BEFORE UPDATE OF person_id, record_id ON evidence FOR EACH ROW EXECUTE FUNCTION stand_with_record();
CREATE TRIGGER duplicate_suspicion_place BEFORE INSERT OR UPDATE OF person_id, other_id ON duplicate_suspicion FOR EACH ROW EXECUTE FUNCTION stand_with_pair();
CREATE TRIGGER import_row_place BEFORE INSERT ON import_row FOR EACH ROW WHEN (NEW.unit_path IS NULL) EXECUTE FUNCTION stand_with_import();
CREATE TRIGGER programme_version_place BEFORE INSERT ON programme_version FOR EACH ROW EXECUTE FUNCTION stand_with_programme();
CREATE TRIGGER application_attachment_place BEFORE INSERT ON application_attachment FOR EACH ROW EXECUTE FUNCTION stand_with_application();
CREATE TRIGGER review_place BEFORE INSERT ON review FOR EACH ROW EXECUTE FUNCTION stand_with_application();
CREATE TRIGGER spent_record_place BEFORE INSERT ON spent_record FOR EACH ROW EXECUTE FUNCTION stand_with_application();
CREATE TRIGGER decision_record_place BEFORE INSERT ON decision_record FOR EACH ROW EXECUTE FUNCTION stand_with_decision();
CREATE TRIGGER recusal_place BEFORE INSERT OR UPDATE OF applicant_id ON recusal FOR EACH ROW EXECUTE FUNCTION stand_with_applicant();
CREATE TRIGGER publicity_place BEFORE INSERT ON publicity FOR EACH ROW EXECUTE FUNCTION stand_with_round();
CREATE TRIGGER objection_place BEFORE INSERT ON objection FOR EACH ROW EXECUTE FUNCTION stand_with_publicity();
CREATE TRIGGER screening_eligible_place BEFORE INSERT ON screening_eligible FOR EACH ROW EXECUTE FUNCTION stand_with_screening();
CREATE TRIGGER draft_answer_place BEFORE INSERT ON draft_answer FOR EACH ROW EXECUTE FUNCTION stand_with_draft();
CREATE TRIGGER lab_run_change_place BEFORE INSERT ON lab_run_change FOR EACH ROW EXECUTE FUNCTION stand_with_run();

-- When somebody moves, what hangs on them moves with them. Records and applications stay where they were made.
CREATE FUNCTION move_with_person() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  moved uuid[];
BEGIN
  SELECT array_agg(now_rows.id) INTO moved FROM now_rows JOIN past_rows ON past_rows.id = now_rows.id
   WHERE now_rows.unit_path IS DISTINCT FROM past_rows.unit_path;
  IF moved IS NULL THEN RETURN NULL; END IF;
  UPDATE employment SET unit_path = person.unit_path FROM person WHERE person.id = person_id AND person_id = ANY(moved);
  UPDATE membership SET unit_path = person.unit_path FROM person WHERE person.id = person_id AND person_id = ANY(moved);
  UPDATE person_fact SET unit_path = person.unit_path FROM person WHERE person.id = person_id AND person_id = ANY(moved);
  UPDATE title_holding SET unit_path = person.unit_path FROM person WHERE person.id = person_id AND person_id = ANY(moved);
  UPDATE account SET unit_path = person.unit_path FROM person WHERE person.id = person_id AND person_id = ANY(moved);
  UPDATE session SET unit_path = person.unit_path FROM person WHERE person.id = person_id AND person_id = ANY(moved);
  UPDATE notice SET unit_path = person.unit_path FROM person WHERE person.id = person_id AND person_id = ANY(moved);
  UPDATE recusal SET unit_path = person.unit_path FROM person WHERE person.id = applicant_id AND applicant_id = ANY(moved);
  UPDATE duplicate_suspicion SET unit_path = person.unit_path FROM person WHERE person.id = person_id AND person_id = ANY(moved);
  UPDATE duplicate_suspicion SET other_path = person.unit_path FROM person WHERE person.id = other_id AND other_id = ANY(moved);
  RETURN NULL;
END $$;
CREATE TRIGGER person_moves AFTER UPDATE ON person
  REFERENCING OLD TABLE AS past_rows NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION move_with_person();

CREATE FUNCTION move_with_application() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE application_attachment SET unit_path = NEW.unit_path, person_id = NEW.person_id WHERE application_id = NEW.id;
  UPDATE review SET unit_path = NEW.unit_path, person_id = NEW.person_id WHERE application_id = NEW.id;
  UPDATE spent_record SET unit_path = NEW.unit_path, person_id = NEW.person_id WHERE application_id = NEW.id;
  UPDATE decision_record SET unit_path = NEW.unit_path, person_id = NEW.person_id WHERE application_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER application_moves AFTER UPDATE ON application FOR EACH ROW
  WHEN (OLD.unit_path IS DISTINCT FROM NEW.unit_path OR OLD.person_id <> NEW.person_id) EXECUTE FUNCTION move_with_application();

-- What the walls hide of a person is not their name: who decided, who asked and who is meant is said by name everywhere.
-- It is read through this view, which shows nothing else of anybody but where they are, and nothing to those who are not signed in.
CREATE VIEW named AS SELECT id, name, unit_id FROM person
 WHERE current_setting('qinglan.standing', true) <> '' OR NOT row_security_active('person'::regclass);

-- Counts of those who serve under a unit are read from the index alone, and so is whose row it is.
DROP INDEX person_serving;
CREATE INDEX person_serving ON person (unit_path) INCLUDE (stage, subject, id) WHERE state = 'serving';
