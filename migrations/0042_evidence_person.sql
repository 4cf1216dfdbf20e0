-- The evidence of one person: counted on the page of one's own data, handed out with it, carried over when two entries
-- are merged. Without this each read the evidence of everybody.
CREATE INDEX evidence_person ON evidence (person_id);
