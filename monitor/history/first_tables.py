"""The tables of the first schema; later ones change them by migrations."""

# Times are INTEGER seconds since 1970 in UTC; days are TEXT as YYYY-MM-DD; lists and maps are JSON.
# Ids are never used twice (AUTOINCREMENT): a sender may still hold the id of a row deleted since.
TABLES_1 = """
CREATE TABLE parcel (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    number TEXT NOT NULL UNIQUE,
    added_at INTEGER NOT NULL,
    label TEXT NOT NULL,
    shop TEXT NOT NULL,
    ordered TEXT,
    paid TEXT,
    paid_with TEXT NOT NULL,
    shipped TEXT,
    expected TEXT,
    protected_until TEXT,
    protection_days INTEGER,
    covers TEXT NOT NULL,
    origin TEXT NOT NULL,
    destination TEXT NOT NULL,
    order_id TEXT NOT NULL,
    price TEXT NOT NULL,
    currency TEXT NOT NULL,
    seller TEXT NOT NULL,
    url TEXT NOT NULL,
    adapters TEXT NOT NULL,
    carrier TEXT NOT NULL,
    extra TEXT NOT NULL,
    done_at INTEGER,
    done_as TEXT NOT NULL,
    judge_at INTEGER,
    check_at INTEGER,
    judged_with TEXT NOT NULL DEFAULT '',
    touched_at INTEGER
) STRICT;
CREATE INDEX parcel_by_judge_at ON parcel (judge_at) WHERE done_at IS NULL;
CREATE INDEX parcel_by_judged_with ON parcel (judged_with) WHERE done_at IS NULL;
CREATE INDEX parcel_touched ON parcel (touched_at) WHERE done_at IS NULL AND touched_at IS NOT NULL;

CREATE TABLE alias (
    parcel_id INTEGER NOT NULL REFERENCES parcel (id) ON DELETE CASCADE,
    number TEXT NOT NULL,
    carrier TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (parcel_id, number, carrier, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX alias_by_number ON alias (number);

CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    parcel_id INTEGER NOT NULL REFERENCES parcel (id) ON DELETE CASCADE,
    source TEXT NOT NULL,
    provider TEXT NOT NULL,
    raw_time TEXT NOT NULL,
    code TEXT NOT NULL,
    text TEXT NOT NULL,
    at INTEGER,
    time_quality TEXT NOT NULL,
    place TEXT NOT NULL,
    country TEXT NOT NULL,
    original TEXT NOT NULL,
    translation TEXT NOT NULL,
    last_mile INTEGER NOT NULL,
    stage TEXT NOT NULL,
    side TEXT NOT NULL,
    cause TEXT,
    language TEXT NOT NULL,
    matched TEXT NOT NULL,
    first_seen INTEGER NOT NULL,
    unseen_until INTEGER,
    superseded_at INTEGER,
    UNIQUE (parcel_id, source, provider, raw_time, code, text)
) STRICT;

CREATE TABLE answer (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    parcel_id INTEGER NOT NULL REFERENCES parcel (id) ON DELETE CASCADE,
    source TEXT NOT NULL,
    at INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX answer_by_parcel ON answer (parcel_id, source);

CREATE TABLE source (
    parcel_id INTEGER NOT NULL REFERENCES parcel (id) ON DELETE CASCADE,
    adapter TEXT NOT NULL,
    enrolment TEXT NOT NULL DEFAULT 'new',
    enrolled_at INTEGER,
    carrier TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT '',
    failure TEXT,
    status TEXT NOT NULL DEFAULT '',
    seen_origin TEXT NOT NULL DEFAULT '',
    seen_destination TEXT NOT NULL DEFAULT '',
    looked_at INTEGER,
    not_yet INTEGER NOT NULL DEFAULT 0,
    last_ok INTEGER,
    last_error TEXT NOT NULL DEFAULT '',
    last_error_kind TEXT,
    last_error_at INTEGER,
    failures INTEGER NOT NULL DEFAULT 0,
    retry_at INTEGER,
    next_poll_at INTEGER,
    PRIMARY KEY (parcel_id, adapter)
) STRICT, WITHOUT ROWID;

CREATE TABLE look (
    parcel_id INTEGER NOT NULL REFERENCES parcel (id) ON DELETE CASCADE,
    source TEXT NOT NULL,
    provider TEXT NOT NULL,
    looked_at INTEGER NOT NULL,
    PRIMARY KEY (parcel_id, source, provider)
) STRICT, WITHOUT ROWID;

CREATE TABLE adapter (
    name TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    last_ok INTEGER,
    last_error TEXT NOT NULL DEFAULT '',
    last_error_kind TEXT,
    last_error_at INTEGER,
    failing_since INTEGER,
    failures INTEGER NOT NULL DEFAULT 0,
    wait_until INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE episode (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    subject TEXT NOT NULL,
    parcel_id INTEGER REFERENCES parcel (id) ON DELETE CASCADE,
    rule TEXT NOT NULL,
    holds INTEGER NOT NULL DEFAULT 0,
    schedule_anchor TEXT NOT NULL DEFAULT '',
    since INTEGER,
    steps TEXT NOT NULL DEFAULT '[]',
    verified INTEGER,
    deadlines TEXT NOT NULL DEFAULT '{}',
    facts TEXT NOT NULL DEFAULT '{}',
    until INTEGER,
    anchor TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    step TEXT,
    told_at INTEGER,
    reminders INTEGER NOT NULL DEFAULT 0,
    told INTEGER NOT NULL DEFAULT 0,
    worst INTEGER,
    acknowledged_at INTEGER,
    snoozed_until INTEGER,
    seen_change INTEGER,
    withdrawn_since INTEGER,
    told_deadlines TEXT NOT NULL DEFAULT '{}',
    heard TEXT NOT NULL DEFAULT '[]',
    closed_at INTEGER
) STRICT;
CREATE UNIQUE INDEX episode_one_open ON episode (subject, rule) WHERE closed_at IS NULL;
CREATE INDEX episode_by_parcel ON episode (parcel_id);

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    dedupe_key TEXT NOT NULL UNIQUE,
    episode_id INTEGER REFERENCES episode (id) ON DELETE SET NULL,
    seq INTEGER NOT NULL,
    parcel_id INTEGER REFERENCES parcel (id) ON DELETE CASCADE,
    subject TEXT NOT NULL,
    number TEXT,
    rule TEXT NOT NULL,
    kind TEXT NOT NULL,
    severity INTEGER NOT NULL,
    channel TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending'
        CHECK (state IN ('pending', 'sending', 'sent', 'dead', 'dropped')),
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER NOT NULL,
    lease_until INTEGER,
    holder TEXT,
    batch INTEGER,
    maybe_sent INTEGER NOT NULL DEFAULT 0 CHECK (maybe_sent IN (0, 1)),
    last_error TEXT NOT NULL DEFAULT '',
    failed_at INTEGER,
    sent_at INTEGER
) STRICT;
CREATE INDEX outbox_due ON outbox (channel, next_at) WHERE state IN ('pending', 'sending');
CREATE INDEX outbox_by_episode ON outbox (episode_id, channel);
CREATE INDEX outbox_by_parcel ON outbox (parcel_id);
CREATE INDEX outbox_by_batch ON outbox (batch) WHERE batch IS NOT NULL;

CREATE TABLE poll (
    id INTEGER PRIMARY KEY,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    adapter TEXT NOT NULL,
    asked INTEGER NOT NULL DEFAULT 0,
    answered INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    new_events INTEGER NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX poll_by_adapter ON poll (adapter, started_at);
"""
