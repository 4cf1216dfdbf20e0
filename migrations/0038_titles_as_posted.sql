-- Which title each on a published list is to have, and for how long, by application: what the public was told holds when
-- the round is decided, though the facts behind it changed meanwhile. Null stands for none; whoever is missing was open
-- when the list was posted. Of lists posted before nothing is held: those are judged when they are decided, as they were.
ALTER TABLE publicity ADD COLUMN granting jsonb NOT NULL DEFAULT '{}';
