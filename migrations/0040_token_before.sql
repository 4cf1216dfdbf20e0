-- Whoever shows again who they are goes on under a new token (ASVS 7.2.4). For two minutes the token before is still known,
-- as one that has shown nothing: a form sent twice, or on its way meanwhile, is not sent by somebody signed out.
CREATE TABLE session_before (
  token_hash text CONSTRAINT session_before_pk PRIMARY KEY,
  session_id uuid NOT NULL CONSTRAINT session_before_session_fk REFERENCES session (id) ON DELETE CASCADE,
  proven_at timestamptz NOT NULL,     -- what it had shown
  until timestamptz NOT NULL
);
CREATE INDEX session_before_session ON session_before (session_id);

-- As it was, and where no session has the token, that of one whose token it was a moment ago.
CREATE OR REPLACE FUNCTION session_by_token(digest text, instant timestamptz, today date) RETURNS json
LANGUAGE plpgsql STABLE AS $$
DECLARE
  who record;
  earlier record;
  roles json;
BEGIN
  SELECT s.id, s.person_id, p.name, p.unit_id, p.unit_path, u.name AS unit_name, s.how, s.awaits_second, s.seen_at,
         s.proven_at, s.csrf, a.locale, a.theme, setting.second_factor_roles,
         (SELECT separated FROM duty_rule) AS separated,
         CASE WHEN setting.second_factor_roles = '{}' THEN true
              ELSE EXISTS (SELECT FROM totp WHERE totp.person_id = p.id AND confirmed_at IS NOT NULL)
                OR EXISTS (SELECT FROM passkey WHERE passkey.person_id = p.id) END AS has_second,
         (SELECT count(*) FROM notice n WHERE n.person_id = p.id AND n.read_at IS NULL) AS unread,
         EXISTS (SELECT FROM role_assignment r WHERE r.person_id = p.id)
           OR EXISTS (SELECT FROM delegation d WHERE d.to_person_id = p.id)
           OR EXISTS (SELECT FROM person_fact f WHERE f.person_id = p.id AND f.attribute = 'post')
           OR EXISTS (SELECT FROM employment e WHERE e.person_id = p.id AND e.post IS NOT NULL) AS may_hold
    INTO who
    FROM session s
    JOIN sign_in_setting setting ON true
    JOIN person p ON p.id = s.person_id
    LEFT JOIN unit u ON u.id = p.unit_id
    LEFT JOIN account a ON a.person_id = p.id
   WHERE s.token_hash = digest AND s.expires_at > instant
     AND s.seen_at + make_interval(mins => setting.idle_minutes) > instant;
  IF NOT FOUND THEN
    SELECT s.token_hash, b.proven_at INTO earlier
      FROM session_before b JOIN session s ON s.id = b.session_id WHERE b.token_hash = digest AND b.until > instant;
    IF NOT FOUND THEN
      RETURN NULL;
    END IF;
    RETURN (session_by_token(earlier.token_hash, instant, today)::jsonb
            || jsonb_build_object('provenAt', earlier.proven_at))::json;
  END IF;
  IF who.may_hold THEN
    SELECT json_agg(json_build_object(
             'role', r.role, 'unitId', r.unit_id, 'unitPath', ru.path, 'unitName', ru.name, 'only', r.act,
             'for', CASE WHEN r.for_id IS NOT NULL
                         THEN json_build_object('personId', r.for_id, 'name', principal.name) END)
             ORDER BY length(ru.path), r.role, r.for_id NULLS FIRST)
      INTO roles
      FROM role_held r JOIN unit ru ON ru.id = r.unit_id LEFT JOIN person principal ON principal.id = r.for_id
     WHERE r.person_id = who.person_id AND r.during @> today;
  END IF;
  RETURN json_build_object(
    'id', who.id, 'personId', who.person_id, 'name', who.name, 'unitId', who.unit_id,
    'unitPath', who.unit_path, 'unitName', who.unit_name, 'how', who.how,
    'awaitsSecond', who.awaits_second, 'seenAt', who.seen_at, 'provenAt', who.proven_at, 'csrf', who.csrf,
    'locale', who.locale, 'theme', who.theme, 'secondFactorRoles', who.second_factor_roles,
    'hasSecond', who.has_second, 'unread', who.unread,
    'dutiesApart', who.separated, 'assignments', roles);
END $$;
