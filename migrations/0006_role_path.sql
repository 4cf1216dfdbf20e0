-- Who acts for a unit is asked by its path. By its id the database would read the whole index of the constraint
-- role_assignment_once: it takes the third column of a GiST index for as good as the first.
CREATE INDEX role_assignment_path ON role_assignment (unit_path);
