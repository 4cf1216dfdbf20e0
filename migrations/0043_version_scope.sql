-- The level of the unit that holds a round of the version, as a line of its file says it: what may be opened is looked for
-- among all versions, and reading their whole texts for it took most of the time. Null where a file says it otherwise
-- (one that is no block of lines): such a version is always offered, and its file is read when it is chosen.
ALTER TABLE programme_version ADD COLUMN scope text
  GENERATED ALWAYS AS (substring(source FROM '(?n)^scope:\s*["'']?([a-z]+)')) STORED;
