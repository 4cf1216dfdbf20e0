-- A screening keeps how far it came, so that one which was interrupted goes on from there. People are taken in the
-- order of their ids: everyone up to this id is counted in `partial` and, if eligible, in screening_eligible.
ALTER TABLE screening ADD COLUMN reached uuid;
ALTER TABLE screening ADD COLUMN partial jsonb;
ALTER TABLE screening ADD CONSTRAINT screening_partial_with_reached CHECK ((reached IS NULL) = (partial IS NULL));
