-- Judges of a panel mark what reaches a stage of a round, blind if the programme says so. What a judge reads lies in tables
-- of its own, which say nothing of who it is; which code is whose lies sealed in `panel_code` until judging is closed.
CREATE TABLE panel (
  id uuid CONSTRAINT panel_pk PRIMARY KEY,
  round_id uuid NOT NULL CONSTRAINT panel_round_fk REFERENCES round,
  position integer NOT NULL,          -- the stage of the programme's route, as in round_stage
  stage text NOT NULL,
  unit_id uuid NOT NULL CONSTRAINT panel_unit_fk REFERENCES unit,
  unit_path text COLLATE "C" NOT NULL,
  state text NOT NULL CONSTRAINT panel_state_known CHECK (state IN ('forming', 'judging', 'closed', 'cancelled')),
  opens_on date,                      -- the days on which judges may mark
  closes_on date,
  created_by uuid NOT NULL CONSTRAINT panel_creator_fk REFERENCES person,
  created_at timestamptz NOT NULL,
  opened_by uuid CONSTRAINT panel_opener_fk REFERENCES person,
  opened_at timestamptz,
  closed_by uuid CONSTRAINT panel_closer_fk REFERENCES person,
  closed_at timestamptz,
  conclusion text,                    -- what the panel came to, in its own words; or why it was cancelled
  CONSTRAINT panel_period_ordered CHECK (closes_on >= opens_on),
  CONSTRAINT panel_judging_dated CHECK (state IN ('forming', 'cancelled') OR (opens_on IS NOT NULL AND closes_on IS NOT NULL AND opened_at IS NOT NULL)),
  CONSTRAINT panel_ended_says_why CHECK (state IN ('forming', 'judging') OR (btrim(conclusion) <> '' AND closed_at IS NOT NULL AND closed_by IS NOT NULL))
);
CREATE UNIQUE INDEX panel_once ON panel (round_id, position, unit_id) WHERE state <> 'cancelled';

-- Who judges. It is no role: it opens the sheets of this panel and nothing else.
CREATE TABLE panel_seat (
  id uuid CONSTRAINT panel_seat_pk PRIMARY KEY,
  panel_id uuid NOT NULL CONSTRAINT panel_seat_panel_fk REFERENCES panel,
  person_id uuid NOT NULL CONSTRAINT panel_seat_person_fk REFERENCES person,
  unit_path text COLLATE "C",         -- of the panel
  given_by uuid NOT NULL CONSTRAINT panel_seat_giver_fk REFERENCES person,
  given_at timestamptz NOT NULL,
  ended_by uuid CONSTRAINT panel_seat_ender_fk REFERENCES person,
  ended_at timestamptz,
  ended_why text,
  sheets integer NOT NULL DEFAULT 0,  -- kept by a trigger: how many there are to mark, and how many are done with
  done integer NOT NULL DEFAULT 0,
  CONSTRAINT panel_seat_end_says_why CHECK ((ended_at IS NULL) = (ended_why IS NULL) AND (ended_at IS NULL) = (ended_by IS NULL))
);
CREATE UNIQUE INDEX panel_seat_once ON panel_seat (panel_id, person_id) WHERE ended_at IS NULL;
CREATE INDEX panel_seat_person ON panel_seat (person_id);

-- Whom the panel judges, as the office sees it; code and result are filled in when judging is closed.
CREATE TABLE panel_entry (
  id uuid CONSTRAINT panel_entry_pk PRIMARY KEY,
  panel_id uuid NOT NULL CONSTRAINT panel_entry_panel_fk REFERENCES panel,
  application_id uuid NOT NULL CONSTRAINT panel_entry_application_fk REFERENCES application,
  position integer NOT NULL,          -- stage and unit of the panel, for those who see the result and not the panel
  unit_id uuid NOT NULL CONSTRAINT panel_entry_unit_fk REFERENCES unit,
  person_id uuid,
  unit_path text COLLATE "C",         -- of the application
  shown text[],                       -- what of the materials judges see; null until somebody looked them through
  looked_by uuid CONSTRAINT panel_entry_looker_fk REFERENCES person,
  looked_at timestamptz,
  code text,
  result text,                        -- a decimal; null where too few marked
  place integer,
  among integer,                      -- how many have a place
  marked_by integer,                  -- how many judges
  closed_at timestamptz,
  CONSTRAINT panel_entry_once UNIQUE (panel_id, application_id),
  CONSTRAINT panel_entry_looked CHECK ((shown IS NULL) = (looked_at IS NULL) AND (shown IS NULL) = (looked_by IS NULL)),
  CONSTRAINT panel_entry_placed_by_result CHECK (result IS NOT NULL OR place IS NULL)
);
CREATE INDEX panel_entry_application ON panel_entry (application_id);

