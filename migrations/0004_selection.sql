CREATE TABLE programme (
  id text CONSTRAINT programme_pk PRIMARY KEY,
  unit_id uuid NOT NULL CONSTRAINT programme_unit_fk REFERENCES unit,
  unit_path text COLLATE "C" NOT NULL
);
CREATE INDEX programme_unit ON programme (unit_path);
CREATE TABLE programme_version (
  id uuid CONSTRAINT programme_version_pk PRIMARY KEY,
  programme_id text NOT NULL CONSTRAINT programme_version_programme_fk REFERENCES programme,
  version text NOT NULL,
  source text NOT NULL,               -- the file itself; a round keeps the version it was opened with
  tables jsonb NOT NULL DEFAULT '{}',
  digest text NOT NULL,
  state text NOT NULL CONSTRAINT programme_version_state_known CHECK (state IN ('draft', 'published', 'retired')),
  names jsonb NOT NULL,
  published_at timestamptz,
  effective_on date,                  -- rounds may be opened from it from this day on
  published_by uuid CONSTRAINT programme_version_publisher_fk REFERENCES person,
  created_by uuid CONSTRAINT programme_version_creator_fk REFERENCES person,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT programme_version_once UNIQUE (programme_id, version),
  CONSTRAINT programme_version_published_dated CHECK (state = 'draft' OR (published_at IS NOT NULL AND effective_on IS NOT NULL))
);

CREATE TABLE round (
  id uuid CONSTRAINT round_pk PRIMARY KEY,
  programme_version_id uuid NOT NULL CONSTRAINT round_version_fk REFERENCES programme_version,
  unit_id uuid NOT NULL CONSTRAINT round_unit_fk REFERENCES unit,
  unit_path text COLLATE "C" NOT NULL,
  name text NOT NULL CONSTRAINT round_name_present CHECK (btrim(name) <> ''),
  document_number text,
  contact text,                       -- R-002-3-28
  opens_at timestamptz NOT NULL,
  closes_at timestamptz NOT NULL,
  as_of date NOT NULL,
  places integer CONSTRAINT round_places_not_negative CHECK (places >= 0),
  quota_reason text,                  -- why it was opened although the quotas do not sum to the places
  state text NOT NULL CONSTRAINT round_state_known CHECK (state IN ('draft', 'open', 'publicity', 'decided', 'cancelled')),
  created_by uuid NOT NULL CONSTRAINT round_creator_fk REFERENCES person,
  created_at timestamptz NOT NULL DEFAULT now(),
  decided_at timestamptz,
  revision integer NOT NULL DEFAULT 1,
  CONSTRAINT round_period_ordered CHECK (closes_at > opens_at)
);
CREATE INDEX round_unit ON round (unit_path, opens_at DESC);

CREATE TABLE round_stage (
  round_id uuid NOT NULL CONSTRAINT round_stage_round_fk REFERENCES round,
  position integer NOT NULL,
  stage text NOT NULL,                -- the stage's id in the programme file
  body text NOT NULL,
  closes_at timestamptz,
  CONSTRAINT round_stage_pk PRIMARY KEY (round_id, position),
  CONSTRAINT round_stage_once UNIQUE (round_id, stage)
);

-- The quota tree: so many places for this unit; where the programme limits a part (a subject in a school), for the part.
CREATE TABLE round_quota (
  id uuid CONSTRAINT round_quota_pk PRIMARY KEY,
  round_id uuid NOT NULL CONSTRAINT round_quota_round_fk REFERENCES round,
  unit_id uuid NOT NULL CONSTRAINT round_quota_unit_fk REFERENCES unit,
  unit_path text COLLATE "C" NOT NULL,
  part text NOT NULL DEFAULT '',      -- a subject or a stage of schooling; empty for the unit as a whole
  places integer NOT NULL CONSTRAINT round_quota_places_not_negative CHECK (places >= 0),
  used integer NOT NULL DEFAULT 0,
  basis jsonb NOT NULL DEFAULT '{}',  -- where the number comes from: the file's table, a hand, a method with its weights
  CONSTRAINT round_quota_once UNIQUE (round_id, unit_id, part),
  CONSTRAINT round_quota_not_exceeded CHECK (used >= 0 AND used <= places)
);
CREATE INDEX round_quota_path ON round_quota (round_id, unit_path);

