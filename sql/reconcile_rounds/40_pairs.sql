-- Adds the round's pairs to those of the rounds before it.
INSERT INTO reconcile__pairs SELECT * FROM reconcile_rounds__found;
