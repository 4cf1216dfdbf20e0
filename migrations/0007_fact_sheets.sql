-- A programme over a whole city reads, of each person, every record that may count. One row a person with all of
-- them in one text is read some thirty times faster than the records themselves. Sheets are made from the records
-- and titles when a programme is next asked over many, and hold nothing that is not in those tables: none of these
-- tables is logged, and what a crash or a move to another server empties is made again.
CREATE UNLOGGED TABLE fact_sheet (
  person_id uuid CONSTRAINT fact_sheet_pk PRIMARY KEY, -- of rows that refer to a person already
  records text NOT NULL,              -- see src/features/selection/dossier/sheets/rules.ts
  details text NOT NULL,
  titles text NOT NULL
) WITH (toast_tuple_target = 8160);
-- Read whole and often, so never packed; a person's usual file stays in the row.
ALTER TABLE fact_sheet ALTER records SET STORAGE EXTERNAL;
ALTER TABLE fact_sheet ALTER details SET STORAGE EXTERNAL;
ALTER TABLE fact_sheet ALTER titles SET STORAGE EXTERNAL;

-- What sheets say of a record in seven digits: its type, level, grade, author order and state. A code is for good.
CREATE UNLOGGED TABLE fact_kind (
  code integer GENERATED ALWAYS AS IDENTITY (START WITH 1000000) CONSTRAINT fact_kind_pk PRIMARY KEY
    CONSTRAINT fact_kind_seven_digits CHECK (code BETWEEN 1000000 AND 9999999),
  kind text NOT NULL CONSTRAINT fact_kind_once UNIQUE
);

-- Whose records or titles were written since their sheet was made. A sheet holds when its person has no row here
-- that the reader sees. Writers only add rows, so that they never wait for each other; whoever makes a sheet takes
-- away, in the same statement that reads the records, exactly the rows that statement sees.
CREATE UNLOGGED TABLE fact_change (
  person_id uuid NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  CONSTRAINT fact_change_pk PRIMARY KEY (person_id, id)
);
-- In the database, because no way of writing may forget it.
CREATE FUNCTION note_fact_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO fact_change (person_id) SELECT DISTINCT person_id FROM now_rows;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO fact_change (person_id) SELECT DISTINCT person_id FROM past_rows;
  ELSE
    INSERT INTO fact_change (person_id) SELECT person_id FROM past_rows UNION SELECT person_id FROM now_rows;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER record_facts_added AFTER INSERT ON record
  REFERENCING NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION note_fact_change();
CREATE TRIGGER record_facts_changed AFTER UPDATE ON record
  REFERENCING OLD TABLE AS past_rows NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION note_fact_change();
CREATE TRIGGER record_facts_removed AFTER DELETE ON record
  REFERENCING OLD TABLE AS past_rows FOR EACH STATEMENT EXECUTE FUNCTION note_fact_change();
CREATE TRIGGER title_holding_facts_added AFTER INSERT ON title_holding
  REFERENCING NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION note_fact_change();
CREATE TRIGGER title_holding_facts_changed AFTER UPDATE ON title_holding
  REFERENCING OLD TABLE AS past_rows NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION note_fact_change();
CREATE TRIGGER title_holding_facts_removed AFTER DELETE ON title_holding
  REFERENCING OLD TABLE AS past_rows FOR EACH STATEMENT EXECUTE FUNCTION note_fact_change();
