-- The units of a level below a unit, as quotas are divided among them: of a county's schools each has some ten groups,
-- which were read along and passed over.
CREATE INDEX unit_level_path ON unit (level, path);
