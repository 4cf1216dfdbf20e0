-- When two entries turn out to be one person, what is that person's own alone goes over as well. No office may read it,
-- so the database hands it over itself, at the moment an entry is marked as merged. What else there is features hand over
-- (features/duplicates/merge.ts, where it is said what stays).
CREATE FUNCTION hand_over_own() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  kept uuid := NEW.merged_into;
BEGIN
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
  EXECUTE FUNCTION hand_over_own();
