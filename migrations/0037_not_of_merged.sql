-- Whoever writes something new of a person at the very moment their entry is merged waits for the merge to end (the
-- reference to the entry does that) and is then refused: what was written before went over to the entry that is kept,
-- what came after would be nobody's. After the statement, so that a merge that ended while it waited is seen; once a
-- statement, so that rosters pay nothing. QL001 is told in words (src/platform/database.ts). Rows of the audit and the
-- log of reads name the merged entry on purpose (features/duplicates/merge.ts).
CREATE FUNCTION refuse_merged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM person WHERE merged_into IS NOT NULL AND id IN (SELECT person_id FROM now_rows)) THEN
    RAISE EXCEPTION 'the entry was merged into another' USING ERRCODE = 'QL001', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION refuse_merged_delegation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM person WHERE merged_into IS NOT NULL
      AND (id IN (SELECT from_person_id FROM now_rows) OR id IN (SELECT to_person_id FROM now_rows))) THEN
    RAISE EXCEPTION 'the entry was merged into another' USING ERRCODE = 'QL001', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION refuse_merged_recusal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM person WHERE merged_into IS NOT NULL
      AND (id IN (SELECT person_id FROM now_rows) OR id IN (SELECT applicant_id FROM now_rows))) THEN
    RAISE EXCEPTION 'the entry was merged into another' USING ERRCODE = 'QL001', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NULL;
END $$;
-- Whoever tells many people something is not to fail for one of them, nor to know who they are now.
CREATE FUNCTION notify_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM person WHERE merged_into IS NOT NULL AND id IN (SELECT person_id FROM now_rows)) THEN
    UPDATE notice SET person_id = person.merged_into FROM now_rows JOIN person ON person.id = now_rows.person_id
     WHERE notice.id = now_rows.id AND person.merged_into IS NOT NULL;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER account_not_of_merged AFTER INSERT ON account REFERENCING NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_merged();
CREATE TRIGGER application_not_of_merged AFTER INSERT ON application REFERENCING NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_merged();
CREATE TRIGGER consent_not_of_merged AFTER INSERT ON consent REFERENCING NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_merged();
CREATE TRIGGER correction_request_not_of_merged AFTER INSERT ON correction_request REFERENCING NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_merged();
CREATE TRIGGER draft_answer_not_of_merged AFTER INSERT ON draft_answer REFERENCING NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_merged();
CREATE TRIGGER employment_not_of_merged AFTER INSERT ON employment REFERENCING NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_merged();
CREATE TRIGGER evidence_not_of_merged AFTER INSERT ON evidence REFERENCING NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_merged();
CREATE TRIGGER id_number_not_of_merged AFTER INSERT ON id_number REFERENCING NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_merged();
CREATE TRIGGER membership_not_of_merged AFTER INSERT ON membership REFERENCING NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_merged();
CREATE TRIGGER own_data_copy_not_of_merged AFTER INSERT ON own_data_copy REFERENCING NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_merged();
CREATE TRIGGER panel_seat_not_of_merged AFTER INSERT ON panel_seat REFERENCING NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_merged();
CREATE TRIGGER passkey_not_of_merged AFTER INSERT ON passkey REFERENCING NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_merged();
CREATE TRIGGER person_fact_not_of_merged AFTER INSERT ON person_fact REFERENCING NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_merged();
CREATE TRIGGER public_profile_not_of_merged AFTER INSERT ON public_profile REFERENCING NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_merged();
CREATE TRIGGER record_not_of_merged AFTER INSERT ON record REFERENCING NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_merged();
CREATE TRIGGER recovery_code_not_of_merged AFTER INSERT ON recovery_code REFERENCING NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_merged();
CREATE TRIGGER role_assignment_not_of_merged AFTER INSERT ON role_assignment REFERENCING NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_merged();
CREATE TRIGGER role_request_not_of_merged AFTER INSERT ON role_request REFERENCING NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_merged();
CREATE TRIGGER session_not_of_merged AFTER INSERT ON session REFERENCING NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_merged();
CREATE TRIGGER sign_in_link_not_of_merged AFTER INSERT ON sign_in_link REFERENCING NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_merged();
CREATE TRIGGER title_holding_not_of_merged AFTER INSERT ON title_holding REFERENCING NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_merged();
CREATE TRIGGER totp_not_of_merged AFTER INSERT ON totp REFERENCING NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_merged();
CREATE TRIGGER delegation_not_of_merged AFTER INSERT ON delegation REFERENCING NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_merged_delegation();
CREATE TRIGGER recusal_not_of_merged AFTER INSERT ON recusal REFERENCING NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_merged_recusal();
CREATE TRIGGER notice_of_merged AFTER INSERT ON notice REFERENCING NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION notify_kept();
CREATE TRIGGER application_attachment_not_of_merged AFTER INSERT ON application_attachment REFERENCING NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_merged();
CREATE TRIGGER decision_record_not_of_merged AFTER INSERT ON decision_record REFERENCING NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_merged();
CREATE TRIGGER panel_entry_not_of_merged AFTER INSERT ON panel_entry REFERENCING NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_merged();
CREATE TRIGGER review_not_of_merged AFTER INSERT ON review REFERENCING NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_merged();
CREATE TRIGGER spent_record_not_of_merged AFTER INSERT ON spent_record REFERENCING NEW TABLE AS now_rows FOR EACH STATEMENT EXECUTE FUNCTION refuse_merged();