-- The sealed list. `candidate` and `code` are drawn at random and follow from nothing.
CREATE TABLE panel_code (
  candidate uuid CONSTRAINT panel_code_pk PRIMARY KEY,
  panel_id uuid NOT NULL CONSTRAINT panel_code_panel_fk REFERENCES panel,
  unit_path text COLLATE "C",         -- of the panel
  code text NOT NULL,
  entry_id uuid NOT NULL CONSTRAINT panel_code_entry_fk REFERENCES panel_entry CONSTRAINT panel_code_entry_once UNIQUE,
  CONSTRAINT panel_code_once UNIQUE (panel_id, code)
);

-- What of a candidate the judges read: copied without what is hidden when judging opens, numbered from 1.
CREATE TABLE panel_material (
  candidate uuid NOT NULL CONSTRAINT panel_material_candidate_fk REFERENCES panel_code,
  number integer NOT NULL,
  panel_id uuid NOT NULL CONSTRAINT panel_material_panel_fk REFERENCES panel,
  unit_path text COLLATE "C",         -- of the panel
  label jsonb NOT NULL,               -- in each language
  content jsonb,                      -- likewise; null for a file
  sha256 text,
  media_type text,
  CONSTRAINT panel_material_pk PRIMARY KEY (candidate, number),
  CONSTRAINT panel_material_text_or_file CHECK ((content IS NULL) = (sha256 IS NOT NULL) AND (sha256 IS NULL) = (media_type IS NULL))
);

-- What one judge says of one candidate. `opened` when judging is closed: until then it is the judge's alone.
CREATE TABLE panel_sheet (
  id uuid CONSTRAINT panel_sheet_pk PRIMARY KEY,
  panel_id uuid NOT NULL CONSTRAINT panel_sheet_panel_fk REFERENCES panel,
  seat_id uuid NOT NULL CONSTRAINT panel_sheet_seat_fk REFERENCES panel_seat,
  person_id uuid NOT NULL CONSTRAINT panel_sheet_person_fk REFERENCES person,
  unit_path text COLLATE "C",         -- of the panel
  candidate uuid NOT NULL CONSTRAINT panel_sheet_candidate_fk REFERENCES panel_code,
  code text NOT NULL,
  state text NOT NULL DEFAULT 'open' CONSTRAINT panel_sheet_state_known CHECK (state IN ('open', 'submitted', 'aside')),
  why text,                           -- why the judge stands aside
  settled_at timestamptz,
  opened boolean NOT NULL DEFAULT false,
  CONSTRAINT panel_sheet_once UNIQUE (seat_id, candidate),
  CONSTRAINT panel_sheet_settled CHECK ((state = 'open') = (settled_at IS NULL)),
  CONSTRAINT panel_sheet_aside_says_why CHECK (state <> 'aside' OR btrim(why) <> '')
);
CREATE INDEX panel_material_file ON panel_material (sha256) WHERE sha256 IS NOT NULL;
CREATE INDEX panel_sheet_panel ON panel_sheet (panel_id);
CREATE TABLE panel_mark (
  sheet_id uuid NOT NULL CONSTRAINT panel_mark_sheet_fk REFERENCES panel_sheet,
  criterion text NOT NULL,            -- its id in the programme
  panel_id uuid NOT NULL CONSTRAINT panel_mark_panel_fk REFERENCES panel,
  person_id uuid NOT NULL CONSTRAINT panel_mark_person_fk REFERENCES person,
  unit_path text COLLATE "C",
  mark text NOT NULL,                 -- as it was written; a decimal once the sheet is submitted
  reason text NOT NULL DEFAULT '',
  opened boolean NOT NULL DEFAULT false,
  CONSTRAINT panel_mark_pk PRIMARY KEY (sheet_id, criterion)
);