CREATE TABLE application (
  id uuid CONSTRAINT application_pk PRIMARY KEY,
  round_id uuid NOT NULL CONSTRAINT application_round_fk REFERENCES round,
  person_id uuid NOT NULL CONSTRAINT application_person_fk REFERENCES person,
  unit_path text COLLATE "C" NOT NULL,
  school_id uuid NOT NULL CONSTRAINT application_school_fk REFERENCES unit,
  group_id uuid CONSTRAINT application_group_fk REFERENCES unit,
  subject text,
  stage text,
  setting text,
  state text NOT NULL CONSTRAINT application_state_known CHECK (state IN
    ('draft', 'in-review', 'returned', 'refused', 'withdrawn', 'listed', 'not-selected', 'granted', 'removed')),
  position integer,                   -- the stage whose body has it now; null in a draft
  form jsonb NOT NULL DEFAULT '{}',
  receipt text CONSTRAINT application_receipt_unique UNIQUE,
  submitted_at timestamptz,
  outcome text,
  findings jsonb,                     -- as they stood when it was submitted
  saved_at timestamptz NOT NULL DEFAULT now(),
  revision integer NOT NULL DEFAULT 1,
  CONSTRAINT application_once UNIQUE (round_id, person_id),
  CONSTRAINT application_submitted_has_receipt CHECK ((submitted_at IS NULL) = (receipt IS NULL))
);
CREATE INDEX application_queue ON application (round_id, position, state, unit_path, id);
CREATE INDEX application_person ON application (person_id);

-- Papers that belong to the application itself, not to a record: a signed recommendation, a scanned form.
CREATE TABLE application_attachment (
  id uuid CONSTRAINT application_attachment_pk PRIMARY KEY,
  application_id uuid NOT NULL CONSTRAINT application_attachment_application_fk REFERENCES application,
  item text NOT NULL,                 -- the attachment's id in the programme's declaration form
  file_name text NOT NULL,
  media_type text NOT NULL,
  size integer NOT NULL CONSTRAINT application_attachment_size_positive CHECK (size > 0),
  sha256 text NOT NULL,
  uploaded_at timestamptz NOT NULL,
  withdrawn_at timestamptz
);
CREATE INDEX application_attachment_application ON application_attachment (application_id);

-- What each body on the route decided, newest last; the current one has no superseded_at.
CREATE TABLE review (
  id uuid CONSTRAINT review_pk PRIMARY KEY,
  application_id uuid NOT NULL CONSTRAINT review_application_fk REFERENCES application,
  round_id uuid NOT NULL CONSTRAINT review_round_fk REFERENCES round,
  position integer NOT NULL,
  unit_id uuid NOT NULL CONSTRAINT review_unit_fk REFERENCES unit,
  decision text NOT NULL CONSTRAINT review_decision_known CHECK (decision IN ('recommend', 'return', 'refuse')),
  place integer CONSTRAINT review_place_positive CHECK (place > 0),
  clause text,
  reason text,
  exceptional boolean NOT NULL DEFAULT false,
  took_place boolean NOT NULL DEFAULT false, -- it used a place of the quota, to be given back when it is superseded
  decided_by uuid NOT NULL CONSTRAINT review_decider_fk REFERENCES person,
  decided_at timestamptz NOT NULL,
  superseded_at timestamptz,
  CONSTRAINT review_no_needs_reason CHECK (decision = 'recommend' OR reason IS NOT NULL),
  CONSTRAINT review_exception_needs_reason CHECK (NOT exceptional OR reason IS NOT NULL)
);
CREATE UNIQUE INDEX review_current ON review (application_id, position) WHERE superseded_at IS NULL;
CREATE INDEX review_body ON review (round_id, position, unit_id) WHERE superseded_at IS NULL;

-- Questions the file hands to people: exceptional nomination, an unresolved tie, a judgement clause.
CREATE TABLE decision_record (
  id uuid CONSTRAINT decision_record_pk PRIMARY KEY,
  round_id uuid NOT NULL CONSTRAINT decision_record_round_fk REFERENCES round,
  application_id uuid CONSTRAINT decision_record_application_fk REFERENCES application,
  unit_id uuid NOT NULL CONSTRAINT decision_record_unit_fk REFERENCES unit,
  kind text NOT NULL CONSTRAINT decision_record_kind_known CHECK (kind IN ('exception', 'tie', 'clause', 'objection')),
  clause text,
  outcome text NOT NULL,
  detail jsonb NOT NULL DEFAULT '{}',
  reason text NOT NULL CONSTRAINT decision_record_reason_present CHECK (btrim(reason) <> ''),
  decided_by uuid NOT NULL CONSTRAINT decision_record_decider_fk REFERENCES person,
  decided_at timestamptz NOT NULL
);
CREATE INDEX decision_record_round ON decision_record (round_id, kind);
CREATE INDEX decision_record_application ON decision_record (application_id);

