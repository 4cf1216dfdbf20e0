-- A search path written into a function does not follow its schema when that is renamed, as a restore does. Until the
-- walls stand the function runs as whoever calls it.
ALTER FUNCTION append_audit(smallint, timestamptz, uuid, uuid, text, text, uuid, uuid, uuid, text, jsonb, jsonb, text, text, text, text, text, text, text)
  SECURITY INVOKER RESET search_path;
