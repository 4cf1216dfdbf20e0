-- For whom somebody acted: a deputy's entry names both. It is part of what is chained, where there is one.
ALTER TABLE audit ADD COLUMN on_behalf_of uuid;

DROP FUNCTION append_audit(timestamptz, uuid, text, text, uuid, uuid, uuid, text, jsonb, jsonb, text, text, text);
CREATE FUNCTION append_audit(
  entry_at timestamptz, entry_actor uuid, entry_on_behalf_of uuid, entry_action text, entry_subject_type text,
  entry_subject uuid, entry_person uuid, entry_round uuid, entry_unit_path text, entry_before jsonb, entry_after jsonb,
  entry_reason text, text_before_seq text, text_after_seq text
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  head audit_head%ROWTYPE;
  entry_hash text;
BEGIN
  SELECT * INTO STRICT head FROM audit_head FOR UPDATE;
  entry_hash := encode(sha256(convert_to(
    head.hash || E'\n' || text_before_seq || (head.seq + 1)::text || text_after_seq, 'UTF8')), 'hex');
  INSERT INTO audit (seq, at, actor_id, on_behalf_of, action, subject_type, subject_id, person_id, round_id, unit_path,
                     before, after, reason, previous_hash, hash)
  VALUES (head.seq + 1, entry_at, entry_actor, entry_on_behalf_of, entry_action, entry_subject_type, entry_subject,
          entry_person, entry_round, entry_unit_path, entry_before, entry_after, entry_reason, head.hash, entry_hash);
  UPDATE audit_head SET seq = head.seq + 1, hash = entry_hash;
  RETURN head.seq + 1;
END $$;
