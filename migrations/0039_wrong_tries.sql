-- Single wrong tries at signing in: at whose account, from where, when and what was wrong, never what was typed. Counted
-- by the hour, so that whoever tries without end fills no table.
CREATE TABLE wrong_try (
  id uuid CONSTRAINT wrong_try_pk PRIMARY KEY,
  person_id uuid CONSTRAINT wrong_try_person_fk REFERENCES person, -- null: a name that nobody has
  place text NOT NULL,                -- the address without its last part; empty when it is not known
  hour timestamptz NOT NULL,
  how text NOT NULL CONSTRAINT wrong_try_how_known CHECK (how IN ('password', 'second')),
  times integer NOT NULL CONSTRAINT wrong_try_times_positive CHECK (times > 0),
  last_at timestamptz NOT NULL,
  told boolean NOT NULL DEFAULT false -- a session has begun since, which says how many there were
);
CREATE UNIQUE INDEX wrong_try_counting ON wrong_try (person_id, hour, place, how) NULLS NOT DISTINCT WHERE NOT told;
CREATE INDEX wrong_try_person ON wrong_try (person_id, hour);
CREATE INDEX wrong_try_hour ON wrong_try (hour);

-- How many there were between the sign-in before and this one.
ALTER TABLE session ADD COLUMN wrong_before integer NOT NULL DEFAULT 0
  CONSTRAINT session_wrong_before_counts CHECK (wrong_before >= 0);
