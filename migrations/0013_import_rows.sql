-- A row of a preview is written once and read as it was written: kept as the text that came it is neither taken apart
-- nor put together again. That is a sixth of what keeping it costs.
ALTER TABLE import_row ALTER cells TYPE json;
-- Most rows of a roster are new or unchanged, and a page of those is found by their numbers; the others are looked for.
DROP INDEX import_row_verdict;
CREATE INDEX import_row_verdict ON import_row (job_id, verdict, row_number) WHERE verdict NOT IN ('new', 'unchanged');
