-- Looking for people by name, behind the walls: a pattern (LIKE) is no leakproof operator, so that no index would be
-- used where a wall stands before it. The view of names has what a search by name needs.
CREATE OR REPLACE VIEW named AS SELECT id, name, unit_id, unit_path, name_search FROM person
 WHERE current_setting('qinglan.standing', true) <> '' OR NOT row_security_active('person'::regclass);
