-- What conditions on one person ask of many, reckoned once for everyone: how many belong to a population, and the
-- order of peers. Programmes that ask the same as of the same day under the same unit share it. Nothing here is of
-- record (what a verdict took from it is kept with the verdict), so none of it is logged, and what a crash or a move
-- to another server empties is reckoned again.
CREATE UNLOGGED TABLE population (
  id uuid CONSTRAINT population_pk PRIMARY KEY,
  basis text NOT NULL,                -- SHA-256 of what is asked (src/language/population/asked.ts)
  as_of date NOT NULL,
  unit_path text COLLATE "C" NOT NULL,
  begun_at timestamptz NOT NULL,
  begun_on date NOT NULL,             -- the day that is shown
  reckoned_at timestamptz             -- null while it is being reckoned
);
CREATE INDEX population_latest ON population (basis, as_of, unit_path, reckoned_at DESC) WHERE reckoned_at IS NOT NULL;

-- Those who are counted together: by what is asked, the unit so far as it reaches, and what they have in common.
CREATE UNLOGGED TABLE population_group (
  population_id uuid NOT NULL,
  asked integer NOT NULL,
  place text COLLATE "C" NOT NULL,    -- empty for everyone
  key text COLLATE "C" NOT NULL,
  people integer NOT NULL,
  unsure integer NOT NULL,            -- of whom it is not known whether they belong
  total text,                         -- the sum of what they are ranked by, as fractions; null where nobody is ranked
  CONSTRAINT population_group_pk PRIMARY KEY (population_id, asked, place, key)
);

-- The different values they are ranked by.
CREATE UNLOGGED TABLE population_value (
  population_id uuid NOT NULL,
  asked integer NOT NULL,
  place text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  value numeric NOT NULL,             -- 10^40 times the fraction: its order among the others
  n numeric NOT NULL,                 -- the fraction itself
  d numeric NOT NULL,
  people integer NOT NULL,
  above integer,                      -- how many have more; null while it is being reckoned
  CONSTRAINT population_value_pk PRIMARY KEY (population_id, asked, place, key, value)
);
