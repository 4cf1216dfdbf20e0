-- "This school, that act" walked the school's entries from the newest until it had a page full, which of a rare act took
-- thousands. Of acts that happen all the time a page is full soon: they are left out, so that most entries are appended
-- as before.
CREATE INDEX audit_unit_rare ON audit (unit_path, action, seq)
  WHERE action NOT IN ('sign-in', 'record.claim', 'record.change', 'record.confirm', 'application.draft',
                       'application.submit', 'application.recommend');
