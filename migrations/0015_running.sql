-- What failed and should not have, one row for each kind of failure, without who asked or for whom; and how large the
-- authority's records were each day.
CREATE TABLE fault (
  id text CONSTRAINT fault_pk PRIMARY KEY,   -- digest of place and message
  place text NOT NULL,                       -- pattern of the address, and the line
  message text NOT NULL,
  request text NOT NULL,                     -- the latest request's number, as its page and the log show it
  times integer NOT NULL,
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL
);
CREATE TABLE storage_day (
  day date CONSTRAINT storage_day_pk PRIMARY KEY,
  database_bytes bigint NOT NULL,
  files_bytes bigint NOT NULL,
  files_count integer NOT NULL
);
