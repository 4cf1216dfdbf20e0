-- What the chain says beside who, for whom, when and what: from where. Entries written before this are of version 1 and
-- are read by the rule they were written by.
ALTER TABLE audit
  ADD COLUMN version smallint NOT NULL DEFAULT 1,
  ADD COLUMN origin_digest text;      -- of the row in audit_origin, which may be erased without touching the chain
-- Looked for by who, what, where and when, in millions of entries. That no two hashes are the same follows from the
-- chain; an index on them cost more than these together.
ALTER TABLE audit DROP CONSTRAINT audit_hash_unique;
CREATE INDEX audit_actor ON audit (actor_id, seq);
CREATE INDEX audit_action ON audit (action, seq);
CREATE INDEX audit_unit ON audit (unit_path, seq);
CREATE INDEX audit_at ON audit (at, seq);

-- From where an entry came, beside the chain: kept for a time, then erased. The entry holds only a salted digest, which
-- says nothing once the row is gone.
CREATE TABLE audit_origin (
  seq bigint CONSTRAINT audit_origin_pk PRIMARY KEY, -- the entry's; a foreign key would cost every change more than the row
  salt text NOT NULL,
  address text,
  device text
);
CREATE FUNCTION refuse_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% may be erased, never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_origin_no_change BEFORE UPDATE ON audit_origin FOR EACH STATEMENT EXECUTE FUNCTION refuse_update();

-- The Merkle tree over the entries (RFC 6962) in tiles of up to 256 hashes. It is grown when a head is signed or a proof
-- asked for, never in the transaction of a change.
CREATE TABLE audit_tile (
  level smallint NOT NULL,
  number bigint NOT NULL,
  hashes bytea NOT NULL CONSTRAINT audit_tile_whole_hashes CHECK (octet_length(hashes) % 32 = 0 AND octet_length(hashes) BETWEEN 32 AND 8192),
  CONSTRAINT audit_tile_pk PRIMARY KEY (level, number)
);
ALTER TABLE audit_tile ALTER COLUMN hashes SET STORAGE EXTERNAL; -- hashes do not compress
CREATE TABLE audit_tree (
  id boolean CONSTRAINT audit_tree_pk PRIMARY KEY DEFAULT true CONSTRAINT audit_tree_single CHECK (id),
  size bigint NOT NULL
);
INSERT INTO audit_tree (id, size) VALUES (true, 0);
CREATE FUNCTION tile_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF substring(NEW.hashes FOR octet_length(OLD.hashes)) <> OLD.hashes OR NEW.level <> OLD.level OR NEW.number <> OLD.number THEN
    RAISE EXCEPTION 'a tile of the audit only grows at its end' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER audit_tile_grows BEFORE UPDATE ON audit_tile FOR EACH ROW EXECUTE FUNCTION tile_only_grows();
CREATE TRIGGER audit_tile_kept BEFORE DELETE OR TRUNCATE ON audit_tile FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Heads signed by this authority, as they were sent out.
CREATE TABLE audit_checkpoint (
  size bigint CONSTRAINT audit_checkpoint_pk PRIMARY KEY CONSTRAINT audit_checkpoint_size_positive CHECK (size > 0),
  root text NOT NULL,
  chain_hash text NOT NULL,
  note text NOT NULL,                 -- the signed note (C2SP tlog-checkpoint)
  signed_at timestamptz NOT NULL
);
CREATE TRIGGER audit_checkpoint_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- When the chain was walked, how far, and what was found.
CREATE TABLE audit_check (
  id uuid CONSTRAINT audit_check_pk PRIMARY KEY,
  at timestamptz NOT NULL,
  entries bigint NOT NULL,
  broken_at bigint,
  fault text,
  CONSTRAINT audit_check_fault_has_place CHECK ((broken_at IS NULL) = (fault IS NULL))
);

DROP FUNCTION append_audit(timestamptz, uuid, uuid, text, text, uuid, uuid, uuid, text, jsonb, jsonb, text, text, text);
-- Appends one entry to the chain in one call: the head is locked, read, linked to and moved on without a way to the
-- application and back, so that others wait for it as short a time as can be. The entry's canonical text comes in
-- two halves, around the number that only the head knows. It runs as the owner: nobody else writes to the chain.
CREATE FUNCTION append_audit(
  entry_version smallint, entry_at timestamptz, entry_actor uuid, entry_on_behalf_of uuid, entry_action text,
  entry_subject_type text, entry_subject uuid, entry_person uuid, entry_round uuid, entry_unit_path text,
  entry_before jsonb, entry_after jsonb, entry_reason text, entry_origin text,
  origin_salt text, origin_address text, origin_device text, text_before_seq text, text_after_seq text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  head audit_head%ROWTYPE;
  entry_hash text;
BEGIN
  SELECT * INTO STRICT head FROM audit_head FOR UPDATE;
  entry_hash := encode(sha256(convert_to(
    head.hash || E'\n' || text_before_seq || (head.seq + 1)::text || text_after_seq, 'UTF8')), 'hex');
  INSERT INTO audit (seq, version, at, actor_id, on_behalf_of, action, subject_type, subject_id, person_id, round_id,
                     unit_path, before, after, reason, origin_digest, previous_hash, hash)
  VALUES (head.seq + 1, entry_version, entry_at, entry_actor, entry_on_behalf_of, entry_action, entry_subject_type,
          entry_subject, entry_person, entry_round, entry_unit_path, entry_before, entry_after, entry_reason,
          entry_origin, head.hash, entry_hash);
  IF entry_origin IS NOT NULL THEN
    INSERT INTO audit_origin (seq, salt, address, device) VALUES (head.seq + 1, origin_salt, origin_address, origin_device);
  END IF;
  UPDATE audit_head SET seq = head.seq + 1, hash = entry_hash;
  RETURN head.seq + 1;
END $$;
