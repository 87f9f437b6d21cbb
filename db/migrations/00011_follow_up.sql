-- +goose Up

-- Steps that a change asks to be done in another portal. seq: the line of the journal that asks for it. what: attach, detach, give, remove,
-- extend or transfer. holds_from and holds_until: between which instants it is to hold there, 0 for at once and for no end. A step is withdrawn
-- when what it announces is not to be any more.
CREATE TABLE follow_ups (
    id INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users (id),
    structure_id INTEGER REFERENCES structures (id),
    department_id INTEGER REFERENCES departments (id),
    family_key TEXT NOT NULL,
    what TEXT NOT NULL,
    profile_id INTEGER REFERENCES profiles (id),
    grant_id INTEGER REFERENCES grants (id),
    membership_id INTEGER REFERENCES memberships (id),
    holds_from INTEGER NOT NULL,
    holds_until INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    done_at INTEGER NOT NULL,
    done_by INTEGER REFERENCES users (id),
    withdrawn_at INTEGER NOT NULL
) STRICT;
CREATE INDEX follow_ups_open ON follow_ups (created_at, id) WHERE done_at = 0 AND withdrawn_at = 0;
CREATE INDEX follow_ups_by_user ON follow_ups (user_id);
CREATE INDEX follow_ups_by_structure ON follow_ups (structure_id) WHERE structure_id IS NOT NULL;
CREATE INDEX follow_ups_by_department ON follow_ups (department_id) WHERE department_id IS NOT NULL;
CREATE INDEX follow_ups_by_grant ON follow_ups (grant_id) WHERE grant_id IS NOT NULL;
CREATE INDEX follow_ups_by_membership ON follow_ups (membership_id) WHERE membership_id IS NOT NULL;
CREATE INDEX follow_ups_by_profile ON follow_ups (profile_id) WHERE profile_id IS NOT NULL;
CREATE INDEX follow_ups_by_line ON follow_ups (seq);
CREATE INDEX follow_ups_by_done ON follow_ups (done_by) WHERE done_by IS NOT NULL;
