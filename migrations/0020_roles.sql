-- Who may act for a unit, and why: by assignment, by a post held, or in another's stead for a period.
ALTER TABLE role_assignment DROP CONSTRAINT role_assignment_role_known;
ALTER TABLE role_assignment ADD CONSTRAINT role_assignment_role_known CHECK (role IN
  ('group-leader', 'mentor', 'school-office', 'school-leader', 'county-office', 'city-office', 'auditor',
   'security-administrator', 'administrator'));

-- Which posts open which role, at which level of unit. None of the three that keep the system: those are given by hand.
CREATE TABLE post_role (
  post text CONSTRAINT post_role_post_present CHECK (btrim(post) <> ''),
  role text NOT NULL,
  level text NOT NULL,
  CONSTRAINT post_role_pk PRIMARY KEY (post, role),
  CONSTRAINT post_role_at_its_level CHECK ((role, level) IN (
    ('group-leader', 'group'), ('school-office', 'school'), ('school-leader', 'school'),
    ('county-office', 'county'), ('city-office', 'city')))
);
INSERT INTO post_role (post, role, level) VALUES
  ('教研组长', 'group-leader', 'group'),
  ('教导主任', 'school-office', 'school'),
  ('教务主任', 'school-office', 'school'),
  ('校长', 'school-leader', 'school'),
  ('园长', 'school-leader', 'school');
-- From a post to those who hold it, for lists over a whole city.
CREATE INDEX person_fact_post ON person_fact (value, person_id) WHERE attribute = 'post';
CREATE INDEX employment_post ON employment (post, person_id) WHERE post IS NOT NULL;

-- An own role, or one act of it, handed to another from a day until a day.
CREATE TABLE delegation (
  id uuid CONSTRAINT delegation_pk PRIMARY KEY,
  from_person_id uuid NOT NULL CONSTRAINT delegation_from_fk REFERENCES person,
  to_person_id uuid NOT NULL CONSTRAINT delegation_to_fk REFERENCES person,
  role text NOT NULL CONSTRAINT delegation_role_known CHECK (role IN
    ('group-leader', 'school-office', 'school-leader', 'county-office', 'city-office')),
  unit_id uuid NOT NULL CONSTRAINT delegation_unit_fk REFERENCES unit,
  unit_path text COLLATE "C" NOT NULL,
  act text,                           -- one act of the role; null: the role
  during daterange NOT NULL CONSTRAINT delegation_period_bounded
    CHECK (NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during)),
  reason text NOT NULL CONSTRAINT delegation_reason_present CHECK (btrim(reason) <> ''),
  given_at timestamptz NOT NULL,
  revoked_on date,                    -- the first day it no longer holds, before its end: taken back, or the deputy left
  revoked_by uuid CONSTRAINT delegation_revoker_fk REFERENCES person,
  CONSTRAINT delegation_to_another CHECK (from_person_id <> to_person_id),
  CONSTRAINT delegation_revoker_of_revoked CHECK (revoked_by IS NULL OR revoked_on IS NOT NULL),
  CONSTRAINT delegation_once EXCLUDE USING gist (from_person_id WITH =, to_person_id WITH =, role WITH =, unit_id WITH =,
    (coalesce(act, '')) WITH =, during WITH &&) WHERE (revoked_on IS NULL)
);
CREATE INDEX delegation_to ON delegation (to_person_id);
CREATE INDEX delegation_from ON delegation (from_person_id);
CREATE INDEX delegation_path ON delegation (unit_path);

-- What people hold in their own right. A post opens its role at the unit of its level where its holder stood, for just
-- the days they held the post and stood there. What was said later of a post replaces what the employment says of it.
CREATE VIEW role_own AS
SELECT held.id, held.person_id, held.role, held.unit_id, held.unit_path, held.during, NULL::text AS post
  FROM role_assignment held
UNION ALL
SELECT stand.id, holder.person_id, post_role.role, unit.id, unit.path, holder.during * stand.during, holder.post
  FROM (SELECT fact.person_id, fact.value AS post, fact.during FROM person_fact fact WHERE fact.attribute = 'post'
        UNION ALL
        SELECT job.person_id, job.post, job.during FROM employment job
         WHERE job.post IS NOT NULL AND NOT EXISTS (
           SELECT 1 FROM person_fact fact
            WHERE fact.person_id = job.person_id AND fact.attribute = 'post' AND fact.during && job.during)) holder
  JOIN post_role ON post_role.post = holder.post
  JOIN (SELECT id, person_id, unit_id, during FROM employment
        UNION ALL
        SELECT id, person_id, unit_id, during FROM membership) stand
    ON stand.person_id = holder.person_id AND stand.during && holder.during
  JOIN unit ON unit.id = stand.unit_id AND unit.level = post_role.level;

