"""Published words never change: not by code, not by hand (DESIGN §2.6)."""

from django.db import migrations

from yizhan.core.tracked import append_only

FORWARD = """
CREATE FUNCTION version_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'draft' THEN
    RETURN COALESCE(NEW, OLD);
  END IF;
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'item version % is published and cannot be deleted', OLD.id;
  END IF;
  -- a published version may end (state, valid_to); a retired one not even that
  IF OLD.state = 'published' AND NEW.state = 'retired'
     AND to_jsonb(NEW) - 'state' - 'valid_to' = to_jsonb(OLD) - 'state' - 'valid_to' THEN
    RETURN NEW;
  END IF;
  -- a scheduled one may start or go back to its editor
  IF OLD.state = 'scheduled' AND NEW.state IN ('published', 'draft')
     AND to_jsonb(NEW) - 'state' - 'valid_from' - 'published_at' - 'published_by'
       = to_jsonb(OLD) - 'state' - 'valid_from' - 'published_at' - 'published_by' THEN
    RETURN NEW;
  END IF;
  IF to_jsonb(NEW) = to_jsonb(OLD) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'item version % is published and cannot be changed', OLD.id;
END $$;
CREATE TRIGGER catalogue_itemversion_frozen BEFORE UPDATE OR DELETE ON catalogue_itemversion
FOR EACH ROW EXECUTE FUNCTION version_is_frozen();
"""

BACKWARD = """
DROP TRIGGER catalogue_itemversion_frozen ON catalogue_itemversion;
DROP FUNCTION version_is_frozen();
DROP TRIGGER catalogue_itemevent_append_only ON catalogue_itemevent;
DROP TRIGGER catalogue_itemevent_no_truncate ON catalogue_itemevent;
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]

    operations = [
        migrations.RunSQL(FORWARD + append_only("catalogue_itemevent"), BACKWARD),
    ]
