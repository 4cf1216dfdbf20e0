-- All reads, newest first, as an auditor sees them: without it millions are sorted for a page.
CREATE INDEX sensitive_read_at ON sensitive_read (at DESC, id DESC);
