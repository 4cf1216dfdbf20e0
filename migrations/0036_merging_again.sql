-- Handing over at a merge, once more. An entry hands over once, when it is marked: what stayed with one that was merged
-- earlier was turned down then, and must not come before what its successor brings. Delegations are compared as their
-- constraint compares them; records that somebody confirmed in the other entry's stead are reset, too, and counted.
CREATE OR REPLACE FUNCTION hand_over_merged() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  kept uuid := NEW.merged_into;
  reset_count integer;
BEGIN
  -- Careers: periods that do not contradict what the entry kept has.
  UPDATE employment mine SET person_id = kept
   WHERE person_id = OLD.id AND NOT EXISTS (
      SELECT 1 FROM employment theirs
       WHERE theirs.person_id = kept AND theirs.during && mine.during AND theirs.kind = mine.kind);
  UPDATE membership mine SET person_id = kept
   WHERE person_id = OLD.id AND NOT EXISTS (
      SELECT 1 FROM membership theirs
       WHERE theirs.person_id = kept AND theirs.during && mine.during AND theirs.unit_id = mine.unit_id);
  UPDATE person_fact mine SET person_id = kept
   WHERE person_id = OLD.id AND NOT EXISTS (
      SELECT 1 FROM person_fact theirs WHERE theirs.person_id = kept AND theirs.attribute = mine.attribute);
  UPDATE title_holding mine SET person_id = kept
   WHERE person_id = OLD.id AND NOT EXISTS (
      SELECT 1 FROM title_holding theirs
       WHERE theirs.person_id = kept AND theirs.title = mine.title AND theirs.during && mine.during);
  UPDATE role_assignment mine SET person_id = kept
   WHERE person_id = OLD.id AND NOT EXISTS (
      SELECT 1 FROM role_assignment theirs
       WHERE theirs.person_id = kept AND theirs.role = mine.role AND theirs.unit_id = mine.unit_id
         AND theirs.during && mine.during);
  -- What either handed to the other was to oneself: it stays with the merged entry, which holds nothing. So does what both
  -- handed to, or had from, the same person, as `delegation_once` tells it; what was taken back is in nobody's way.
  UPDATE delegation mine SET from_person_id = kept
   WHERE from_person_id = OLD.id AND to_person_id <> kept AND (mine.revoked_on IS NOT NULL OR NOT EXISTS (
      SELECT 1 FROM delegation theirs
       WHERE theirs.from_person_id = kept AND theirs.to_person_id = mine.to_person_id AND theirs.role = mine.role
         AND theirs.unit_id = mine.unit_id AND coalesce(theirs.act, '') = coalesce(mine.act, '')
         AND theirs.revoked_on IS NULL AND theirs.during && mine.during));
  UPDATE delegation mine SET to_person_id = kept
   WHERE to_person_id = OLD.id AND from_person_id <> kept AND (mine.revoked_on IS NOT NULL OR NOT EXISTS (
      SELECT 1 FROM delegation theirs
       WHERE theirs.to_person_id = kept AND theirs.from_person_id = mine.from_person_id AND theirs.role = mine.role
         AND theirs.unit_id = mine.unit_id AND coalesce(theirs.act, '') = coalesce(mine.act, '')
         AND theirs.revoked_on IS NULL AND theirs.during && mine.during));
  -- What one entry confirmed for the other, or had confirmed in its stead, turns out to be one's own record, and waits
  -- for another to confirm it. How many these were is told to the statement's caller, for some lie where it may not read.
  UPDATE record SET state = 'submitted', decided_by = NULL, decided_for = NULL, decided_at = NULL, revision = revision + 1
   WHERE state = 'confirmed'
     AND ((person_id = OLD.id AND kept IN (decided_by, decided_for)) OR (person_id = kept AND OLD.id IN (decided_by, decided_for)));
  GET DIAGNOSTICS reset_count = ROW_COUNT;
  PERFORM set_config('qinglan.records_reset', reset_count::text, true);
  UPDATE record SET person_id = kept WHERE person_id = OLD.id;
  UPDATE evidence SET person_id = kept WHERE person_id = OLD.id;
  -- The two have no round in common (features/duplicates/rules.ts). What the entry decided stays in its name.
  UPDATE application SET person_id = kept WHERE person_id = OLD.id;
  UPDATE recusal mine SET applicant_id = kept
   WHERE applicant_id = OLD.id AND person_id <> kept AND NOT EXISTS (
      SELECT 1 FROM recusal theirs
       WHERE theirs.round_id = mine.round_id AND theirs.person_id = mine.person_id AND theirs.applicant_id = kept);
  -- What both asked to have put right is asked for once; nobody becomes who decided on their own request.
  UPDATE correction_request mine SET state = 'withdrawn'
   WHERE person_id = OLD.id AND state = 'open' AND EXISTS (
      SELECT 1 FROM correction_request theirs
       WHERE theirs.person_id = kept AND theirs.field = mine.field AND theirs.state = 'open');
  UPDATE correction_request SET person_id = kept WHERE person_id = OLD.id AND decided_by IS DISTINCT FROM kept;
  -- Of what was said in both entries of one purpose the last word holds: a consent that the other entry gave anew, or
  -- took back, later has ended then.
  UPDATE consent mine SET withdrawn_at = (
      SELECT max(coalesce(theirs.withdrawn_at, theirs.given_at)) FROM consent theirs
       WHERE theirs.person_id IN (OLD.id, kept) AND theirs.purpose = mine.purpose AND theirs.id <> mine.id)
   WHERE mine.person_id IN (OLD.id, kept) AND mine.withdrawn_at IS NULL AND EXISTS (
      SELECT 1 FROM consent theirs
       WHERE theirs.person_id IN (OLD.id, kept) AND theirs.purpose = mine.purpose AND theirs.id <> mine.id
         AND (coalesce(theirs.withdrawn_at, theirs.given_at), theirs.id) > (mine.given_at, mine.id));
  UPDATE consent SET person_id = kept WHERE person_id = OLD.id;
  -- What the public sees goes along where it is still true of the entry that is kept.
  UPDATE public_profile SET person_id = kept
   WHERE person_id = OLD.id AND NOT EXISTS (SELECT 1 FROM public_profile WHERE person_id = kept)
     AND EXISTS (SELECT 1 FROM person WHERE id = kept AND name = OLD.name AND unit_id IS NOT DISTINCT FROM OLD.unit_id);
  UPDATE own_data_copy SET person_id = kept WHERE person_id = OLD.id;
  UPDATE notice SET person_id = kept WHERE person_id = OLD.id;
  -- Whoever stood aside goes on standing aside; from oneself nobody does.
  UPDATE recusal mine SET person_id = kept
   WHERE person_id = OLD.id AND applicant_id <> kept AND NOT EXISTS (
      SELECT 1 FROM recusal theirs
       WHERE theirs.round_id = mine.round_id AND theirs.person_id = kept AND theirs.applicant_id = mine.applicant_id);
  UPDATE role_request SET person_id = kept
   WHERE person_id = OLD.id AND agreed IS NULL AND asked_by <> kept;
  UPDATE draft_answer mine SET person_id = kept
   WHERE person_id = OLD.id AND NOT EXISTS (
      SELECT 1 FROM draft_answer theirs
       WHERE theirs.draft_id = mine.draft_id AND theirs.revision = mine.revision AND theirs.person_id = kept);
  UPDATE demo_persona SET person_id = kept WHERE person_id = OLD.id;
  -- Last, so that whoever was merged into this entry before points to the one kept; they have handed over what they had.
  UPDATE person SET merged_into = kept WHERE merged_into = OLD.id;
  RETURN NEW;
END $$;
DROP TRIGGER person_hands_over ON person;
CREATE TRIGGER person_hands_over BEFORE UPDATE OF merged_into ON person FOR EACH ROW
  WHEN (NEW.merged_into IS NOT NULL AND OLD.merged_into IS NULL)
  EXECUTE FUNCTION hand_over_merged();
