-- The whole schema. Idempotent: docker's entrypoint runs it, and so does every start of the server.
-- One statement a paragraph: the server sends them one by one, in one transaction.
CREATE TABLE IF NOT EXISTS predictions (
  id SERIAL PRIMARY KEY,
  "timestamp" TIMESTAMPTZ DEFAULT now(),
  predicted_digit INT,
  true_label INT,
  image BYTEA,
  created_at TIMESTAMPTZ DEFAULT now(),
  feedback_processed BOOLEAN DEFAULT FALSE
);

-- The columns above are those of the application Inkling grew from. A table made by it stays as it is
-- and gains what it lacks; its rows have a picture (`image`) where ours have strokes.
ALTER TABLE predictions
  ADD COLUMN IF NOT EXISTS "timestamp" TIMESTAMPTZ,
  ADD COLUMN IF NOT EXISTS predicted_digit INT,
  ADD COLUMN IF NOT EXISTS true_label INT,
  ADD COLUMN IF NOT EXISTS image BYTEA,
  ADD COLUMN IF NOT EXISTS created_at TIMESTAMPTZ,
  ADD COLUMN IF NOT EXISTS feedback_processed BOOLEAN DEFAULT FALSE,
  ADD COLUMN IF NOT EXISTS drawing UUID UNIQUE DEFAULT gen_random_uuid(),
  ADD COLUMN IF NOT EXISTS room TEXT,
  ADD COLUMN IF NOT EXISTS author TEXT,
  ADD COLUMN IF NOT EXISTS strokes JSONB,
  ADD COLUMN IF NOT EXISTS raster BYTEA,
  ADD COLUMN IF NOT EXISTS probabilities REAL[],
  ADD COLUMN IF NOT EXISTS model TEXT,
  ADD COLUMN IF NOT EXISTS labelled_at TIMESTAMPTZ,
  ADD COLUMN IF NOT EXISTS claimed_by UUID,
  ADD COLUMN IF NOT EXISTS trained_in TEXT,
  ADD COLUMN IF NOT EXISTS stored_at TIMESTAMPTZ DEFAULT now(),
  ADD COLUMN IF NOT EXISTS reread_digit INT,
  ADD COLUMN IF NOT EXISTS reread_probabilities REAL[],
  ADD COLUMN IF NOT EXISTS reread_model TEXT;

-- A picture of the older application has a name of its own too, by which another database knows it after an import.
-- A column from before it was so gets the default now, and names for its rows.
ALTER TABLE predictions ALTER COLUMN drawing SET DEFAULT gen_random_uuid();

UPDATE predictions SET drawing = gen_random_uuid() WHERE drawing IS NULL;

-- A new drawing has no label and no picture, and sometimes no prediction:
-- of the older table's constraints only the key stays.
DO $$
DECLARE
  required name;
BEGIN
  FOR required IN
    SELECT attname FROM pg_attribute
    WHERE attrelid = 'predictions'::regclass AND attnum > 0 AND attnotnull AND NOT attisdropped
      AND attnum <> ALL (
        SELECT unnest(conkey) FROM pg_constraint
        WHERE conrelid = 'predictions'::regclass AND contype = 'p'
      )
  LOOP
    EXECUTE format('ALTER TABLE predictions ALTER COLUMN %I DROP NOT NULL', required);
  END LOOP;
END
$$;

-- One room's drawings, newest first. Everybody's are read by the primary key.
CREATE INDEX IF NOT EXISTS predictions_room ON predictions (room, id);

-- One author's drawings: to take home, and to erase.
CREATE INDEX IF NOT EXISTS predictions_author ON predictions (author, id);

-- How long a drawing has been here. Rows that were stored before this column count from the start that added it.
CREATE INDEX IF NOT EXISTS predictions_unlabelled ON predictions (stored_at) WHERE true_label IS NULL;

CREATE INDEX IF NOT EXISTS predictions_labelled ON predictions (stored_at) WHERE true_label IS NOT NULL;

