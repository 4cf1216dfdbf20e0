-- Notices about personal data, by version; what people agree to under them, and what of them is public because they do.
CREATE TABLE privacy_notice (
  number integer CONSTRAINT privacy_notice_pk PRIMARY KEY,
  text_zh text NOT NULL CONSTRAINT privacy_notice_zh_present CHECK (btrim(text_zh) <> ''),
  text_en text NOT NULL CONSTRAINT privacy_notice_en_present CHECK (btrim(text_en) <> ''),
  published_at timestamptz NOT NULL,
  published_by uuid CONSTRAINT privacy_notice_publisher_fk REFERENCES person -- nobody: the one that came with the system
);
INSERT INTO privacy_notice (number, text_zh, text_en, published_at) VALUES (1,
'本机构为组织骨干教师的评选、培养和认定处理教师的个人信息：姓名、工号、单位、学科、职称等人事信息，本人填报的成长记录和证明材料，评选中的申报、审核和结果，以及登录和操作的记录。
处理的依据是履行法定职责；公示名单等依规定公开的内容见本页下方。只有公开个人简介一项须经本人同意，可以随时撤回，不影响参加评选。
各类数据的保存期限见本页。每个人可以在“我的数据”里查看、带走自己的数据，申请更正，也可以看到谁查阅过。如有疑问，请与所在单位或教育局联系。',
'To select, develop and recognise backbone teachers this authority processes personal data of teachers: name, staff number, unit, subject, rank and the like; the growth records and evidence they enter; applications, decisions and results; and records of signing in and of what was done.
It does so to carry out its legal duties. What must be made public stands further down on this page. Only a public introduction needs the person’s consent, which may be withdrawn at any time and has no bearing on any selection.
How long what is kept stands on this page. Under “My data” everybody sees and takes along what is held of them, asks to have it put right, and sees who has looked at it. With questions, turn to your unit or to the education bureau.',
now());
CREATE TRIGGER privacy_notice_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON privacy_notice FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE consent (
  id uuid CONSTRAINT consent_pk PRIMARY KEY,
  person_id uuid NOT NULL CONSTRAINT consent_person_fk REFERENCES person,
  purpose text NOT NULL CONSTRAINT consent_purpose_known CHECK (purpose IN ('public-profile')),
  notice_number integer NOT NULL CONSTRAINT consent_notice_fk REFERENCES privacy_notice,
  given_at timestamptz NOT NULL,
  withdrawn_at timestamptz,
  CONSTRAINT consent_period_ordered CHECK (withdrawn_at >= given_at)
);
CREATE INDEX consent_person ON consent (person_id, given_at DESC);
CREATE UNIQUE INDEX consent_once ON consent (person_id, purpose) WHERE withdrawn_at IS NULL;

-- What the public sees of somebody who agreed to it, as they saw it when they agreed. It goes with the consent.
CREATE TABLE public_profile (
  person_id uuid CONSTRAINT public_profile_pk PRIMARY KEY CONSTRAINT public_profile_person_fk REFERENCES person,
  name text NOT NULL,
  school text NOT NULL,
  subject text,
  titles text[] NOT NULL CONSTRAINT public_profile_holds_title CHECK (cardinality(titles) > 0),
  introduction text NOT NULL,
  since timestamptz NOT NULL
);
CREATE FUNCTION hide_without_consent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM public_profile WHERE person_id = OLD.person_id;
  RETURN NULL;
END $$;
CREATE TRIGGER consent_withdrawn AFTER UPDATE ON consent FOR EACH ROW
  WHEN (OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL AND NEW.purpose = 'public-profile')
  EXECUTE FUNCTION hide_without_consent();
-- Whoever leaves, or moves to another place, is no longer shown as being there.
CREATE FUNCTION hide_who_left() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM public_profile WHERE person_id = OLD.id;
  RETURN NULL;
END $$;
CREATE TRIGGER person_leaves_public_profile AFTER UPDATE OF state, unit_id, name ON person FOR EACH ROW
  WHEN (OLD.state IS DISTINCT FROM NEW.state OR OLD.unit_id IS DISTINCT FROM NEW.unit_id OR OLD.name <> NEW.name)
  EXECUTE FUNCTION hide_who_left();
