-- Records that a decided round used up: clauses with `consume: true` counted them for somebody who was granted. Later
-- rounds of the same programme count them no more.
CREATE TABLE spent_record (
  application_id uuid NOT NULL CONSTRAINT spent_record_application_fk REFERENCES application,
  record_id uuid NOT NULL CONSTRAINT spent_record_record_fk REFERENCES record,
  CONSTRAINT spent_record_pk PRIMARY KEY (application_id, record_id)
);