-- Labels that no model has learned from yet.
CREATE INDEX IF NOT EXISTS predictions_unlearned ON predictions (id)
  WHERE true_label IS NOT NULL AND feedback_processed IS NOT TRUE;

-- The rows a job learns from; a claim means something only while its job runs. Promotion turns it into
-- `feedback_processed` and `trained_in`, the latest version that has learned the label as it is now.
CREATE INDEX IF NOT EXISTS predictions_claimed ON predictions (claimed_by) WHERE claimed_by IS NOT NULL;

-- Labels of one version's predictions.
CREATE INDEX IF NOT EXISTS predictions_model ON predictions (model) WHERE true_label IS NOT NULL;

-- Held-out people: a room's models are tested on their drawings and never learn from them. Decided once and never changed.
CREATE TABLE IF NOT EXISTS authors (
  room TEXT NOT NULL,
  author TEXT NOT NULL,
  held_out BOOLEAN NOT NULL,
  since TIMESTAMPTZ NOT NULL DEFAULT now(),
  PRIMARY KEY (room, author)
);

-- Before rooms had models of their own, authors were held out everywhere: they stay so in each room where they drew.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'authors'::regclass AND attname = 'room') THEN
    ALTER TABLE authors ADD COLUMN room TEXT, DROP CONSTRAINT authors_pkey;
    INSERT INTO authors (room, author, held_out, since)
      SELECT DISTINCT coalesce(drawn.room, 'lobby'), author, held_out, since
      FROM authors JOIN predictions AS drawn USING (author);
    DELETE FROM authors WHERE room IS NULL;
    ALTER TABLE authors ADD PRIMARY KEY (room, author);
  END IF;
END
$$;

-- The network of an author who labels, as a keyed hash. Labels of one network count together for or against a version:
-- sessions cost nothing.
CREATE TABLE IF NOT EXISTS networks (
  author TEXT PRIMARY KEY,
  network TEXT NOT NULL
);

-- Two witnesses' readings of a label of the open lobby: `screened` is the champion that read it, `set_aside` holds both
-- readings if they surely contradict the label. It teaches nothing then, unless a host accepts it.
ALTER TABLE predictions
  ADD COLUMN IF NOT EXISTS screened TEXT,
  ADD COLUMN IF NOT EXISTS set_aside JSONB,
  ADD COLUMN IF NOT EXISTS accepted BOOLEAN;

CREATE INDEX IF NOT EXISTS predictions_set_aside ON predictions (id) WHERE set_aside IS NOT NULL;

-- A version is written once; what changes are its status, its verdict and the aliases that point to it.
CREATE TABLE IF NOT EXISTS models (
  version TEXT PRIMARY KEY,
  number INT GENERATED ALWAYS AS IDENTITY UNIQUE,
  parent TEXT,
  source TEXT NOT NULL CHECK (source IN ('base', 'server', 'browser', 'import')),
  status TEXT NOT NULL CHECK (status IN ('candidate', 'refused', 'promoted')),
  weights BYTEA,
  card JSONB NOT NULL,
  verdict JSONB,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

-- Old versions lose their weights and keep their card. `erased` counts the samples that a version learned and that were
-- erased since; samples that were erased while a job had claimed them are counted with the job.
ALTER TABLE models
  ALTER COLUMN weights DROP NOT NULL,
  ADD COLUMN IF NOT EXISTS erased INT NOT NULL DEFAULT 0;

-- In which room a version was trained; '' is the house: what is shipped, or what an admin gave to everybody.
ALTER TABLE models ADD COLUMN IF NOT EXISTS room TEXT NOT NULL DEFAULT '';

-- The versions of each room that was taught, and of the house ('') that all other rooms follow.
CREATE TABLE IF NOT EXISTS aliases (
  room TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL CHECK (name IN ('champion', 'previous')),
  version TEXT NOT NULL REFERENCES models,
  PRIMARY KEY (room, name)
);

-- Before rooms had models of their own, the one champion was everybody's: it becomes the house's.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'aliases'::regclass AND attname = 'room') THEN
    ALTER TABLE aliases ADD COLUMN room TEXT NOT NULL DEFAULT '', DROP CONSTRAINT aliases_pkey;
    ALTER TABLE aliases ADD PRIMARY KEY (room, name);
  END IF;
