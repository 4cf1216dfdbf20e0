-- Names were shown to everybody who had signed in. The view is for looking people up now, and shows whom one may find:
-- those under the units one answers for, everybody to whoever forms a panel of judges (who come from anywhere). Whoever
-- decided, marked or asked is named by their id (`name_of`, made with the walls), which only what one may read tells.
CREATE OR REPLACE VIEW named AS SELECT id, name, unit_id, unit_path, name_search FROM person
 WHERE unit_path ^@ ANY ((SELECT string_to_array(split_part(split_part(current_setting('qinglan.standing', true), ';person.find=', 2), ';', 1), ','))::text[])
    OR (SELECT split_part(split_part(current_setting('qinglan.standing', true), ';panel.form=', 2), ';', 1) <> '')
    OR NOT row_security_active('person'::regclass);