CREATE TABLE recusal (
  id uuid CONSTRAINT recusal_pk PRIMARY KEY,
  round_id uuid NOT NULL CONSTRAINT recusal_round_fk REFERENCES round,
  person_id uuid NOT NULL CONSTRAINT recusal_person_fk REFERENCES person,       -- who stands aside
  applicant_id uuid NOT NULL CONSTRAINT recusal_applicant_fk REFERENCES person,
  relation text NOT NULL,
  declared_by uuid NOT NULL CONSTRAINT recusal_declarer_fk REFERENCES person,
  declared_at timestamptz NOT NULL,
  CONSTRAINT recusal_once UNIQUE (round_id, person_id, applicant_id),
  CONSTRAINT recusal_of_another CHECK (person_id <> applicant_id)
);

-- Everyone serving in reach of a round against its conditions: figures for those who divide places. It binds nobody.
CREATE TABLE screening (
  id uuid CONSTRAINT screening_pk PRIMARY KEY,
  round_id uuid NOT NULL CONSTRAINT screening_round_fk REFERENCES round,
  unit_path text COLLATE "C" NOT NULL,
  state text NOT NULL CONSTRAINT screening_state_known CHECK (state IN ('running', 'done', 'failed')),
  total integer NOT NULL,
  done integer NOT NULL DEFAULT 0,
  result jsonb,
  started_by uuid NOT NULL CONSTRAINT screening_starter_fk REFERENCES person,
  started_at timestamptz NOT NULL,
  heard_at timestamptz NOT NULL,      -- when it last reported: one that fell silent has failed
  CONSTRAINT screening_done_has_result CHECK (state <> 'done' OR result IS NOT NULL)
);
CREATE INDEX screening_latest ON screening (round_id, unit_path, started_at DESC);
-- Those who met the conditions, some thousands a row, in the order of their ids.
CREATE TABLE screening_eligible (
  screening_id uuid NOT NULL CONSTRAINT screening_eligible_screening_fk REFERENCES screening,
  position integer NOT NULL,
  people uuid[] NOT NULL,
  CONSTRAINT screening_eligible_pk PRIMARY KEY (screening_id, position)
);

CREATE TABLE publicity (
  id uuid CONSTRAINT publicity_pk PRIMARY KEY,
  round_id uuid NOT NULL CONSTRAINT publicity_round_fk REFERENCES round CONSTRAINT publicity_once UNIQUE,
  posted_at timestamptz NOT NULL,
  posted_on date NOT NULL,
  closes_on date NOT NULL,
  working_days integer NOT NULL CONSTRAINT publicity_days_positive CHECK (working_days > 0),
  list jsonb NOT NULL,                -- frozen: what the public saw
  applications uuid[] NOT NULL,       -- whose line each number of the list is
  digest text NOT NULL,
  closed_at timestamptz,              -- when the round was decided after it
  posted_by uuid NOT NULL CONSTRAINT publicity_poster_fk REFERENCES person
);
CREATE TABLE objection (
  id uuid CONSTRAINT objection_pk PRIMARY KEY,
  publicity_id uuid NOT NULL CONSTRAINT objection_publicity_fk REFERENCES publicity,
  application_id uuid CONSTRAINT objection_application_fk REFERENCES application,
  receipt text NOT NULL CONSTRAINT objection_receipt_unique UNIQUE,
  signed boolean NOT NULL,
  name text,
  contact text,
  statement text NOT NULL CONSTRAINT objection_statement_present CHECK (btrim(statement) <> ''),
  received_at timestamptz NOT NULL,
  state text NOT NULL CONSTRAINT objection_state_known CHECK (state IN ('received', 'investigating', 'upheld', 'dismissed')),
  investigation text,
  answer text,
  answered_by uuid CONSTRAINT objection_answerer_fk REFERENCES person,
  answered_at timestamptz,
  CONSTRAINT objection_signed_names CHECK (NOT signed OR (name IS NOT NULL AND contact IS NOT NULL)),
  CONSTRAINT objection_settled_answers CHECK (state IN ('received', 'investigating') OR (answer IS NOT NULL AND answered_at IS NOT NULL))
);
CREATE INDEX objection_publicity ON objection (publicity_id, received_at);