CREATE FUNCTION stand_with_panel() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.unit_path := (SELECT unit_path FROM panel WHERE id = NEW.panel_id);
  RETURN NEW;
END $$;
CREATE TRIGGER panel_seat_place BEFORE INSERT ON panel_seat FOR EACH ROW EXECUTE FUNCTION stand_with_panel();
CREATE TRIGGER panel_code_place BEFORE INSERT ON panel_code FOR EACH ROW EXECUTE FUNCTION stand_with_panel();
CREATE TRIGGER panel_material_place BEFORE INSERT ON panel_material FOR EACH ROW EXECUTE FUNCTION stand_with_panel();
CREATE TRIGGER panel_sheet_place BEFORE INSERT ON panel_sheet FOR EACH ROW EXECUTE FUNCTION stand_with_panel();
CREATE TRIGGER panel_mark_place BEFORE INSERT ON panel_mark FOR EACH ROW EXECUTE FUNCTION stand_with_panel();
CREATE TRIGGER panel_entry_place BEFORE INSERT ON panel_entry FOR EACH ROW EXECUTE FUNCTION stand_with_application();

CREATE FUNCTION panel_entry_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE panel_entry SET unit_path = NEW.unit_path, person_id = NEW.person_id WHERE application_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER application_moves_panel_entry AFTER UPDATE ON application FOR EACH ROW
  WHEN (OLD.unit_path IS DISTINCT FROM NEW.unit_path OR OLD.person_id <> NEW.person_id) EXECUTE FUNCTION panel_entry_follows();

-- How far a judge is may be seen by whoever holds the panel; which sheets those are may not.
CREATE FUNCTION count_panel_sheets() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE panel_seat seat SET
    sheets = (SELECT count(*) FROM panel_sheet sheet WHERE sheet.seat_id = NEW.seat_id AND sheet.state <> 'aside'),
    done = (SELECT count(*) FROM panel_sheet sheet WHERE sheet.seat_id = NEW.seat_id AND sheet.state = 'submitted')
   WHERE seat.id = NEW.seat_id;
  RETURN NULL;
END $$;
CREATE TRIGGER panel_sheet_counted AFTER INSERT OR UPDATE OF state ON panel_sheet FOR EACH ROW EXECUTE FUNCTION count_panel_sheets();

-- What was submitted stays as it is.
CREATE FUNCTION keep_panel_sheet() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.panel_id, NEW.seat_id, NEW.person_id, NEW.candidate, NEW.code)
     IS DISTINCT FROM (OLD.id, OLD.panel_id, OLD.seat_id, OLD.person_id, OLD.candidate, OLD.code) THEN
    RAISE EXCEPTION 'a sheet stays that of its judge and its candidate';
  END IF;
  IF (OLD.state <> 'open' OR OLD.opened)
     AND (NEW.state, NEW.why, NEW.settled_at) IS DISTINCT FROM (OLD.state, OLD.why, OLD.settled_at) THEN
    RAISE EXCEPTION 'a sheet that was handed in is not changed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER panel_sheet_kept BEFORE UPDATE ON panel_sheet FOR EACH ROW EXECUTE FUNCTION keep_panel_sheet();
CREATE FUNCTION keep_panel_mark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (NEW.sheet_id, NEW.criterion, NEW.mark, NEW.reason) IS NOT DISTINCT FROM (OLD.sheet_id, OLD.criterion, OLD.mark, OLD.reason) THEN
    RETURN NEW;
  END IF;
  IF EXISTS (SELECT 1 FROM panel_sheet WHERE id = NEW.sheet_id AND (state <> 'open' OR opened)) THEN
    RAISE EXCEPTION 'the marks of a sheet that was handed in are not changed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER panel_mark_kept BEFORE INSERT OR UPDATE ON panel_mark FOR EACH ROW EXECUTE FUNCTION keep_panel_mark();
