-- When its owner last corrected what a record says; shown wherever the record is shown, as late entry is.
ALTER TABLE record ADD COLUMN corrected_at timestamptz;
UPDATE record SET corrected_at = changed.at
  FROM (SELECT subject_id, max(at) AS at FROM audit WHERE action = 'record.change' GROUP BY subject_id) AS changed
 WHERE record.id = changed.subject_id;
