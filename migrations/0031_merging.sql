-- When two entries turn out to be one person, all that is that person's goes over to the entry that is kept, at the moment
-- the other is marked as merged. The database does it itself: some of it no office may read (consents, drafts, notices),
-- some lies at places the office that merges has nothing to do with. What stays, and why, is said in
-- features/duplicates/merge.ts.
CREATE FUNCTION hand_over_merged() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  kept uuid := NEW.merged_into;
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
  -- What either handed to the other was to oneself: it stays with the merged entry, which holds nothing.
  UPDATE delegation SET from_person_id = kept WHERE from_person_id = OLD.id AND to_person_id <> kept;
  UPDATE delegation mine SET to_person_id = kept
   WHERE to_person_id = OLD.id AND from_person_id <> kept AND NOT EXISTS (
      SELECT 1 FROM delegation theirs
       WHERE theirs.to_person_id = kept AND theirs.from_person_id = mine.from_person_id AND theirs.role = mine.role
         AND theirs.unit_id = mine.unit_id AND theirs.during && mine.during);
  -- What one entry confirmed for the other turns out to be one's own record, and waits for another to confirm it.
  UPDATE record SET state = 'submitted', decided_by = NULL, decided_at = NULL, revision = revision + 1
   WHERE state = 'confirmed'
     AND ((person_id = OLD.id AND decided_by = kept) OR (person_id = kept AND decided_by = OLD.id));
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
  RETURN NEW;
END $$;
CREATE TRIGGER person_hands_over BEFORE UPDATE OF merged_into ON person FOR EACH ROW
  WHEN (NEW.merged_into IS NOT NULL AND OLD.merged_into IS DISTINCT FROM NEW.merged_into)
  EXECUTE FUNCTION hand_over_merged();
