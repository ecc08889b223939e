-- Work that is done again and again, each kind by one process at a time. Who holds a job renews the lease as long as it
-- lives; a lease that ran out may be taken by any process.

CREATE TABLE jobs (
  name {text} NOT NULL PRIMARY KEY,
  holder {bytes},
  held_until {int} NOT NULL,
  due_at {int} NOT NULL
) {keyed};