-- The same with what is done in another's stead: never longer than the other holds it.
CREATE VIEW role_held AS
SELECT id, person_id, role, unit_id, unit_path, during, post, NULL::uuid AS for_id, NULL::text AS act FROM role_own
UNION ALL
SELECT given.id, given.to_person_id, given.role, given.unit_id, own.unit_path,
       given.during * daterange(NULL, given.revoked_on) * own.during, own.post, given.from_person_id, given.act
  FROM delegation given
  JOIN role_own own
    ON own.person_id = given.from_person_id AND own.role = given.role AND own.unit_id = given.unit_id AND own.during && given.during
 WHERE NOT isempty(given.during * daterange(NULL, given.revoked_on) * own.during);

-- How the authority separates its duties 三员分立: one row.
CREATE TABLE duty_rule (
  id boolean CONSTRAINT duty_rule_pk PRIMARY KEY DEFAULT true CONSTRAINT duty_rule_single CHECK (id),
  separated boolean NOT NULL DEFAULT false,   -- administrator, security administrator and auditor are three people
  second_person boolean NOT NULL DEFAULT false, -- one of these roles is given by two people
  changed_by uuid CONSTRAINT duty_rule_changer_fk REFERENCES person,
  changed_at timestamptz
);
INSERT INTO duty_rule DEFAULT VALUES;

-- One of the three roles on its way: asked by one person, agreed to or not by another.
CREATE TABLE role_request (
  id uuid CONSTRAINT role_request_pk PRIMARY KEY,
  person_id uuid NOT NULL CONSTRAINT role_request_person_fk REFERENCES person,
  role text NOT NULL CONSTRAINT role_request_role_known CHECK (role IN ('auditor', 'security-administrator', 'administrator')),
  unit_id uuid NOT NULL CONSTRAINT role_request_unit_fk REFERENCES unit,
  unit_path text COLLATE "C" NOT NULL,
  starts_on date NOT NULL,
  asked_by uuid NOT NULL CONSTRAINT role_request_asker_fk REFERENCES person,
  asked_at timestamptz NOT NULL,
  agreed boolean,
  decided_by uuid CONSTRAINT role_request_decider_fk REFERENCES person,
  decided_at timestamptz,
  CONSTRAINT role_request_decided CHECK ((agreed IS NULL) = (decided_by IS NULL) AND (agreed IS NULL) = (decided_at IS NULL)),
  CONSTRAINT role_request_by_two CHECK (decided_by <> asked_by),
  CONSTRAINT role_request_of_another CHECK (person_id <> asked_by AND decided_by <> person_id)
);
CREATE INDEX role_request_open ON role_request (unit_path, asked_at) WHERE agreed IS NULL;

-- Three people are three people, whoever writes the row. A switch waits for a grant under way and the other way round.
CREATE FUNCTION keep_duties_apart() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('duties ' || NEW.person_id, 0));
  IF (SELECT separated FROM duty_rule FOR SHARE) AND EXISTS (
    SELECT 1 FROM role_assignment other
     WHERE other.person_id = NEW.person_id AND other.role <> NEW.role AND other.during && NEW.during
       AND other.role IN ('auditor', 'security-administrator', 'administrator'))
  THEN
    RAISE EXCEPTION 'duties are separate: one person holds one of the three' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER role_assignment_duties_apart BEFORE INSERT OR UPDATE ON role_assignment FOR EACH ROW
  WHEN (NEW.role IN ('auditor', 'security-administrator', 'administrator')) EXECUTE FUNCTION keep_duties_apart();

-- In whose stead a decision was made, shown wherever it is shown.
ALTER TABLE record ADD COLUMN decided_for uuid CONSTRAINT record_principal_fk REFERENCES person;
ALTER TABLE review ADD COLUMN decided_for uuid CONSTRAINT review_principal_fk REFERENCES person;
ALTER TABLE decision_record ADD COLUMN decided_for uuid CONSTRAINT decision_record_principal_fk REFERENCES person;