END
$$;

-- Every move of the champion.
CREATE TABLE IF NOT EXISTS promotions (
  id INT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  version TEXT NOT NULL REFERENCES models,
  previous TEXT REFERENCES models,
  move TEXT NOT NULL CHECK (move IN ('shipped', 'promoted', 'rolled_back')),
  at TIMESTAMPTZ NOT NULL DEFAULT now(),
  by TEXT NOT NULL,
  reason TEXT NOT NULL
);

ALTER TABLE promotions ADD COLUMN IF NOT EXISTS room TEXT NOT NULL DEFAULT '';

CREATE INDEX IF NOT EXISTS promotions_room ON promotions (room, id);

CREATE TABLE IF NOT EXISTS jobs (
  id UUID PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'promoted', 'refused', 'failed', 'cancelled')),
  asked_by TEXT NOT NULL,
  samples INT[],
  attempt INT NOT NULL DEFAULT 0,
  cancel_wanted BOOLEAN NOT NULL DEFAULT FALSE,
  wanted_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  started_at TIMESTAMPTZ,
  beat_at TIMESTAMPTZ,
  ended_at TIMESTAMPTZ,
  node TEXT,
  message TEXT,
  candidate TEXT,
  verdict JSONB
);

ALTER TABLE jobs ADD COLUMN IF NOT EXISTS erased INT NOT NULL DEFAULT 0;

-- The price on MNIST that the room's host allows, 0 to 1; null for the usual one.
ALTER TABLE jobs ADD COLUMN IF NOT EXISTS price REAL;

-- A table of the older application may count its rows in BIGINT, which an INT cannot hold.
DO $$
BEGIN
  IF 'bigint'::regtype = (SELECT atttypid FROM pg_attribute WHERE attrelid = 'predictions'::regclass AND attname = 'id')
    AND 'int[]'::regtype = (SELECT atttypid FROM pg_attribute WHERE attrelid = 'jobs'::regclass AND attname = 'samples')
  THEN
    ALTER TABLE jobs ALTER COLUMN samples TYPE BIGINT[];
  END IF;
END
$$;

ALTER TABLE jobs ADD COLUMN IF NOT EXISTS room TEXT NOT NULL DEFAULT 'lobby';

-- One job at a time in a room, whatever the nodes do.
DROP INDEX IF EXISTS jobs_one_at_a_time;

CREATE UNIQUE INDEX IF NOT EXISTS jobs_one_a_room ON jobs (room) WHERE state IN ('queued', 'running');

-- Rooms that somebody made, or that an admin has set rules for; all other rooms have no host and no row. Of the host's
-- key there is only a hash. An ended room keeps its name and nothing else, so that what arrives late is not stored.
CREATE TABLE IF NOT EXISTS rooms (
  name TEXT PRIMARY KEY,
  host_key TEXT,
  settings JSONB NOT NULL DEFAULT '{}',
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  ended_at TIMESTAMPTZ
);

-- Why a drawing is not on the wall: 'hidden' by a host, or 'waiting' to be let through. It is not learned either.
ALTER TABLE predictions ADD COLUMN IF NOT EXISTS veil TEXT;

-- How much likelier the likeliest digit is than the second one: small where a version is unsure.
CREATE OR REPLACE FUNCTION digit_margin(probabilities REAL[]) RETURNS REAL
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT max(probability) - (array_agg(probability ORDER BY probability DESC))[2]
  FROM unnest(probabilities) AS each(probability)
$$;

-- One room's unlabelled drawings, the least sure first, as the version reads them that read them last.
CREATE INDEX IF NOT EXISTS predictions_unsure
  ON predictions (room, digit_margin(coalesce(reread_probabilities, probabilities)), id DESC)
  WHERE true_label IS NULL AND veil IS NULL AND probabilities IS NOT NULL;
