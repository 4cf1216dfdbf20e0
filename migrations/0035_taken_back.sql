-- A number that was taken back is told from one that another has replaced: it does not come back when that other goes.
ALTER TABLE local_number
  ADD COLUMN taken_back_on date,
  ADD CONSTRAINT local_number_taken_back_ended CHECK (taken_back_on IS NULL OR (until_on IS NOT NULL AND taken_back_on <= until_on));
UPDATE local_number AS number SET taken_back_on = least(number.until_on, (entry.at AT TIME ZONE 'Asia/Shanghai')::date)
  FROM audit AS entry
  WHERE entry.action = 'number.taken-back' AND entry.subject_id = number.id AND number.until_on IS NOT NULL;
