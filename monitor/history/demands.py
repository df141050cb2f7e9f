"""What `clearance` had with demands of customs, handed to `clearance_due`, which speaks of them now."""

from __future__ import annotations

_STEPS = "('payment', 'documents', 'unanswered')"  # the same keys in both rules

# The row keeps its id, and with it what was sent and what waits: nothing is told a second time, and
# its end goes where its beginning went. A hold of which `clearance` spoke before the demand stays
# known to it, without a telling of its own: it is not told again when the demand is met.
APART = (
    f"""
UPDATE episode SET rule = 'clearance_due'
WHERE rule = 'clearance' AND closed_at IS NULL AND step IN {_STEPS}
""",  # noqa: S608 - constants only
    """
INSERT INTO episode (subject, parcel_id, rule, anchor, opened_at, step, seen_change)
SELECT subject, parcel_id, 'clearance', anchor, opened_at, 'notice', seen_change FROM episode
WHERE rule = 'clearance_due' AND closed_at IS NULL AND EXISTS (
    SELECT 1 FROM json_each(episode.heard) WHERE json_extract(value, '$[0]') = 'notice')
""",
)
