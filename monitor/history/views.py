"""The views of the first schema, for people who look into the file themselves."""

from __future__ import annotations

# Views for people with Datasette or the sqlite3 shell: words and readable times; no code reads them.
# With trusted_schema off SQLite 3.40 runs json_each in a view, but no other JSON function.
VIEWS_1 = {
    "open_alerts": """SELECT
    episode.id, parcel.number, parcel.label, episode.subject, episode.rule, episode.step,
    CASE episode.worst WHEN 1 THEN 'info' WHEN 2 THEN 'notice' WHEN 3 THEN 'warning'
        WHEN 4 THEN 'critical' END AS worst,
    datetime(episode.opened_at, 'unixepoch') AS opened_utc,
    datetime(episode.told_at, 'unixepoch') AS told_utc,
    episode.reminders,
    datetime(episode.acknowledged_at, 'unixepoch') AS acknowledged_utc,
    datetime(episode.snoozed_until, 'unixepoch') AS snoozed_until_utc
FROM episode LEFT JOIN parcel ON parcel.id = episode.parcel_id
WHERE episode.closed_at IS NULL AND episode.told > 0
ORDER BY episode.worst DESC, episode.told_at""",
    "parcel_overview": """SELECT
    parcel.id, parcel.number, parcel.label, parcel.shop,
    datetime(parcel.added_at, 'unixepoch') AS added_utc,
    newest.stage, newest.text AS newest_event, newest.place,
    datetime(coalesce(newest.at, newest.first_seen), 'unixepoch') AS newest_event_utc,
    (SELECT datetime(max(looked_at), 'unixepoch') FROM source
        WHERE source.parcel_id = parcel.id) AS looked_utc,
    (SELECT count(*) FROM episode WHERE episode.parcel_id = parcel.id
        AND episode.closed_at IS NULL AND episode.told > 0) AS open_alerts,
    datetime(parcel.done_at, 'unixepoch') AS done_utc, parcel.done_as
FROM parcel LEFT JOIN event AS newest ON newest.id = (
    SELECT id FROM event WHERE event.parcel_id = parcel.id AND event.superseded_at IS NULL
    ORDER BY coalesce(event.at, event.first_seen) DESC, event.id DESC LIMIT 1)""",
    "deadlines": """SELECT
    parcel.number, parcel.label, episode.subject, episode.rule,
    deadline.key AS deadline, datetime(deadline.value, 'unixepoch') AS at_utc
FROM episode JOIN json_each(episode.deadlines) AS deadline
LEFT JOIN parcel ON parcel.id = episode.parcel_id
WHERE episode.closed_at IS NULL AND episode.holds
ORDER BY deadline.value""",
}
