-- Appends one entry to the chain in one call: the head is locked, read, linked to and moved on without a way to the
-- application and back, so that others wait for it as short a time as can be. The entry's canonical text comes in
-- two halves, around the number that only the head knows.
CREATE FUNCTION append_audit(
  entry_at timestamptz, entry_actor uuid, entry_action text, entry_subject_type text, entry_subject uuid,
  entry_person uuid, entry_round uuid, entry_unit_path text, entry_before jsonb, entry_after jsonb, entry_reason text,
  text_before_seq text, text_after_seq text
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  head audit_head%ROWTYPE;
  entry_hash text;
BEGIN
  SELECT * INTO STRICT head FROM audit_head FOR UPDATE;
  entry_hash := encode(sha256(convert_to(
    head.hash || E'\n' || text_before_seq || (head.seq + 1)::text || text_after_seq, 'UTF8')), 'hex');
  INSERT INTO audit (seq, at, actor_id, action, subject_type, subject_id, person_id, round_id, unit_path,
                     before, after, reason, previous_hash, hash)
  VALUES (head.seq + 1, entry_at, entry_actor, entry_action, entry_subject_type, entry_subject, entry_person,
          entry_round, entry_unit_path, entry_before, entry_after, entry_reason, head.hash, entry_hash);
  UPDATE audit_head SET seq = head.seq + 1, hash = entry_hash;
  RETURN head.seq + 1;
END $$;
